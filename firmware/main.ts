#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { SystemClock } from '../drivers/clock/system.js';
import type { Board } from '../hal/board.js';
import type { BoardSurvey } from '../hal/board-survey.js';
import { runCommand } from './cli/program.js';
import type { BoardRequest, Keyboard, OpenedBoard, OpenedWav, World } from './cli/world.js';
import { KikitomeError } from './errors.js';

// A young generation that does not grow: the recorder makes little garbage and should not hold on to memory for it.
setFlagsFromString('--semi-space-growth-factor=1');

/** The only file that knows boards and drivers exist: each is loaded when it is chosen. */
async function openBoard({
  id,
  traces,
  speed,
  faults,
  captures,
  modems = new Map(),
  sticks = [],
  keys = [],
}: BoardRequest): Promise<OpenedBoard> {
  if (id !== 'virtual') return await openRealBoard(id, { traces, captures });
  const { loadBoard } = await import('../boards/index.js');
  const { openVirtualBoard } = await loadBoard('virtual');
  if (traces.length === 0) throw new KikitomeError('TRACE_NEEDED', `board ${id} has no line of its own`);
  const { openTrace } = await import('../drivers/simulated/trace.js');
  const { parseFault } = await import('../drivers/simulated/fault.js');
  const { parseStick } = await import('../drivers/simulated/stick-option.js');
  const { parseKeys } = await import('../drivers/simulated/keypad.js');
  const handled = { sticks: sticks.map(parseStick), keys: keys.flatMap(parseKeys) };
  const options = { traces: traces.map(openTrace), speed, faults: faults.map(parseFault), realClock: clock };
  const board = openVirtualBoard({ ...options, ...handled });
  const heard = captures.size === 0 ? board : await withCaptures(board, captures);
  const whole = modems.size === 0 ? heard : await withModems(heard, modems);
  return { board: whole, play: (play) => board.play(play), hands: board.hands };
}

/** A box with pins, by name, by file, or `auto`. */
async function openRealBoard(id: string, { traces, captures }: Pick<BoardRequest, 'traces' | 'captures'>) {
  const { chooseBoard } = await import('../boards/choose.js');
  const { machineIdentity } = await import('../boards/device-tree.js');
  const { hat, pi } = machineIdentity();
  const data = await chooseBoard(id, hat);
  if (traces.length > 0) throw new KikitomeError('USAGE', `--trace: board ${data.id} plays none`);
  const { openBoardData } = await import('../boards/open.js');
  const { batteryClockFolder } = await import('../drivers/health/battery-clock.js');
  const battery = data.rtc === undefined ? null : `/${batteryClockFolder(data.rtc)}/since_epoch`;
  const { wayToPins } = await import('../drivers/gpio/pins.js');
  const pins = wayToPins();
  const board = openBoardData({ data, clock: new SystemClock(undefined, battery), pi, way: pins });
  const { powerOffMachine } = await import('../drivers/systemd/power-off.js');
  const heard = captures.size === 0 ? board : await withCaptures(board, captures);
  return { board: heard, pins, powerOff: () => powerOffMachine(), close: () => board.close() };
}

async function surveyBoards(asked: string): Promise<BoardSurvey> {
  const { surveyBoards: survey } = await import('../boards/survey.js');
  const { machineIdentity } = await import('../boards/device-tree.js');
  const { wayToPins } = await import('../drivers/gpio/pins.js');
  return await survey(asked, machineIdentity(), wayToPins());
}

/** A WAV on its own, without a board. */
async function openWav(path: string): Promise<OpenedWav> {
  const { inspectWav, WavReader } = await import('../drivers/simulated/wav.js');
  const wav = inspectWav(path);
  const reader = new WavReader(wav);
  return { ...wav, read: (first, target) => reader.read(first, target), close: () => reader.close() };
}

