import { randomBytes } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { loadBoard } from '../../boards/index.js';
import { surveyBoards } from '../../boards/survey.js';
import { openVirtualBoard } from '../../boards/virtual/board.js';
import { openPinHash } from '../../drivers/argon2/pin-hash.js';
import { SystemClock } from '../../drivers/clock/system.js';
import { openMp3Codec } from '../../drivers/lame/codec.js';
import { parseFault } from '../../drivers/simulated/fault.js';
import { parseKeys } from '../../drivers/simulated/keypad.js';
import { parseStick } from '../../drivers/simulated/stick-option.js';
import { openTrace } from '../../drivers/simulated/trace.js';
import { inspectWav, WavReader } from '../../drivers/simulated/wav.js';
import { runCommand } from '../../firmware/cli/program.js';
import type { World } from '../../firmware/cli/world.js';
import { KikitomeError } from '../../firmware/errors.js';

export const HOME = fileURLToPath(new URL('../..', import.meta.url));

/** Keeps what is written. */
class Paper extends Writable {
  readonly #parts: Buffer[] = [];

  override _write(chunk: Buffer | string, _: unknown, done: () => void): void {
    this.#parts.push(Buffer.from(chunk));
    done();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

export interface Outcome {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  readonly outBytes: Buffer;
}

/** One command in this process, with real files, the real codec and the virtual board; nothing of a terminal. */
export async function kikitome(argv: readonly string[], changes: Partial<World> = {}): Promise<Outcome> {
  const [out, err] = [new Paper(), new Paper()];
  const clock = new SystemClock();
  const world: World = {
    env: { LANG: 'C.UTF-8' },
    out,
    err,
    input: Readable.from([]),
    isTerminal: false,
    terminalSize: () => ({ columns: 100, rows: 24 }),
    keyboard: null,
    clock,
    chance: randomBytes,
    home: HOME,
    stop: new AbortController().signal,
    openCodec: openMp3Codec,
    openPinHash,
    openWav: async (file) => {
      const wav = inspectWav(file);
      const reader = new WavReader(wav);
      return { ...wav, read: (first, target) => reader.read(first, target), close: () => reader.close() };
    },
    surveyBoards: async (asked) => surveyBoards(asked, { pi: null, hat: null }),
    openBoard: async ({ id, traces, speed, faults, sticks = [], keys = [] }) => {
      // Known here and not through `loadBoard`: a dynamic import under mocha and tsx makes a second copy of every module.
      if (id !== 'virtual') await loadBoard(id);
      if (traces.length === 0) throw new KikitomeError('TRACE_NEEDED', `board ${id} has no line of its own`);
      const options = { traces: traces.map(openTrace), speed, faults: faults.map(parseFault), realClock: clock };
      const handled = { sticks: sticks.map(parseStick), keys: keys.flatMap(parseKeys) };
      const board = openVirtualBoard({ ...options, ...handled });
      return { board, play: (play) => board.play(play), hands: board.hands };
    },
    ...changes,
  };
  const exit = await runCommand(argv, world);
  return { exit, out: out.bytes.toString(), err: err.bytes.toString(), outBytes: out.bytes };
}

/** As `kikitome`, where nothing must go wrong. Rejects with what it complained of. */
export async function must(argv: readonly string[], changes: Partial<World> = {}): Promise<Outcome> {
  const outcome = await kikitome(argv, changes);
  if (outcome.exit !== 0 || outcome.err !== '')
    throw new Error(`kikitome ${argv.join(' ')}: ${outcome.exit} ${outcome.err}`);
  return outcome;
}
