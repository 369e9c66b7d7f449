import { randomBytes } from 'node:crypto';
import { openPinHash } from '../../../drivers/argon2/pin-hash.js';
import { SystemClock } from '../../../drivers/clock/system.js';
import { openMp3Codec } from '../../../drivers/lame/codec.js';
import { runCommand } from '../../../firmware/cli/program.js';
import { openKernelBoard } from './board.js';

/** The program as it is, but for the board. */
const clock = new SystemClock();
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

process.exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  out: process.stdout,
  err: process.stderr,
  input: process.stdin,
  isTerminal: false,
  keyboard: null,
  columns: 100,
  clock,
  chance: randomBytes,
  home: '/app',
  stop: stop.signal,
  openCodec: openMp3Codec,
  openPinHash,
  openWav: () => Promise.reject(new Error('no WAVs here')),
  surveyBoards: () => Promise.reject(new Error('one board, and no choice')),
  openBoard: async () => ({ board: openKernelBoard(clock) }),
});
