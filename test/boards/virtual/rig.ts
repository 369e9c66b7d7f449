import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VirtualBoard } from '../../../boards/virtual/board.js';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import { openTrace, type Trace } from '../../../drivers/simulated/trace.js';
import type { WallMs } from '../../../hal/clock.js';
import { type CleanTraceOptions, cleanTrace, type EdgeJson } from '../../support/traces.js';

/** A real clock that no test should need. */
export const stoppedClock = (): SimulatedClock => new SimulatedClock(0 as WallMs);

export const atOnce = async (): Promise<void> => undefined;

/** `count` samples, each telling its place. */
export const ramp = (count: number, from = 1): Int16Array =>
  Int16Array.from({ length: count }, (_, i) => from + (i % 30_000));

/** A folder for traces that is removed after the tests of the suite that asks for it. */
export function traceFolder(): (edges: readonly EdgeJson[], samples: Int16Array, options?: CleanTraceOptions) => Trace {
  let root = '';
  let made = 0;
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'kikitome-board-'));
  });
  after(() => rmSync(root, { recursive: true }));
  return (edges, samples, options) => {
    made += 1;
    return openTrace(cleanTrace(edges, samples, { dir: join(root, String(made)), ...options }));
  };
}

/** Everything a recorder could see of `board`, in order, one line for each event. Ears reopen when their device fails. */
export function log(board: VirtualBoard, { audio = true, levels = false } = {}): string[] {
  const seen: string[] = [];
  const now = () => `${round(board.clock.now())} ms`;
  for (const { id, sense, audio: ear } of board.lines) {
    sense.edges$.subscribe((edge) => {
      const what = edge.kind === 'hook' ? edge.hook : edge.kind === 'ring' ? `ring ${edge.ringing}` : edge.polarity;
      seen.push(`${now()} ${id} ${what}${edge.atMs === board.clock.now() ? '' : ` at ${edge.atMs}`}`);
    });
    const listen = (): void => {
      ear.blocks$.subscribe({
        next: ({ firstSample, atMs, samples }) => {
          const sum = levels ? ` = ${samples.reduce((total, sample) => total + sample, 0)}` : '';
          seen.push(`${now()} ${id} ${firstSample}+${samples.length} from ${round(atMs)}${sum}`);
        },
        error: ({ code }) => {
          seen.push(`${now()} ${id} ${code}`);
          board.clock.after$(40).subscribe(listen);
        },
      });
    };
    if (audio) listen();
  }
  return seen;
}

const round = (ms: number): number => Math.round(ms * 1000) / 1000;
