import { existsSync } from 'node:fs';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StoreError } from '../../storage/errors.js';
import type { CallRecord } from '../call/call-record.js';
import { KikitomeError } from '../errors.js';
import { DEFAULT_RULES } from '../rules/office.js';
import { DEFAULT_SETTINGS } from '../settings.js';
import { callTable } from './call-table.js';
import { format } from './format.js';
import type { Kit } from './kit.js';
import type { Language } from './language.js';
import type { Watcher } from './live-view.js';
import { run } from './run.js';
import { recordingsIn } from './session.js';
import { parseSpeed } from './speed.js';
import { wordsIn } from './words.js';
import type { World } from './world.js';

const MORNING = path.join('boards', 'virtual', 'office-morning');
const CAPACITY_BYTES = 64 << 20;
/** Where somebody watches. */
const SPEED = 10;

/** `demo`: an office morning on the virtual board. */
export function addDemoCommand({ command, help, language, watcher, world }: Kit): void {
  command('demo', help.demo)
    .option('--data <DIR>', help.demoData)
    .option('--speed <N|max>', help.demoSpeed)
    .action(async (options: { data?: string; speed?: string }) => {
      const speed = options.speed === undefined ? (world.isTerminal ? SPEED : 'max') : parseSpeed(options.speed);
      await demo(world, { folder: options.data, speed, language, watcher: watcher() });
    });
}

interface DemoOptions {
  readonly folder: string | undefined;
  readonly speed: number | 'max';
  readonly language: Language;
  readonly watcher: Watcher;
}

/** An office morning from first ring to what was kept. Throws `DEMO_FOLDER` where there is a store already, and what `format` and `run` throw. */
async function demo(world: World, { folder, speed, language, watcher }: DemoOptions): Promise<void> {
  const { text } = wordsIn(language);
  const say = (line: string) => world.out.write(`${line}\n`);
  const data = folder ?? (await mkdtemp(path.join(tmpdir(), 'kikitome-demo-')));
  const morning = path.join(world.home, MORNING);
  const entries = await readdir(morning, { withFileTypes: true });
  const traces = entries.filter((entry) => entry.isDirectory()).map(({ name }) => path.join(morning, name));
  await format(world, {
    folder: data,
    capacityBytes: CAPACITY_BYTES,
    eraseEverything: false,
    rules: DEFAULT_RULES,
  }).catch((error: unknown) => {
    if (!(error instanceof StoreError && error.code === 'STORE_EXISTS')) throw error;
    throw new KikitomeError('DEMO_FOLDER', error.message, { cause: error });
  });
  say(`${text.demoIntro} (${data})\n`);
  const request = { id: 'virtual', traces: traces.sort(), speed, faults: [], captures: new Map<string, string>() };
  await run(world, { folder: data, request, settings: DEFAULT_SETTINGS, watcher });

  const recordings = await recordingsIn(data, world);
  const calls: CallRecord[] = [];
  for await (const call of recordings.calls({})) calls.push(call);
  await recordings.close();
  say(`\n${text.demoKept}\n`);
  for (const line of callTable(calls, language)) say(`  ${line}`);
  const longest = [...calls].sort((a, b) => (b.audio?.bytes ?? 0) - (a.audio?.bytes ?? 0))[0];
  if (!longest) return;
  say(`\n${text.demoListen}:\n`);
  say(`  ${calledAs(world)} extract ${longest.number} --data ${data} --to call-${longest.number}.mp3`);
  say(`  mpg123 call-${longest.number}.mp3\n`);
}

/** What to type for this program: the script of a checkout, from where one stands; the command of an installed one. */
function calledAs({ home }: World): string {
  const script = path.join(home, 'scripts', 'kikitome');
  return existsSync(script) ? path.relative('', script) : 'kikitome';
}
