import { writeSync } from 'node:fs';
import { AlsaCapture } from '../../../drivers/alsa/capture.js';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import type { WallMs } from '../../../hal/clock.js';
import { HalError } from '../../../hal/errors.js';

/** What `listen.ts` prints, one line of JSON for each PCM. */
export interface Listened {
  readonly code: string | null;
  readonly message: string | null;
  readonly blocks: readonly { readonly firstSample: number; readonly atMs: number; readonly samples: number }[];
  /** 16-bit little-endian samples. */
  readonly base64: string;
}

/**
 * A program of its own, since libasound reads `ALSA_CONFIG_PATH` once: listens to each PCM named in its arguments for
 * the milliseconds given first, in simulated time.
 */
function main([ms = '0', ...pcms]: string[]): void {
  for (const pcm of pcms) {
    const clock = new SimulatedClock(0 as WallMs);
    const blocks: Listened['blocks'][number][] = [];
    const bytes: Buffer[] = [];
    let error: unknown;
    const capture = new AlsaCapture({ role: 'line-1', pcm, sampleRateHz: 8000, clock });
    const subscription = capture.blocks$.subscribe({
      next: ({ firstSample, atMs, samples }) => {
        blocks.push({ firstSample, atMs, samples: samples.length });
        bytes.push(Buffer.from(samples.slice().buffer));
      },
      error: (e: unknown) => {
        error = e;
      },
    });
    clock.advanceTo(Number(ms));
    subscription.unsubscribe();
    const code = error === undefined ? null : error instanceof HalError ? error.code : 'other';
    const message = error instanceof Error ? error.message : null;
    const listened: Listened = { code, message, blocks, base64: Buffer.concat(bytes).toString('base64') };
    writeSync(1, `${JSON.stringify(listened)}\n`);
  }
}

if (process.argv[1]?.endsWith('listen.ts')) main(process.argv.slice(2));
