import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('./spandsp-ear.c', import.meta.url));

/** What spandsp heard, and what hearing it cost. */
export interface SpandspHeard {
  /** Keys in order, as one text. */
  readonly keys: string;
  /** Numbers of caller IDs in order. */
  readonly numbers: readonly string[];
  /** Processor time in ms: of each group of receivers, by name. */
  readonly costMs: Readonly<Record<string, number>>;
}

/** spandsp's receivers in a program of their own. Needs `cc` and libspandsp's headers. */
export class Spandsp {
  /** Version of the library's package, for the record; `unknown` where there is no dpkg. */
  readonly version: string;
  readonly #program: string;
  readonly #input: string;

  /** Compiles the program into `folder`, optimised as Debian compiles the library. Throws where that fails. */
  constructor(folder: string) {
    this.#program = path.join(folder, 'spandsp-ear');
    this.#input = path.join(folder, 'spandsp-ear.raw');
    execFileSync('cc', ['-O2', '-o', this.#program, SOURCE, '-lspandsp', '-lm'], { stdio: 'inherit' });
    this.version = packageVersion();
  }

  /** Hears `samples` at 8 kHz, in chunks of 20 ms. */
  hear(samples: Int16Array): SpandspHeard {
    writeFileSync(this.#input, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
    const lines = execFileSync(this.#program, [this.#input], { encoding: 'utf8', maxBuffer: 2 ** 28 })
      .trim()
      .split('\n');
    const costMs: Record<string, number> = {};
    const numbers: string[] = [];
    let keys = '';
    for (const [word, value = '', nanoseconds] of lines.map((line) => line.split(' '))) {
      if (word === 'cost') costMs[value] = Number(nanoseconds) / 1e6;
      else if (word === 'dtmf') keys += value;
      // CLASS and CLIP hear each other's messages: one of the two is enough.
      else if (word === 'caller-id' && !numbers.includes(value)) numbers.push(value);
    }
    return { keys, numbers, costMs };
  }
}

function packageVersion(): string {
  try {
    const [, version] = execFileSync('dpkg-query', ['-W', 'libspandsp-dev'], { encoding: 'utf8' }).trim().split('\t');
    return version ?? 'unknown';
  } catch {
    return 'unknown';
  }
}
