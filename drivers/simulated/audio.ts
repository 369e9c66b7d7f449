import { Observable, type Subscriber } from 'rxjs';
import type { AudioInput, PcmBlock } from '../../hal/audio.js';
import type { Clock, MonotonicMs } from '../../hal/clock.js';
import { HalError } from '../../hal/errors.js';
import { CAPTURE_FAULTS, type CaptureFault } from './fault.js';

/** Time is turned into samples with this much forgiveness for fractions of a millisecond. */
const SAMPLE_TOLERANCE = 1e-3;

/**
 * The ear on a simulated line. Its device counts samples from 0 ms of the clock, open or not: `worldSample` is that
 * count, from which each subscription gets a `firstSample` of its own.
 *
 * One subscription at a time, as with a sound card: a second errors with `DEVICE_BUSY`.
 */
export class SimulatedAudio implements AudioInput {
  readonly sampleRateHz: number;
  readonly #device: string;
  readonly #clock: Clock;
  readonly #active = new Map<CaptureFault, number>(CAPTURE_FAULTS.map((kind) => [kind, 0]));
  #listener: Subscriber<PcmBlock> | undefined;
  /** World sample that is the listener's sample 0. */
  #origin = 0;

  readonly blocks$: Observable<PcmBlock> = new Observable((subscriber) => {
    if (this.#suffers('capture-gone')) {
      subscriber.error(new HalError('DEVICE_MISSING', this.#device, 'no such sound device (simulated)'));
      return undefined;
    }
    if (this.#listener !== undefined) {
      subscriber.error(new HalError('DEVICE_BUSY', this.#device, 'already open (simulated)'));
      return undefined;
    }
    this.#origin = Math.ceil((this.#clock.now() * this.sampleRateHz) / 1000 - SAMPLE_TOLERANCE);
    this.#listener = subscriber;
    return () => {
      if (this.#listener === subscriber) this.#listener = undefined;
    };
  });

  /** `device` names it in errors. */
  constructor(device: string, sampleRateHz: number, clock: Clock) {
    this.#device = device;
    this.sampleRateHz = sampleRateHz;
    this.#clock = clock;
  }

  /** Whether samples given to `hear` now would reach anybody. */
  get listening(): boolean {
    return this.#listener !== undefined && !this.#suffers('capture-overrun') && !this.#suffers('capture-stall');
  }

  /** The line carried `samples` (lent until this returns) from `worldSample` on. Deaf ears lose them. */
  hear(worldSample: number, samples: Int16Array): void {
    if (!this.listening) return;
    const early = Math.max(0, this.#origin - worldSample);
    if (early >= samples.length) return;
    const first = worldSample + early;
    this.#listener?.next({
      firstSample: first - this.#origin,
      atMs: ((first * 1000) / this.sampleRateHz) as MonotonicMs,
      samples: early === 0 ? samples : samples.subarray(early),
    });
  }

  /** The world jumps from one sample to a later one and nothing was there to be heard: no gap for the listener. */
  skip(fromSample: number, toSample: number): void {
    this.#origin = this.#origin <= fromSample ? this.#origin + toSample - fromSample : toSample;
  }

  /** Faults may overlap, with others and with their own kind; each `begin` wants an `end`. */
  begin(fault: CaptureFault): void {
    this.#active.set(fault, (this.#active.get(fault) ?? 0) + 1);
    if (fault !== 'capture-gone') return;
    const lost = this.#listener;
    this.#listener = undefined;
    lost?.error(new HalError('DEVICE_GONE', this.#device, 'the sound device went away (simulated)'));
  }

  end(fault: CaptureFault): void {
    this.#active.set(fault, Math.max(0, (this.#active.get(fault) ?? 0) - 1));
  }

  #suffers(fault: CaptureFault): boolean {
    return (this.#active.get(fault) ?? 0) > 0;
  }
}
