import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Mp3Codec } from '../../hal/codec.js';
import { HalError } from '../../hal/errors.js';
import { AlignedEncoder, ENGINE_SAMPLES, type LameEngine, LEAD_IN_SAMPLES } from './encoder.js';

const DEVICE = 'lame (wasm)';

/** What the module exports that is used here. Addresses are byte offsets into `memory`. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  _initialize(): void;
  malloc(bytes: number): number;
  free(at: number): void;
  /** Takes the address of `Params`; 0 where LAME refuses them. */
  enc_init(params: number): number;
  enc_free(encoder: number): void;
  /** Address of two addresses, left and right, of 32-bit float samples with full scale 1. Moves between calls. */
  enc_get_pcm(encoder: number, samples: number): number;
  enc_get_out_buf(encoder: number): number;
  enc_encode(encoder: number, samples: number): number;
}

/** The part of the WebAssembly interface used here; Node has it, `@types/node` 20 does not say so. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ readonly instance: { readonly exports: unknown } }>;
};

/**
 * LAME 3.100 as wasm-media-encoders compiled it: for machines without the system library. One instance with a memory of
 * its own; each open encoder holds 1.9 MB of it, which returns to the instance, not to the system. Throws `HalError`
 * `LIBRARY_MISSING` if the package is not there or will not start.
 */
export async function openWasmLame(): Promise<Mp3Codec> {
  const exports = await load();
  return {
    name: 'wasm lame 3.100',
    leadInSamples: LEAD_IN_SAMPLES,
    open: (options) => new AlignedEncoder(options, () => new WasmEngine(exports, options)),
  };
}

async function load(): Promise<Exports> {
  try {
    const file = createRequire(import.meta.url).resolve('wasm-media-encoders/wasm/mp3');
    const { instance } = await WebAssembly.instantiate(await readFile(file), {
      env: { emscripten_notify_memory_growth: () => undefined },
      wasi_snapshot_preview1: {
        proc_exit: (code: number) => {
          throw new HalError('PROTOCOL', DEVICE, `gave up with exit code ${code}`);
        },
      },
    });
    const exports = instance.exports as Exports;
    exports._initialize();
    return exports;
  } catch (cause) {
    const message = 'cannot be loaded; install the package wasm-media-encoders 0.7';
    throw new HalError('LIBRARY_MISSING', DEVICE, message, { cause });
  }
}

class WasmEngine implements LameEngine {
  readonly input = new Int16Array(ENGINE_SAMPLES);
  readonly #exports: Exports;
  readonly #encoder: number;
  #pcm = new Float32Array(0);
  #output = new Uint8Array(0);

  constructor(exports: Exports, options: { readonly sampleRateHz: number; readonly bitRate: number }) {
    this.#exports = exports;
    const { sampleRateHz } = options;
    const kbits = options.bitRate / 1000;
    this.#encoder = init(exports, sampleRateHz, kbits);
    if (this.#encoder === 0) {
      throw new HalError('FORMAT_REFUSED', DEVICE, `LAME refuses ${sampleRateHz} Hz at ${kbits} kbit/s`);
    }
    try {
      switchReservoirOff(exports, this.#encoder, sampleRateHz, kbits);
      this.#look();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get output(): Uint8Array {
    return this.#output;
  }

  encode(count: number): number {
    // Any encoder of this instance may have made the memory grow, which detaches the views of all.
    if (this.#pcm.buffer !== this.#exports.memory.buffer) this.#look();
    const pcm = this.#pcm;
    // LAME multiplies floats by 32767 to get back to the scale of 16-bit samples.
    for (let i = 0; i < count; i += 1) pcm[i] = (this.input[i] ?? 0) / 32767;
    const made = this.#exports.enc_encode(this.#encoder, count);
    if (this.#output.buffer !== this.#exports.memory.buffer) this.#look();
    return made;
  }

  close(): void {
    this.#exports.enc_free(this.#encoder);
  }

  #look(): void {
    const { memory, enc_get_pcm, enc_get_out_buf } = this.#exports;
    const channels = enc_get_pcm(this.#encoder, ENGINE_SAMPLES);
    if (channels === 0) throw new HalError('PROTOCOL', DEVICE, 'out of memory');
    const left = new DataView(memory.buffer).getUint32(channels, true);
    this.#pcm = new Float32Array(memory.buffer, left, ENGINE_SAMPLES);
    this.#output = new Uint8Array(memory.buffer, enc_get_out_buf(this.#encoder));
  }
}

/** Returns the address of an encoder, 0 where LAME refuses. */
function init(exports: Exports, sampleRateHz: number, kbits: number): number {
  const params = exports.malloc(20);
  if (params === 0) throw new HalError('PROTOCOL', DEVICE, 'out of memory');
  const view = new DataView(exports.memory.buffer, params, 20);
  view.setUint32(0, 1, true); // channels in
  view.setUint32(4, sampleRateHz, true); // rate in
  view.setUint32(8, kbits, true);
  view.setFloat32(12, -1, true); // quality of a variable bit rate: none
  view.setUint32(16, sampleRateHz, true); // rate out
  const encoder = exports.enc_init(params);
  exports.free(params);
  return encoder;
}

/** Word offsets, found by looking: package struct -> `lame_global_flags` -> `lame_internal_flags`. */
const GLOBAL_WORD = 7;
const INTERNAL_WORD = 72;
const LAME_ID = 0xfff88e3b | 0;
const NO_RESERVOIR_WORD = 37;

/**
 * The package has no word for "no bit reservoir", so the one field of LAME's settled configuration that
 * `lame_set_disable_reservoir` would have set is set in its memory; LAME reads it before every frame. A different build
 * must not be scribbled over: LAME's own magic number and nine neighbouring fields have to hold what they must hold at
 * these rates. Even so `AlignedEncoder` looks at every frame for bits that reach back, so a silent miss is impossible.
 */
function switchReservoirOff(exports: Exports, encoder: number, sampleRateHz: number, kbits: number): void {
  const words = new Int32Array(exports.memory.buffer);
  const at = (address: number | undefined, word: number): number => (address ?? Number.NaN) / 4 + word;
  const internal = words[at(words[at(encoder, GLOBAL_WORD)], INTERNAL_WORD)];
  const granules = sampleRateHz >= 32000 ? 2 : 1;
  const expected: readonly (readonly [word: number, value: number])[] = [
    [0, LAME_ID],
    [16, sampleRateHz], // rate in
    [17, sampleRateHz], // rate out
    [18, 1], // channels in
    [19, 1], // channels out
    [20, granules],
    [27, 0], // constant bit rate
    [31, kbits],
    [36, 0], // analysis
    [NO_RESERVOIR_WORD, 0],
    [40, 0], // header frame
  ];
  if (!expected.every(([word, value]) => words[at(internal, word)] === value)) {
    throw new HalError('LIBRARY_MISSING', DEVICE, 'not the build this driver knows; install wasm-media-encoders 0.7.0');
  }
  words[at(internal, NO_RESERVOIR_WORD)] = 1;
}
