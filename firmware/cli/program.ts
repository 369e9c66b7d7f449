import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { CallQuery } from '../call-query.js';
import { KikitomeError } from '../errors.js';
import { DEFAULT_SETTINGS, readSettings } from '../settings.js';
import { addBoardsCommand } from './boards-command.js';
import { callTable } from './call-table.js';
import { addDecodeCommand } from './decode.js';
import { demo } from './demo.js';
import { Complained, complaintOf } from './error-catalogue.js';
import { extract } from './extract.js';
import { addFaultsCommand } from './faults-command.js';
import { addFormatCommand } from './format-command.js';
import { addHandoverCommands } from './handover-commands.js';
import { helpIn } from './help.js';
import { addKeepingCommands } from './keeping-commands.js';
import { kitFor, langOption } from './kit.js';
import { type Language, languageOf } from './language.js';
import { LiveView, PlainView, type Watcher } from './live-view.js';
import { misuse } from './misuse.js';
import { addReckonCommand } from './reckon.js';
import { run } from './run.js';
import { addSelftestCommand } from './selftest.js';
import { printSize } from './size.js';
import { statusLines } from './status-lines.js';
import { addStoreCommands } from './store-commands.js';
import { wordsIn } from './words.js';
import type { World } from './world.js';

const DEMO_SPEED = 10;

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
  const { text } = wordsIn(language);
  const program = new Command('kikitome').description(help.program);
  program.exitOverride().configureOutput({
    writeOut: (out) => world.out.write(out),
    writeErr: () => undefined, // said once, in our own words
  });
  program.addOption(langOption(help));
  program.version('0.1.0', '--version');

  const kit = kitFor(program, world, language, help);
  const { command, dataOption, say, sayJson, withRecordings } = kit;
  const watcher = (): Watcher =>
    world.isTerminal && world.env['TERM'] !== 'dumb'
      ? new LiveView(world.out, language, world.terminalSize)
      : new PlainView(world.out, language);

  command('run', help.run)
    .addOption(dataOption())
    .option('--board <ID>', help.board)
    .option('--config <FILE>', help.config)
    .option('--trace <DIR>', help.trace, collect, [])
    .option('--speed <N|max>', help.speed, '1')
    .option('--fault <KIND@AT:LENGTH[:LINE]>', help.fault, collect, [])
    .option('--capture <[LINE=]PCM>', help.capture, collect, [])
    .option('--modem <[LINE=]PORT[,PROFILE]>', help.modem, collect, [])
    .option('--stick <DIR[,FIELD=VALUE…]>', help.simulatedStick, collect, [])
    .option('--keys <KEYS@AT>', help.simulatedKeys, collect, [])
    .action(async (options: RunFlags) => {
      const settings = options.config === undefined ? DEFAULT_SETTINGS : await readSettings(options.config);
      const request = {
        id: options.board ?? (options.trace.length > 0 ? 'virtual' : 'auto'),
        traces: options.trace,
        speed: parseSpeed(options.speed),
        faults: options.fault,
        captures: new Map(options.capture.map(lineAndDevice)),
        modems: new Map(options.modem.map(lineAndDevice)),
        sticks: options.stick,
        keys: options.keys,
      };
      const onReady = () => void (world.isTerminal || say(`${text.recordingOn} ${options.data}`));
      const kept = await run(world, { folder: options.data, request, settings, watcher: watcher(), onReady });
      say(`${text.stopped}: ${kept}`);
    });

  command('demo', help.demo)
    .option('--data <DIR>', help.demoData)
    .option('--speed <N|max>', help.speed)
    .action(async (options: { data?: string; speed?: string }) => {
      const speed = options.speed === undefined ? (world.isTerminal ? DEMO_SPEED : 'max') : parseSpeed(options.speed);
      await demo(world, { folder: options.data, speed, language, watcher: watcher() });
    });

  command('status', help.status)
    .addOption(dataOption())
    .option('--json', help.json, false)
    .action(({ data, json }: { data: string; json: boolean }) =>
      withRecordings(data, async (recordings) => {
        const report = await recordings.status();
        if (json) sayJson(report);
        else for (const line of statusLines(report, language)) say(line);
      }),
    );

  command('calls', help.calls)
    .addOption(dataOption())
    .option('--from <TIME>', help.from)
    .option('--to <TIME>', help.to)
    .option('--number <NUMBER>', help.number)
    .addOption(new Option('--direction <DIRECTION>', help.direction).choices(['inbound', 'outbound']))
    .option('--line <ID>', help.line)
    .option('--handler <NAME>', help.handlerFilter)
    .option('--text <TEXT>', help.text)
    .option('--limit <N>', help.limit, parseLimit)
    .option('--before <NUMBER>', help.before, parseLimit)
    .option('--json', help.json, false)
    .action(({ data, json, ...query }: { data: string; json: boolean; lang?: string } & CallQuery) =>
      withRecordings(data, async (recordings) => {
        const { from, to, number, direction, line, handler, text: memo, limit, before } = query;
        const calls = [];
        const wanted = { from, to, number, direction, line, handler, text: memo, limit, before };
        for await (const call of recordings.calls(wanted)) calls.push(call);
        if (json) sayJson(calls);
        else if (calls.length === 0) say(text.noCalls);
        else for (const row of callTable(calls, language)) say(row);
      }),
    );

  command('check', help.check)
    .addOption(dataOption())
    .option('--rebuild-index', help.rebuildIndex, false)
    .option('--json', help.json, false)
    .action(({ data, json, rebuildIndex }: { data: string; json: boolean; rebuildIndex: boolean }) =>
      withRecordings(
        data,
        async (recordings) => {
          const breaches: string[] = [];
          for await (const breach of recordings.check()) breaches.push(breach);
          if (json) sayJson({ breaches });
          else if (breaches.length === 0) say(text.clean);
          else for (const breach of breaches) say(breach);
          if (breaches.length > 0) throw new KikitomeError('STORE_BREACHES', `${data}: ${breaches.length}`);
        },
        rebuildIndex,
      ),
    );

  command('extract', help.extract)
    .argument('<ID>', help.id)
    .addOption(dataOption())
    .requiredOption('--to <FILE>', help.extractTo)
    .option('--json', help.json, false)
    .action((id: string, { data, to, json }: { data: string; to: string; json: boolean }) =>
      withRecordings(data, async (recordings) => {
        const call = await extract(recordings, id, to, world);
        if (to === '-') return;
        if (json) sayJson({ file: to, ...call.audio });
        else say(`${text.wrote} ${to} (${printSize(call.audio?.bytes ?? 0)})`);
      }),
    );

  addFormatCommand(kit);
  addBoardsCommand(kit);
  addKeepingCommands(kit);
  addHandoverCommands(kit);
  addStoreCommands(kit);
  addDecodeCommand(kit);
  addReckonCommand(kit);
  addSelftestCommand(kit);
  addFaultsCommand(kit);
  return program;
}

interface RunFlags {
  readonly data: string;
  readonly board?: string;
  readonly config?: string;
  readonly trace: readonly string[];
  readonly speed: string;
  readonly fault: readonly string[];
  readonly capture: readonly string[];
  readonly modem: readonly string[];
  readonly stick: readonly string[];
  readonly keys: readonly string[];
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

function parseSpeed(text: string): number | 'max' {
  if (text === 'max') return 'max';
  const speed = Number(text);
  if (!(speed > 0 && speed <= 1000)) throw new KikitomeError('SPEED_NOT_A_NUMBER', JSON.stringify(text));
  return speed;
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isSafeInteger(limit) || limit < 1) throw new InvalidArgumentError('a whole number from 1 is wanted.');
  return limit;
}

/** `line-1=plughw:CARD=Device`, or a device for every line. */
function lineAndDevice(text: string): readonly [string, string] {
  const [, line = '*', device = text] = /^(line-\d+)=(.+)$/.exec(text) ?? [];
  return [line, device];
}
