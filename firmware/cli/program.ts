import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { addBoardsCommand } from './boards-command.js';
import { addCallsCommand } from './calls-command.js';
import { addCheckCommand } from './check-command.js';
import { Complained, complaintOf } from './complaint.js';
import { addDecodeCommand } from './decode.js';
import { addDemoCommand } from './demo.js';
import { addExtractCommand } from './extract.js';
import { addFaultsCommand } from './faults-command.js';
import { addFormatCommand } from './format-command.js';
import { addHandoverCommands } from './handover-commands.js';
import { helpIn } from './help.js';
import { speakHelp } from './help-layout.js';
import { addKeepingCommands } from './keeping-commands.js';
import { type Kit, kitFor, langOption } from './kit.js';
import { type Language, languageOf } from './language.js';
import { misuse } from './misuse.js';
import { addReckonCommand } from './reckon.js';
import { addRunCommand } from './run-command.js';
import { addSelftestCommand } from './selftest.js';
import { addStatusCommand } from './status-command.js';
import { addStoreCommands } from './store-commands.js';
import type { World } from './world.js';

/** In the order in which help tells of them. */
const COMMANDS: readonly ((kit: Kit) => void)[] = [
  addRunCommand,
  addDemoCommand,
  addStatusCommand,
  addCallsCommand,
  addCheckCommand,
  addExtractCommand,
  addFormatCommand,
  addBoardsCommand,
  addKeepingCommands,
  addHandoverCommands,
  addStoreCommands,
  addDecodeCommand,
  addReckonCommand,
  addSelftestCommand,
  addFaultsCommand,
];

/** Runs one command line; resolves to the exit code. Never rejects: errors are one line on `err`. */
export async function runCommand(argv: readonly string[], world: World): Promise<number> {
  const asked = argv.find((arg, i) => argv[i - 1] === '--lang' || arg.startsWith('--lang='))?.replace('--lang=', '');
  const language = languageOf(asked, world.env);
  try {
    await programFor(world, language).parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (error instanceof Complained) return error.exit;
    const { line, exit } = complaintOf(error instanceof CommanderError ? misuse(error, language) : error, language);
    world.err.write(`${line}\n`);
    return exit;
  }
}

function programFor(world: World, language: Language): Command {
  const help = helpIn(language);
  const program = new Command('kikitome').description(help.program);
  program.exitOverride().configureOutput({
    writeOut: (out) => world.out.write(out),
    writeErr: () => undefined, // said once, in our own words
  });
  speakHelp(program, versionOf(world), language);
  program.addOption(langOption(help));
  const kit = kitFor(program, world, language, help);
  for (const add of COMMANDS) add(kit);
  return program;
}

/** The package's own. */
function versionOf({ home }: World): string {
  return String(JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')).version);
}
