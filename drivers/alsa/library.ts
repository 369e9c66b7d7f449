import { createRequire } from 'node:module';
import { HalError } from '../../hal/errors.js';

/** What is asked of a device, and what it settles on. */
export interface AlsaFormat {
  /** ALSA's name, `S16_LE` for all that is recorded here. */
  readonly sample: string;
  readonly channels: number;
  readonly rateHz: number;
}

/** What a device was set up to, whether or not it is what was asked. */
export interface AlsaSettled extends AlsaFormat {
  /** Sound that it keeps for whoever is busy elsewhere, as far as it says. */
  readonly bufferMs: number;
}

/** One PCM open for capture. Numbers returned are as ALSA has them: a count, or a negative errno. Nothing blocks. */
export interface AlsaPcm {
  /**
   * Finds the format nearest to `asked` and installs it if it is exactly that; else installs nothing. Returns what was
   * found, or a negative errno. Period and buffer are wishes, in microseconds.
   */
  configure(asked: AlsaFormat, periodUs: number, bufferUs: number): AlsaSettled | number;
  prepare(): number;
  start(): number;
  /** Out of a suspend. `EAGAIN` = not yet, `ENOSYS` = the device cannot. */
  resume(): number;
  /** Samples waiting to be read. */
  available(): number;
  /** Reads at most `count` samples to the front of `into`. */
  read(into: Int16Array, count: number): number;
  /** Called exactly once. */
  close(): void;
}

/** The seam between the capture driver and libasound: here the real one, in tests a simulated one. */
export interface AlsaLibrary {
  /** Any PCM name ALSA's configuration knows. Returns a negative errno if it cannot be opened now. */
  open(pcm: string): AlsaPcm | number;
  /** One line in English for a negative errno. */
  describe(error: number): string;
}

const LIBRARY = 'libasound.so.2';

/** `pcm.h`. */
const STREAM_CAPTURE = 1;
const MODE_NONBLOCK = 1;
const ACCESS_RW_INTERLEAVED = 3;
const FORMAT_UNKNOWN = -1;

/** A pointer; koffi gives them as it likes, nothing here looks inside. */
type Pointer = bigint | object | null;
/** A `snd_pcm_hw_params_t`: its size is the library's business, its memory is ours. */
type Params = Uint8Array;
/** In and out arguments are arrays of one. */
type Cell<T = number> = [T];

/**
 * libasound through koffi. Throws `HalError` `LIBRARY_MISSING` where koffi or the library is not there. From then on
 * libasound prints nothing to stderr, in this whole process.
 */
export function openAlsa(): AlsaLibrary {
  const alsa = bind();
  return {
    open(name) {
      const handle: Cell<Pointer> = [null];
      const error = alsa.open(handle, name, STREAM_CAPTURE, MODE_NONBLOCK);
      return error < 0 ? error : new RealPcm(alsa, handle[0]);
    },
    describe: (error) => alsa.describe(error),
  };
}

type Bindings = ReturnType<typeof bind>;

function bind() {
  try {
    // Optional dependency, and a native one: loaded when asked for, not when imported.
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
    const lib = koffi.load(LIBRARY);
    const onPcm = (name: string, result = 'int') => lib.func(name, result, ['void *']) as (pcm: Pointer) => number;
    const choose = (name: string) =>
      lib.func(`int ${name}(void *pcm, uint8_t *params, _Inout_ unsigned int *value, _Inout_ int *dir)`) as (
        pcm: Pointer,
        params: Params,
        value: Cell,
        dir: Cell,
      ) => number;
    // What libasound has to report it returns too. Its messages go to a function that takes no notice of its arguments
    // and does nothing, instead of to stderr: a callback into JavaScript would have to be variadic and on this thread.
    lib.func('snd_lib_error_set_handler', 'int', ['void *'])(lib.symbol('snd_asoundlib_version'));
    return {
      describe: lib.func('snd_strerror', 'str', ['int']) as (error: number) => string,
      open: lib.func('int snd_pcm_open(_Out_ void **pcm, const char *name, int stream, int mode)') as (
        pcm: Cell<Pointer>,
        name: string,
        stream: number,
        mode: number,
      ) => number,
      close: onPcm('snd_pcm_close'),
      prepare: onPcm('snd_pcm_prepare'),
      start: onPcm('snd_pcm_start'),
      resume: onPcm('snd_pcm_resume'),
      available: onPcm('snd_pcm_avail', 'long'),
      read: lib.func('snd_pcm_readi', 'long', ['void *', 'int16_t *', 'unsigned long']) as (
        pcm: Pointer,
        into: Int16Array,
        count: number,
      ) => number,
      paramsBytes: lib.func('snd_pcm_hw_params_sizeof', 'size_t', []) as () => number,
      paramsAny: lib.func('snd_pcm_hw_params_any', 'int', ['void *', 'uint8_t *']) as Install,
      install: lib.func('snd_pcm_hw_params', 'int', ['void *', 'uint8_t *']) as Install,
      setAccess: lib.func('snd_pcm_hw_params_set_access', 'int', ['void *', 'uint8_t *', 'int']) as SetOne,
      setFormat: lib.func('snd_pcm_hw_params_set_format', 'int', ['void *', 'uint8_t *', 'int']) as SetOne,
      firstFormat: lib.func(
        'int snd_pcm_hw_params_set_format_first(void *pcm, uint8_t *params, _Inout_ int *format)',
      ) as Nearest,
      nearestChannels: lib.func(
        'int snd_pcm_hw_params_set_channels_near(void *pcm, uint8_t *params, _Inout_ unsigned int *channels)',
      ) as Nearest,
      nearestRate: choose('snd_pcm_hw_params_set_rate_near'),
      nearestPeriod: choose('snd_pcm_hw_params_set_period_time_near'),
      nearestBuffer: choose('snd_pcm_hw_params_set_buffer_time_near'),
      getFormat: lib.func('int snd_pcm_hw_params_get_format(uint8_t *params, _Out_ int *format)') as Get,
      getChannels: lib.func('int snd_pcm_hw_params_get_channels(uint8_t *params, _Out_ unsigned int *channels)') as Get,
      getRate: lib.func(
        'int snd_pcm_hw_params_get_rate(uint8_t *params, _Out_ unsigned int *rate, _Out_ int *dir)',
      ) as GetRate,
      formatNamed: lib.func('snd_pcm_format_value', 'int', ['str']) as (name: string) => number,
      formatName: lib.func('snd_pcm_format_name', 'str', ['int']) as (format: number) => string | null,
    };
  } catch (cause) {
    const message = 'cannot be loaded; install the package libasound2';
    throw new HalError('LIBRARY_MISSING', `alsa (${LIBRARY})`, message, { cause });
  }
}

