import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';

/** What a WAV head says. The defaults are 16-bit mono PCM, told truly. */
export interface WavHead {
  readonly sampleRateHz: number;
  /** Bytes of samples to promise. */
  readonly dataBytes: number;
  readonly formatTag?: number;
  readonly channels?: number;
  readonly bits?: number;
}

/** The 44 bytes before the samples. */
export function wavHead({ sampleRateHz, dataBytes, formatTag = 1, channels = 1, bits = 16 }: WavHead): Buffer {
  const head = Buffer.alloc(44);
  const frameBytes = (channels * bits) / 8;
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE((36 + dataBytes) >>> 0, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(formatTag, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(sampleRateHz, 24);
  head.writeUInt32LE(sampleRateHz * frameBytes, 28);
  head.writeUInt16LE(frameBytes, 32);
  head.writeUInt16LE(bits, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(dataBytes, 40);
  return head;
}

/** Samples as they stand in a WAV; little-endian hosts only. Shares memory with `samples`. */
export function wavSamples(samples: Int16Array): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}

/** Writes one WAV at once. */
export function writeWav(path: string, samples: Int16Array, sampleRateHz = 8000): void {
  writeFileSync(path, Buffer.concat([wavHead({ sampleRateHz, dataBytes: samples.byteLength }), wavSamples(samples)]));
}

/** Writes a WAV of any length piece by piece. The head is right after `close()`. */
export class WavWriter {
  readonly #fd: number;
  readonly #sampleRateHz: number;
  #samples = 0;

  constructor(path: string, sampleRateHz: number) {
    this.#fd = openSync(path, 'w');
    this.#sampleRateHz = sampleRateHz;
    writeSync(this.#fd, wavHead({ sampleRateHz, dataBytes: 0 }));
  }

  /** Samples written so far. */
  get samples(): number {
    return this.#samples;
  }

  write(samples: Int16Array): void {
    const bytes = wavSamples(samples);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
    this.#samples += samples.length;
  }

  close(): void {
    const head = wavHead({ sampleRateHz: this.#sampleRateHz, dataBytes: 2 * this.#samples });
    writeSync(this.#fd, head, 0, head.length, 0);
    closeSync(this.#fd);
  }
}
