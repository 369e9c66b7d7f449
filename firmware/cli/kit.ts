import { type Command, Option } from 'commander';
import type { Recordings } from '../recordings.js';
import type { Help } from './help.js';
import type { Language } from './language.js';
import { recordingsIn } from './session.js';
import type { World } from './world.js';

export const DATA_DEFAULT = '/var/lib/kikitome';

/** What every command is made with. */
export interface Kit {
  readonly world: World;
  readonly language: Language;
  readonly help: Help;
  command(name: string, description: string): Command;
  say(line: string): void;
  sayJson(value: unknown): void;
  dataOption(): Option;
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
    command(name, description) {
      const made = program.command(name).description(description).exitOverride().addOption(langOption(help));
      return made.configureOutput({ writeOut: (out) => world.out.write(out), writeErr: () => undefined });
    },
    say,
    sayJson: (value) => say(JSON.stringify(value, null, 2)),
    dataOption: () => new Option('--data <DIR>', help.data).default(world.env['KIKITOME_DATA'] || DATA_DEFAULT),
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
