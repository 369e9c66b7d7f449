import { type MdmfStandard, resemblesBellcore } from './bellcore-message.js';
import { CharacterSearch } from './character-search.js';
import { recoverClock } from './clock-recovery.js';
import type { CallerIdMessage } from './events.js';
import { BASEBAND_HZ, type FskBaseband } from './fsk-baseband.js';
import type { MarkRun } from './fsk-mark.js';
import { readMessage } from './message.js';
import type { Reading } from './message-fields.js';
import { findNttEnd, readNtt, resemblesNtt } from './ntt-message.js';
import { Octets } from './octets.js';
import { type BitClock, PhaseTrellis } from './phase-trellis.js';
import { BELL202, FSK_RATE_HZ, type ModemPlan, V23 } from './profile.js';
import { ToneIntegrals } from './tone-integrals.js';

/** Length of a bit in baseband samples. */
const BIT_SAMPLES = BASEBAND_HZ / FSK_RATE_HZ;
/** Preamble loaded with the data: 80 ms, of which the first characters may have been taken for mark. */
const LEAD_SAMPLES = 320;
/** ... but not less than 15 ms, and no seizure: the run may have begun 10 ms before mark did. */
const LEAD_MIN_SAMPLES = 60;
const SEIZURE_SAMPLES = 40;
/** Frequency error of a modem that is believed: 4.5 % and the error of measuring it. */
const SCALE_MAX = 0.055;
/** The second reading begins this many bits before the first character. */
const LEAD_BITS = 12;
/** A clock the characters agree on less than this is no clock. */
const AGREEMENT_MIN = 0.5;
/** A first reading is repeated at the recovered rate when that is this far off. */
const RATE_ERROR = 0.006;
/** Share of the power in one tone or the other below which this is no modem; a modem at 3 dB SNR has 0.8. */
const PURITY_MIN = 0.6;

/** Ratio of the tones' amplitudes beyond which one of them is not there: 16 dB, the line may tilt by 10. */
const TILT_MAX = 6.3;

/** How hard to try. */
export type Effort = 'look' | 'read' | 'strain';

/** Reads the burst that follows a preamble. All buffers are its own and are used again. */
export class FskBurst {
  readonly #tones = new ToneIntegrals();
  readonly #search = new CharacterSearch();
  readonly #trellis = new PhaseTrellis();
  readonly #first = new Octets();
  readonly #second = new Octets();
  readonly #checked = new Octets();
  readonly #clock: BitClock = { origin: 0, bitSamples: BIT_SAMPLES };

  /**
   * @param run the preamble.
   * @param end baseband sample up to which to read.
   * @param effort `look` only says whether to go on; `read` takes a first reading; `strain` does everything.
   * @returns a message, or the baseband sample it wants to see (`wants`; 0: none in particular, -1: give up).
   */
  read(
    baseband: FskBaseband,
    run: MarkRun,
    end: number,
    effort: Effort,
    preferred: ModemPlan,
  ): Reading<CallerIdMessage> {
    const first = this.#closer(baseband, run, end, preferred);
    let wants = -1;
    for (const plan of first === V23 ? [V23, BELL202] : [BELL202, V23]) {
      if (!isPlausible(plan, run.hz)) continue;
      const reading = this.#readAs(plan, baseband, run, end, effort);
      if ('message' in reading) return reading;
      wants = Math.max(wants, reading.wants);
    }
    return { wants };
  }

