import { defer, Observable, repeat, type Subscriber } from 'rxjs';
import type { AudioInput, PcmBlock } from '../../hal/audio.js';
import type { Clock } from '../../hal/clock.js';
import { HalError } from '../../hal/errors.js';
import { Errno, openFault } from './faults.js';
import { type AlsaFormat, type AlsaLibrary, type AlsaPcm, openAlsa } from './library.js';
import { Session, STALL_MS } from './session.js';

export interface AlsaCaptureOptions {
  /** What the device is to the board, `line-1`. */
  readonly role: string;
  /** Any PCM name: `plughw:CARD=Device,DEV=0`, or one of asound.conf's. `hw:` names do no conversion and say what they can. */
  readonly pcm: string;
  readonly sampleRateHz: number;
  /** How often the device is looked at, and how late a block is at most; more often where its buffer is short. Default 100. */
  readonly lookMs?: number;
  /** How long this process may be busy elsewhere before samples are lost; the device may settle on less. Default 2000. */
  readonly bufferMs?: number;
  readonly clock: Clock;
}

/** Under the 250 ms that nothing is encoded before, and few enough wake-ups for a box at rest. */
const LOOK_MS = 100;
/** No wish of ours to be woken: how exactly some devices tell how far they are. */
const PERIOD_MS = 20;
const BUFFER_MS = 2000;
/** A buffer is looked at so often before it is full. */
const LOOKS_A_BUFFER = 8;

/**
 * One mono line through libasound. Opened without blocking and polled on the HAL clock: no thread, no child process, no
 * call that waits. An overrun, a suspend or a hole in the stream becomes a jump of `firstSample` by what the clock says
 * was lost. A device that reports an error it cannot come back from, or is silent for 5 s, errors with `DEVICE_GONE`.
 * Never delivers more than real time and 500 ppm can have brought, however much a PCM without hardware offers.
 */
export class AlsaCapture implements AudioInput {
  readonly sampleRateHz: number;
  readonly blocks$: Observable<PcmBlock>;
  readonly #options: AlsaCaptureOptions;
  readonly #device: string;
  readonly #openLibrary: () => AlsaLibrary;
  #library: AlsaLibrary | undefined;

  /** Opens nothing yet, not even the library. `openLibrary` is the seam for a simulated one. */
  constructor(options: AlsaCaptureOptions, openLibrary: () => AlsaLibrary = openAlsa) {
    this.#options = options;
    this.#openLibrary = openLibrary;
    this.#device = `${options.role} (${options.pcm})`;
    this.sampleRateHz = options.sampleRateHz;
    this.blocks$ = new Observable((subscriber) => this.#run(subscriber));
  }

  #run(subscriber: Subscriber<PcmBlock>): (() => void) | undefined {
    const { clock, sampleRateHz: rateHz, bufferMs = BUFFER_MS } = this.#options;
    let library: AlsaLibrary;
    let pcm: AlsaPcm;
    let lookMs: number;
    try {
      this.#library ??= this.#openLibrary();
      library = this.#library;
      ({ pcm, lookMs } = this.#open(library, bufferMs));
    } catch (error) {
      subscriber.error(error);
      return undefined;
    }
    const session = new Session(pcm, { rateHz, lookMs, bufferMs, clock }, (block) => {
      subscriber.next(block);
      return !subscriber.closed;
    });
    let open = true;
    // At the clock's round times: all lines of a box are looked at in one wake-up.
    const polls = defer(() => clock.after$(lookMs - (clock.now() % lookMs)))
      .pipe(repeat())
      .subscribe(() => {
        const error = session.poll();
        if (error >= 0) return;
        // Closed before anyone hears of it, so that whoever subscribes again at once finds the device free.
        release();
        const why = error === Errno.TIME ? `no samples for ${STALL_MS / 1000} s` : library.describe(error);
        subscriber.error(new HalError('DEVICE_GONE', this.#device, `lost while recording (${why})`));
      });
    const release = (): void => {
      polls.unsubscribe();
      if (open) pcm.close();
      open = false;
    };
    return release;
  }

  /** A PCM of exactly the format asked for, running, and how often it is to be looked at; or throws with nothing left open. */
  #open(library: AlsaLibrary, bufferMs: number): { readonly pcm: AlsaPcm; readonly lookMs: number } {
    const pcm = library.open(this.#options.pcm);
    if (typeof pcm === 'number') throw openFault(this.#device, pcm, library.describe(pcm));
    try {
      const asked: AlsaFormat = { sample: 'S16_LE', channels: 1, rateHz: this.sampleRateHz };
      const given = pcm.configure(asked, PERIOD_MS * 1000, bufferMs * 1000);
      if (given === Errno.INVAL) {
        throw new HalError('FORMAT_REFUSED', this.#device, `asked for ${told(asked)}, the device has nothing like it`);
      }
      if (typeof given === 'number') throw openFault(this.#device, given, library.describe(given));
      if (told(given) !== told(asked)) {
        const message = `asked for ${told(asked)}, the device gives ${told(given)}`;
        throw new HalError('FORMAT_REFUSED', this.#device, message);
      }
      const error = Math.min(0, pcm.prepare()) || Math.min(0, pcm.start());
      if (error < 0) throw openFault(this.#device, error, library.describe(error));
      const { lookMs = LOOK_MS } = this.#options;
      return { pcm, lookMs: Math.max(PERIOD_MS, Math.min(lookMs, given.bufferMs / LOOKS_A_BUFFER)) };
    } catch (error) {
      pcm.close();
      throw error;
    }
  }
}

function told({ sample, channels, rateHz }: AlsaFormat): string {
  return `${rateHz} Hz, ${channels} channel${channels === 1 ? '' : 's'}, ${sample}`;
}
