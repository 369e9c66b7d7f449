import { type Command, Option } from 'commander';
import type { Recordings } from '../recordings.js';
import type { Help } from './help.js';
import type { Language } from './language.js';
import { LiveView, PlainView, type Watcher } from './live-view.js';
import { recordingsIn } from './session.js';
import type { World } from './world.js';

const DATA_DEFAULT = '/var/lib/kikitome';

/** What every command is made with. */
export interface Kit {
  readonly world: World;
  readonly language: Language;
  readonly help: Help;
  /** A command of the program, or of another command. */
  command(name: string, description: string, parent?: Command): Command;
  say(line: string): void;
  sayJson(value: unknown): void;
  dataOption(): Option;
  /** Who tells of what is recorded: in place at a terminal, else a line for each thing. */
  watcher(): Watcher;
  /** Runs `task` on the store in `folder` and lets it go afterwards. */
  withRecordings(folder: string, task: (recordings: Recordings) => Promise<void>, rebuild?: boolean): Promise<void>;
}

export const langOption = (help: Help): Option => new Option('--lang <LANGUAGE>', help.lang).choices(['ja', 'en']);

export function kitFor(program: Command, world: World, language: Language, help: Help): Kit {
  const say = (line: string): void => void world.out.write(`${line}\n`);
  return {
    world,
    language,
    help,
    // Output, help and exits are as in the command it is made of.
    command: (name, description, parent = program) =>
      parent.command(name).description(description).addOption(langOption(help)),
    say,
    sayJson: (value) => say(JSON.stringify(value, null, 2)),
    dataOption: () => new Option('--data <DIR>', help.data).default(world.env['KIKITOME_DATA'] || DATA_DEFAULT),
    watcher: () =>
      world.isTerminal && world.env['TERM'] !== 'dumb'
        ? new LiveView(world.out, language, world.terminalSize)
        : new PlainView(world.out, language),
    async withRecordings(folder, task, rebuild = false) {
      const recordings = await recordingsIn(folder, world, rebuild);
      try {
        await task(recordings);
      } finally {
        await recordings.close();
      }
    },
  };
}