type Install = (pcm: Pointer, params: Params) => number;
type SetOne = (pcm: Pointer, params: Params, value: number) => number;
type Nearest = (pcm: Pointer, params: Params, value: Cell) => number;
type Get = (params: Params, value: Cell) => number;
type GetRate = (params: Params, value: Cell, dir: Cell) => number;

class RealPcm implements AlsaPcm {
  readonly #alsa: Bindings;
  readonly #pcm: Pointer;

  constructor(alsa: Bindings, pcm: Pointer) {
    this.#alsa = alsa;
    this.#pcm = pcm;
  }

  configure(asked: AlsaFormat, periodUs: number, bufferUs: number): AlsaSettled | number {
    const { paramsBytes, paramsAny, setAccess, nearestBuffer, nearestPeriod, install } = this.#alsa;
    const pcm = this.#pcm;
    const params = new Uint8Array(paramsBytes());
    let error = paramsAny(pcm, params);
    if (error >= 0) error = setAccess(pcm, params, ACCESS_RW_INTERLEAVED);
    if (error >= 0) error = this.#approach(params, asked);
    if (error < 0) return error;
    const given = this.#settled(params);
    if (given.sample !== asked.sample || given.channels !== asked.channels || given.rateHz !== asked.rateHz)
      return { ...given, bufferMs: 0 };
    // A device that has only its own idea of period or buffer keeps it; the driver polls, as often as the buffer asks for.
    const buffer: Cell = [bufferUs];
    nearestBuffer(pcm, params, buffer, [0]);
    nearestPeriod(pcm, params, [periodUs], [0]);
    error = install(pcm, params);
    return error < 0 ? error : { ...this.#settled(params), bufferMs: buffer[0] / 1000 };
  }

  /** Narrows `params` to the one format that is nearest to `asked`, whether or not it is that. */
  #approach(params: Params, asked: AlsaFormat): number {
    const { setFormat, firstFormat, formatNamed, nearestChannels, nearestRate } = this.#alsa;
    let error = setFormat(this.#pcm, params, formatNamed(asked.sample));
    if (error < 0) error = firstFormat(this.#pcm, params, [FORMAT_UNKNOWN]);
    if (error >= 0) error = nearestChannels(this.#pcm, params, [asked.channels]);
    return error < 0 ? error : nearestRate(this.#pcm, params, [asked.rateHz], [0]);
  }

  #settled(params: Params): AlsaFormat {
    const [format, channels, rate, dir]: [Cell, Cell, Cell, Cell] = [[FORMAT_UNKNOWN], [0], [0], [0]];
    this.#alsa.getFormat(params, format);
    this.#alsa.getChannels(params, channels);
    this.#alsa.getRate(params, rate, dir);
    // A rate between two whole numbers is told by its direction alone; half a hertz stands for it.
    const rateHz = rate[0] + Math.sign(dir[0]) / 2;
    return { sample: this.#alsa.formatName(format[0]) ?? 'unknown', channels: channels[0], rateHz };
  }

  prepare(): number {
    return this.#alsa.prepare(this.#pcm);
  }

  start(): number {
    return this.#alsa.start(this.#pcm);
  }

  resume(): number {
    return this.#alsa.resume(this.#pcm);
  }

  available(): number {
    return this.#alsa.available(this.#pcm);
  }

  read(into: Int16Array, count: number): number {
    return this.#alsa.read(this.#pcm, into, Math.min(count, into.length));
  }

  close(): void {
    this.#alsa.close(this.#pcm);
  }
}