  /** Where mark would do for both modems (a fast Bell 202, a slow V.23), the one whose space is heard louder. */
  #closer(baseband: FskBaseband, run: MarkRun, end: number, preferred: ModemPlan): ModemPlan {
    if (!isPlausible(V23, run.hz)) return BELL202;
    if (!isPlausible(BELL202, run.hz)) return V23;
    const spaceAs = (plan: ModemPlan): number => {
      this.#tones.load(baseband, run.end, end, run.hz, (plan.spaceHz * run.hz) / plan.markHz);
      this.#search.read(this.#tones, BIT_SAMPLES, 0, this.#first);
      return this.#search.spaceLevel;
    };
    const v23 = spaceAs(V23);
    const bell202 = spaceAs(BELL202);
    if (v23 === bell202) return preferred;
    return v23 > bell202 ? V23 : BELL202;
  }

  #readAs(plan: ModemPlan, baseband: FskBaseband, run: MarkRun, end: number, effort: Effort): Reading<CallerIdMessage> {
    const begin = Math.max(
      0,
      Math.min(run.begin + SEIZURE_SAMPLES, run.end - LEAD_MIN_SAMPLES),
      run.end - LEAD_SAMPLES,
    );
    const tones = this.#tones;
    const search = this.#search;
    const first = this.#first;
    tones.load(baseband, begin, end, run.hz, (plan.spaceHz * run.hz) / plan.markHz);
    search.read(tones, BIT_SAMPLES, run.end - begin, first);
    if (effort === 'look') {
      const tilt = search.spaceLevel / search.markLevel;
      const keyed = search.purity > PURITY_MIN && tilt > 1 / TILT_MAX && tilt < TILT_MAX;
      const likely = keyed && (resemblesNtt(first) || resemblesBellcore(first));
      return { wants: likely ? 0 : -1 };
    }
    const mdmf: MdmfStandard = plan === V23 ? 'etsi' : 'bellcore-mdmf';
    let reading = readMessage(first, mdmf);
    if ('message' in reading) return reading;
    if (reading.wants > first.length) return { wants: this.#when(begin, first, reading.wants) };
    if (effort === 'read') return { wants: 0 };

    const agreement = recoverClock(first, BIT_SAMPLES, this.#clock);
    if (agreement < AGREEMENT_MIN) return { wants: 0 };
    const { bitSamples } = this.#clock;
    if (Math.abs(bitSamples / BIT_SAMPLES - 1) > RATE_ERROR) {
      search.read(tones, bitSamples, run.end - begin, first);
      reading = readMessage(first, mdmf);
      if ('message' in reading) return reading;
      recoverClock(first, BIT_SAMPLES, this.#clock);
    }
    return this.#readAgain(mdmf, begin);
  }

  #readAgain(mdmf: MdmfStandard, begin: number): Reading<CallerIdMessage> {
    const clock = this.#clock;
    const { markLevel, spaceLevel } = this.#search;
    const second = this.#second;
    while (clock.origin > (this.#first.time[0] as number) - LEAD_BITS * clock.bitSamples) {
      clock.origin -= clock.bitSamples;
    }
    while (clock.origin < 1) clock.origin += clock.bitSamples;
    this.#trellis.read(this.#tones, clock, markLevel, spaceLevel, false, second);
    const reading = readMessage(second, mdmf);
    if ('message' in reading) return reading;
    if (resemblesNtt(second)) {
      const checked = this.#checked;
      this.#trellis.read(this.#tones, clock, markLevel, spaceLevel, true, checked);
      this.#takeCrc(checked, second);
      const again = readNtt(checked);
      if ('message' in again) return again;
    }
    return { wants: reading.wants > second.length ? this.#when(begin, second, reading.wants) : 0 };
  }

  /** The two CRC characters have no parity: they are taken from the reading that did not expect any. */
  #takeCrc(checked: Octets, plain: Octets): void {
    const end = findNttEnd(checked);
    if (end < 0) return;
    const after = checked.time[end + 1] as number;
    checked.length = end + 2;
    for (let i = 0; i < plain.length; i += 1) {
      if ((plain.time[i] as number) > after + BIT_SAMPLES) {
        checked.add(
          plain.value[i] as number,
          plain.time[i] as number,
          plain.clarity[i] as number,
          plain.margin[i] as number,
        );
      }
    }
  }

  /** Baseband sample by which `count` characters will have been heard, going by those that were. */
  #when(begin: number, octets: Octets, count: number): number {
    const last = octets.time[octets.length - 1] as number;
    const each = octets.length > 1 ? (last - (octets.time[0] as number)) / (octets.length - 1) : 10 * BIT_SAMPLES;
    const pace = Math.min(Math.max(each, 10 * BIT_SAMPLES), 22 * BIT_SAMPLES);
    return Math.ceil(begin + last + (count - octets.length + 1) * pace + 2 * BIT_SAMPLES);
  }
}

function isPlausible(plan: ModemPlan, markHz: number): boolean {
  return Math.abs(markHz / plan.markHz - 1) < SCALE_MAX;
}
