import { DTMF_HZ, DtmfBank, WINDOW_BLOCKS } from './dtmf-bank.js';
import { DtmfEnvelope, ENVELOPE_BLOCKS } from './dtmf-envelope.js';
import { DtmfEvidence } from './dtmf-evidence.js';
import { DtmfRemainder } from './dtmf-remainder.js';
import { BLOCK_MS, BLOCK_SAMPLES, type DtmfLimits, meanSquareAt } from './profile.js';

const KEYS: readonly string[] = ['1', '2', '3', 'A', '4', '5', '6', 'B', '7', '8', '9', 'C', '*', '0', '#', 'D'];

/** Share of the power two frequencies must hold before anything else is looked at: 0.28 is a pair at -4 dB SNR. */
const GATE_SHARE = 0.22;
/** A key's level holds still. Relative deviation of its 5 ms amplitudes; 941 and 1209 Hz, the closest, beat up to 0.16. */
const SWING_MAX = 0.22;
/** No 5 ms of a key are this much louder than the key. */
const BURST_MAX = 1.5;
/** A key is switched, notes swell and die away: amplitude just outside, over the key's. Hiss at -3 dB SNR has 0.45. */
const EDGE_MAX = 0.68;
/** The same where there is no hiss: bells and strings die away more slowly than that. */
const EDGE_CLEAN = 0.45;
/** Share of a key's 5 ms steps at which the pair must have been seen. */
const SEEN_MIN = 0.55;
/** A shorter key must hold half of the power: so little of hiss and of a voice look alike. Senders hold 40 ms at least. */
const SHORT_MS = 34;
const SHORT_SHARE = 0.5;
/** Longer keys are cut: 10 s. */
const KEY_BLOCKS_MAX = ENVELOPE_BLOCKS / 2;

/** Hears DTMF keys. Feed it 5 ms blocks; a key is reported once, when it has ended. */
export class DtmfReceiver {
  readonly #limits: DtmfLimits;
  readonly #onKey: (digit: string, startMs: number, durationMs: number) => void;
  readonly #bank = new DtmfBank();
  readonly #envelope = new DtmfEnvelope();
  readonly #evidence = new DtmfEvidence();
  readonly #remainder = new DtmfRemainder();
  readonly #floor: number;
  readonly #twistMax: number;
  readonly #twistMin: number;
  #block = -1;
  /** The key being heard, low index x 4 + high index, or -1. */
  #key = -1;
  #firstBlock = 0;
  /** The key judged last, and its last full step. */
  #endedKey = -1;
  #endedBlock = -1;
  #lastSeen = 0;
  /** Steps in a row at which the pair was weak. */
  #weak = 0;

  /** @param onKey called during `push`: the key, its start in ms since the first sample, its length in ms. */
  constructor(limits: DtmfLimits, onKey: (digit: string, startMs: number, durationMs: number) => void) {
    this.#limits = limits;
    this.#onKey = onKey;
    this.#floor = meanSquareAt(limits.floorDbm0);
    this.#twistMax = 10 ** (limits.twistMaxDb / 10);
    this.#twistMin = 10 ** (limits.twistMinDb / 10);
  }

  /** Takes the next 5 ms of filtered samples. */
  push(block: Float64Array): void {
    this.#block += 1;
    this.#bank.push(block);
    this.#envelope.push(this.#bank);
    this.#remainder.push(block);
    const key = this.#candidate();
    if (this.#key >= 0) this.#follow(key);
    else if (key >= 0 && !this.#isEcho(key)) this.#begin(key);
  }

  /** True while the window still shows the end of the key that was judged last. */
  #isEcho(key: number): boolean {
    return key === this.#endedKey && this.#block - WINDOW_BLOCKS < this.#endedBlock;
  }

  /** The stream has ended: judge what is being heard. */
  flush(): void {
    if (this.#key >= 0) this.#end();
  }

  /** The key that the last 30 ms look like, or -1. */
  #candidate(): number {
    const bank = this.#bank;
    if (!bank.search(GATE_SHARE)) return -1;
    const { low, high, power } = bank;
    if (low.power + high.power < Math.max(GATE_SHARE * power, this.#floor)) return -1;
    if (high.power > low.power * this.#twistMax || high.power < low.power * this.#twistMin) return -1;
    return low.index * 4 + high.index;
  }

  #begin(key: number): void {
    this.#key = key;
    // The window may have begun before the key: the envelope tells later.
    this.#firstBlock = Math.max(0, this.#block - WINDOW_BLOCKS + 1);
    this.#weak = 0;
    this.#evidence.clear();
    this.#follow(key);
  }

  /** One more step of the key being heard; `key` is what the window looks like now. */
  #follow(key: number): void {
    if (key === this.#key) {
      this.#evidence.gather(this.#bank);
      this.#lastSeen = this.#block;
    }
    const amplitude = this.#envelope.amplitude(this.#block, this.#key);
    this.#weak = amplitude < this.#evidence.reference * 0.5 ? this.#weak + 1 : 0;
    const unseen = this.#block - this.#lastSeen;
    const gone =
      this.#weak > this.#limits.bridgeMs / BLOCK_MS ||
      unseen > WINDOW_BLOCKS ||
      this.#block - this.#firstBlock >= KEY_BLOCKS_MAX;
    if (!gone && (key === this.#key || key < 0)) return;
    // Hiss may make another key of a window or two.
    if (!gone && this.#evidence.hops >= 2 && unseen <= 3) return;
    this.#end();
    if (key >= 0 && this.#weak === 0 && !gone && !this.#isEcho(key)) this.#begin(key);
  }

  #end(): void {
    const key = this.#key;
    const evidence = this.#evidence;
    const envelope = this.#envelope;
    this.#key = -1;
    const { lowOffset, highOffset } = evidence;
    const error = Math.max(Math.abs(lowOffset), Math.abs(highOffset));
    if (evidence.hops < 2 || error > this.#limits.frequencyTolerance) return;
    envelope.measure(key, this.#firstBlock, this.#block, evidence.reference);
    this.#endedKey = key;
    this.#endedBlock = envelope.lastFull;
    const durationMs = envelope.filled * BLOCK_MS;
    if (durationMs < this.#limits.minimumMs || !evidence.restIsHiss(durationMs)) return;
    if (durationMs < SHORT_MS && evidence.share < SHORT_SHARE) return;
    // 5 ms of hiss swing a 200 Hz wide look by this much.
    const share = Math.min(evidence.share, 1);
    const hiss = Math.sqrt((1 - share) / Math.max(share, 0.1) / BLOCK_SAMPLES);
    if (envelope.swing > SWING_MAX + 1.2 * hiss || envelope.loudest > BURST_MAX + 3 * hiss) return;
    const edge = Math.min(EDGE_MAX, EDGE_CLEAN + 2.5 * hiss);
    if (!envelope.isSharp(key, edge * evidence.reference)) return;
    if (evidence.hops < (SEEN_MIN * durationMs) / BLOCK_MS) return;
    if (!envelope.comesTogether(key, hiss)) return;
    const lowHz = (DTMF_HZ[key >> 2] as number) * (1 + lowOffset);
    const highHz = (DTMF_HZ[4 + (key & 3)] as number) * (1 + highOffset);
    const isHeld = (block: number): boolean => envelope.isHeld(block, key, evidence.reference);
    this.#remainder.measure(lowHz, highHz, envelope.firstFull, envelope.lastFull, isHeld);
    if (!this.#remainder.isPlain) return;
    this.#onKey(KEYS[key] as string, envelope.first * BLOCK_MS, Math.round(envelope.length * BLOCK_MS));
  }
}
