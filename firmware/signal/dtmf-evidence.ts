import { DTMF_HZ, type DtmfBank, LAGS } from './dtmf-bank.js';
import { WORK_RATE_HZ } from './profile.js';

/** Less than this left over is no matter: codec, distortion, the edge of a window. */
const REST_MIN = 0.05;
/** What is left is hiss when its likeness to itself differs this little (RMS over the lags) from that of hiss. */
const HISS_LAG_ERROR = 0.05;
/** More is allowed for chance: this much in 50 ms. */
const HISS_CHANCE = 0.12;
/** The two tones do not quite average out over 30 ms: this much of them passes for something left over. */
const BEAT_SHARE = 0.012;
/** Autocorrelation of white noise behind the receiver's rumble and dial-tone filters, lags 1-4 (computed from them). */
const HISS_LAGS: readonly number[] = [-0.201, -0.156, -0.105, -0.058];
/** Windows within 0.8 dB of the strongest are filled by the key; the others are its edges. */
const FILLED_RATIO = 1.2;
const TURN = (2 * Math.PI) / WORK_RATE_HZ;

/** What the windows that a key fills say about it, taken together. */
export class DtmfEvidence {
  /** Windows that showed the key, filled or not. */
  hops = 0;
  /** Amplitude (root mean square) of the pair. */
  reference = 0;
  #strongest = 0;
  #lowOffset = 0;
  #highOffset = 0;
  #tonePower = 0;
  #power = 0;
  readonly #lags = new Float64Array(LAGS);

  clear(): void {
    this.hops = 0;
    this.reference = 0;
    this.#strongest = 0;
    this.#restart();
  }

  /** Takes in the last window of `bank`, which showed the key. */
  gather(bank: DtmfBank): void {
    const { low, high } = bank;
    const tones = low.power + high.power;
    this.hops += 1;
    if (tones > this.#strongest * FILLED_RATIO) this.#restart();
    else if (tones * FILLED_RATIO < this.#strongest) return;
    if (tones > this.#strongest) {
      this.#strongest = tones;
      this.reference = Math.sqrt(tones);
    }
    this.#lowOffset += low.offset * tones;
    this.#highOffset += high.offset * tones;
    this.#tonePower += tones;
    this.#power += bank.power;
    const lowTurn = TURN * (DTMF_HZ[low.index] as number) * (1 + low.offset);
    const highTurn = TURN * (DTMF_HZ[4 + high.index] as number) * (1 + high.offset);
    for (let k = 0; k < LAGS; k += 1) {
      const ofTones = low.power * Math.cos(lowTurn * (k + 1)) + high.power * Math.cos(highTurn * (k + 1));
      this.#lags[k] = (this.#lags[k] as number) + (bank.lags[k] as number) - ofTones;
    }
  }

  /** Share of the power that the pair holds, 0-1 and a little. */
  get share(): number {
    return this.#tonePower / this.#power;
  }

  /** Relative frequency error of the low tone. */
  get lowOffset(): number {
    return this.#lowOffset / this.#tonePower;
  }

  /** Relative frequency error of the high tone. */
  get highOffset(): number {
    return this.#highOffset / this.#tonePower;
  }

  /** True when what the pair does not explain is next to nothing, or hiss: voices and music leave something with a pitch. */
  restIsHiss(durationMs: number): boolean {
    const { share } = this;
    if (1 - share < REST_MIN) return true;
    const rest = this.#power - this.#tonePower;
    let squares = 0;
    for (let k = 0; k < LAGS; k += 1) {
      squares += ((this.#lags[k] as number) / rest - (HISS_LAGS[k] as number)) ** 2;
    }
    // The longer it was heard, the less chance has to do with it.
    const chance = HISS_CHANCE * Math.sqrt(50 / durationMs);
    return Math.sqrt(squares / LAGS) < HISS_LAG_ERROR + chance + (BEAT_SHARE * share) / (1 - share);
  }

  #restart(): void {
    this.#lowOffset = 0;
    this.#highOffset = 0;
    this.#tonePower = 0;
    this.#power = 0;
    this.#lags.fill(0);
  }
}
