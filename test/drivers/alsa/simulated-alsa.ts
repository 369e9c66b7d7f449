import { Errno } from '../../../drivers/alsa/faults.js';
import type { AlsaFormat, AlsaLibrary, AlsaPcm, AlsaSettled } from '../../../drivers/alsa/library.js';
import type { Clock } from '../../../hal/clock.js';

/**
 * A sound card that lives on a clock. Sample `n` since the card was made has the value `n % 30000`, so whatever is read
 * tells when it was at the line. Faults are named properties, to be set at any time.
 */
export class SimulatedAlsa implements AlsaLibrary {
  readonly #clock: Clock;
  /** `open` fails with `missing` and `busy`, `configure` with `unfit`. */
  fault: 'none' | 'missing' | 'busy' | 'unfit' = 'none';
  /** What the device insists on. */
  insists: Partial<AlsaFormat> = {};
  /** Pulled out: every call from now on says so. */
  unplugged = false;
  /** Asleep: neither samples nor recovery until false again. */
  suspended = false;
  /** Alive and dumb: samples are made nowhere. */
  frozen = false;
  /** Samples that were at the line and never digitised. Without a word, as a bad cable does it. */
  lost = 0;
  /** Most samples one read returns, as some devices have it. */
  mostRead = Number.POSITIVE_INFINITY;
  /** The card's clock against ours. */
  driftPpm = 0;
  /** The hardware tells of samples in lumps of this many. */
  lump = 1;
  bufferSamples = 16000;
  /** PCMs open now, and how often one was opened and brought back. */
  openNow = 0;
  opened = 0;
  recovered = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(_pcm: string): AlsaPcm | number {
    if (this.fault === 'missing') return Errno.NOENT;
    if (this.fault === 'busy') return Errno.BUSY;
    if (this.unplugged) return Errno.NODEV;
    this.openNow += 1;
    this.opened += 1;
    return new SimulatedPcm(this, this.#clock);
  }

  describe(error: number): string {
    return Object.entries(Errno).find(([, value]) => value === error)?.[0] ?? `error ${error}`;
  }
}

class SimulatedPcm implements AlsaPcm {
  readonly #card: SimulatedAlsa;
  readonly #clock: Clock;
  #rateHz = 0;
  #state: 'open' | 'prepared' | 'running' | 'overrun' | 'suspended' | 'closed' = 'open';
  /** Next sample the program gets, counted since the card was made. */
  #next = 0;

  constructor(card: SimulatedAlsa, clock: Clock) {
    this.#card = card;
    this.#clock = clock;
  }

  configure(asked: AlsaFormat): AlsaSettled | number {
    if (this.#card.fault === 'unfit') return Errno.INVAL;
    this.#rateHz = asked.rateHz;
    return { ...asked, ...this.#card.insists, bufferMs: (this.#card.bufferSamples * 1000) / asked.rateHz };
  }

  prepare(): number {
    if (this.#card.unplugged) return Errno.NODEV;
    if (this.#state === 'overrun' || this.#state === 'suspended') this.#card.recovered += 1;
    this.#state = 'prepared';
    return 0;
  }

  start(): number {
    if (this.#card.unplugged) return Errno.NODEV;
    if (this.#state !== 'prepared') throw new Error(`started when ${this.#state}`);
    this.#next = this.#made();
    this.#state = 'running';
    return 0;
  }

  resume(): number {
    return this.#card.suspended ? Errno.AGAIN : Errno.NOSYS;
  }

  available(): number {
    if (this.#state === 'closed') throw new Error('used after close');
    if (this.#card.unplugged) return Errno.NODEV;
    if (this.#card.suspended) this.#state = 'suspended';
    if (this.#state === 'suspended') return Errno.STRPIPE;
    if (this.#state === 'running' && this.#made() - this.#next > this.#card.bufferSamples) this.#state = 'overrun';
    if (this.#state === 'overrun') return Errno.PIPE;
    return this.#card.frozen ? 0 : this.#made() - this.#next;
  }

  read(into: Int16Array, count: number): number {
    const waiting = this.available();
    if (waiting < 0) return waiting;
    if (waiting === 0) return Errno.AGAIN;
    const read = Math.min(count, waiting, this.#card.mostRead);
    for (let i = 0; i < read; i += 1) into[i] = (this.#next + i) % 30000;
    this.#next += read;
    return read;
  }

  close(): void {
    if (this.#state === 'closed') throw new Error('closed twice');
    this.#state = 'closed';
    this.#card.openNow -= 1;
  }

  #made(): number {
    const exact = (this.#clock.now() * this.#rateHz * (1 + this.#card.driftPpm / 1e6)) / 1000;
    return Math.floor((exact + 1e-6 - this.#card.lost) / this.#card.lump) * this.#card.lump;
  }
}