/** The same lines, heard through ALSA. */
async function withCaptures(board: Board, captures: ReadonlyMap<string, string>): Promise<Board> {
  const { AlsaCapture } = await import('../drivers/alsa/capture.js');
  requireLines(board, '--capture', captures);
  const lines = board.lines.map((port) => {
    const pcm = captures.get(port.id) ?? captures.get('*');
    if (pcm === undefined) return port;
    const { sampleRateHz } = port.audio;
    return {
      id: port.id,
      sense: port.sense,
      modem: port.modem,
      audio: new AlsaCapture({ role: port.id, pcm, sampleRateHz, clock: board.clock }),
    };
  });
  return { ...board, lines };
}

/** The same lines, each with a real modem beside it where one is named. */
async function withModems(board: Board, modems: ReadonlyMap<string, string>): Promise<Board> {
  const { SerialModem } = await import('../drivers/serial/modem.js');
  const { MODEM_PROFILES, modemProfileOf } = await import('../drivers/serial/profiles.js');
  requireLines(board, '--modem', modems);
  const lines = board.lines.map((port) => {
    const named = modems.get(port.id) ?? modems.get('*');
    if (named === undefined) return port;
    const [device = '', profileId = 'conexant-cx93001'] = named.split(',');
    const profile = modemProfileOf(profileId);
    if (!profile)
      throw new KikitomeError(
        'USAGE',
        `--modem: no profile ${profileId}; choose ${Object.keys(MODEM_PROFILES).join(', ')}`,
      );
    const modem = new SerialModem({ role: `${port.id}-modem`, path: device, profile, clock: board.clock });
    return { id: port.id, sense: port.sense, audio: port.audio, modem };
  });
  return { ...board, lines };
}

function requireLines(board: Board, option: string, byLine: ReadonlyMap<string, string>): void {
  const ids = board.lines.map(({ id }) => id);
  const stray = [...byLine.keys()].find((line) => line !== '*' && !ids.includes(line));
  if (stray === undefined) return;
  throw new KikitomeError('USAGE', `${option}: no line ${stray}; the lines are ${ids.join(', ')}`);
}

/** The package's root, from `dist/firmware/` as from `firmware/`. */
function home(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const up = path.resolve(here, '..');
  return existsSync(path.join(up, 'package.json')) ? up : path.resolve(up, '..');
}

/** The terminal key by key; whatever ends the process, it is given back as it was. */
function keyboard(input: NodeJS.ReadStream): Keyboard {
  return {
    listen(onKey) {
      const take = (text: string) => {
        for (const character of text) onKey(character);
      };
      const giveBack = () => {
        input.setRawMode(false);
        input.off('data', take).pause();
        process.off('exit', giveBack);
      };
      process.once('exit', giveBack);
      input.setRawMode(true).setEncoding('utf8').on('data', take).resume();
      return giveBack;
    },
  };
}

/** systemd, where it started us. */
async function supervisor() {
  if (process.env['NOTIFY_SOCKET'] === undefined) return null;
  const { systemdSupervisor } = await import('../drivers/systemd/notify.js');
  return systemdSupervisor(process.env, process.pid);
}

const clock = new SystemClock();
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
}

const world: World = {
  env: process.env,
  out: process.stdout,
  err: process.stderr,
  get input() {
    return process.stdin;
  },
  isTerminal: process.stdout.isTTY === true,
  // One that does not say is not taken for a large one.
  terminalSize: () => ({ columns: process.stdout.columns || 100, rows: process.stdout.rows || 24 }),
  keyboard: process.stdin.isTTY && process.stdout.isTTY ? keyboard(process.stdin) : null,
  clock,
  supervisor: await supervisor(),
  chance: randomBytes,
  home: home(),
  stop: stop.signal,
  openCodec: async () => (await import('../drivers/lame/codec.js')).openMp3Codec(),
  openPinHash: async () => (await import('../drivers/argon2/pin-hash.js')).openPinHash(),
  openWav,
  surveyBoards,
  openBoard,
};

process.exitCode = await runCommand(process.argv.slice(2), world);
