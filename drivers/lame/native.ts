import { createRequire } from 'node:module';
import type { Mp3Codec } from '../../hal/codec.js';
import { HalError } from '../../hal/errors.js';
import { AlignedEncoder, ENGINE_BYTES, ENGINE_SAMPLES, type LameEngine, LEAD_IN_SAMPLES } from './encoder.js';

const LIBRARY = 'libmp3lame.so.0';
const DEVICE = `lame (${LIBRARY})`;

/** `lame.h`: MPEG_mode MONO. */
const MODE_MONO = 3;
/** `lame.h`: vbr_mode vbr_off, that is, constant bit rate. */
const VBR_OFF = 0;

/** A `lame_global_flags *`; koffi gives pointers as it likes, nothing here looks inside. */
type Lame = bigint | object | null;
type Setter = (lame: Lame, value: number) => number;

/**
 * The system's libmp3lame, called in this process. Throws `HalError` `LIBRARY_MISSING` where koffi or the library is not
 * there or is too old to have the calls used here; nothing else throws it.
 */
export function openNativeLame(): Mp3Codec {
  const library = bind();
  return {
    name: `libmp3lame ${library.version()}`,
    leadInSamples: LEAD_IN_SAMPLES,
    open: (options) => new AlignedEncoder(options, () => new NativeEngine(library, options)),
  };
}

type Library = ReturnType<typeof bind>;

function bind() {
  try {
    // Optional dependency, and a native one: loaded when asked for, not when imported.
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
    const lib = koffi.load(LIBRARY);
    const set = (name: string): Setter => lib.func(name, 'int', ['void *', 'int']);
    const silence = (name: string): ((lame: Lame, callback: null) => number) =>
      lib.func(name, 'int', ['void *', 'void *']);
    return {
      version: lib.func('get_lame_version', 'str', []) as () => string,
      init: lib.func('lame_init', 'void *', []) as () => Lame,
      initParams: lib.func('lame_init_params', 'int', ['void *']) as (lame: Lame) => number,
      close: lib.func('lame_close', 'int', ['void *']) as (lame: Lame) => number,
      encode: lib.func('lame_encode_buffer', 'int', [
        'void *',
        'const int16_t *',
        'const int16_t *',
        'int',
        'uint8_t *',
        'int',
      ]) as (lame: Lame, left: Int16Array, right: null, samples: number, out: Uint8Array, outBytes: number) => number,
      setChannels: set('lame_set_num_channels'),
      setMode: set('lame_set_mode'),
      setRateIn: set('lame_set_in_samplerate'),
      setRateOut: set('lame_set_out_samplerate'),
      setKbits: set('lame_set_brate'),
      setVbr: set('lame_set_VBR'),
      setVbrTag: set('lame_set_bWriteVbrTag'),
      setQuality: set('lame_set_quality'),
      setNoReservoir: set('lame_set_disable_reservoir'),
      /** LAME reports on stderr unless told whom to call. Nobody: the status codes say what there is to know. */
      silence: [silence('lame_set_errorf'), silence('lame_set_debugf'), silence('lame_set_msgf')],
    };
  } catch (cause) {
    const message = 'cannot be loaded; install the package libmp3lame0';
    throw new HalError('LIBRARY_MISSING', DEVICE, message, { cause });
  }
}

/**
 * Searched before each call, for its side effect on x86-64 alone: OpenSSL's ChaCha20 leaves the upper halves of the vector
 * registers in use, which slows LAME's SSE code by 1.7 for as long as they are; the C library's byte search clears them.
 */
const SETTLING = Buffer.alloc(1024);

/** No noise shaping: nearer to what was heard, and 40 % cheaper (README, quality). */
const QUALITY = 7;

class NativeEngine implements LameEngine {
  readonly input = new Int16Array(ENGINE_SAMPLES);
  readonly output = new Uint8Array(ENGINE_BYTES);
  readonly #library: Library;
  readonly #lame: Lame;

  constructor(library: Library, options: { readonly sampleRateHz: number; readonly bitRate: number }) {
    this.#library = library;
    this.#lame = library.init();
    if (this.#lame === null) throw new HalError('PROTOCOL', DEVICE, 'out of memory');
    for (const silence of library.silence) silence(this.#lame, null);
    library.setChannels(this.#lame, 1);
    library.setMode(this.#lame, MODE_MONO);
    library.setRateIn(this.#lame, options.sampleRateHz);
    library.setRateOut(this.#lame, options.sampleRateHz);
    library.setVbr(this.#lame, VBR_OFF);
    library.setKbits(this.#lame, options.bitRate / 1000);
    library.setVbrTag(this.#lame, 0);
    library.setQuality(this.#lame, QUALITY);
    library.setNoReservoir(this.#lame, 1);
    if (library.initParams(this.#lame) < 0) {
      this.close();
      const asked = `${options.sampleRateHz} Hz at ${options.bitRate / 1000} kbit/s`;
      throw new HalError('FORMAT_REFUSED', DEVICE, `the library refuses ${asked}`);
    }
  }

  encode(count: number): number {
    SETTLING.indexOf(1);
    return this.#library.encode(this.#lame, this.input, null, count, this.output, ENGINE_BYTES);
  }

  close(): void {
    this.#library.close(this.#lame);
  }
}
