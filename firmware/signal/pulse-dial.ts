/** State of the loop as an edge list writes it. */
export type HookState = 'on' | 'off';

/** Limits of hook signalling, all in ms. */
export interface HookLimits {
  /** A state must hold this long to be one; shorter is bounce. Less than the 13.9 ms make of a fast 20 pps dial. */
  readonly bounceMs: number;
  /** Break of a dial pulse: 20 pps sends 29.6-38 ms, 10 pps 52.7-77.8 ms (ordinance: rate and make ratio [S]). */
  readonly pulseMinMs: number;
  readonly pulseMaxMs: number;
  /** Breaks shorter than this are 20 pps, the others 10 pps: between 38.1 and 52.7 ms. */
  readonly speedSplitMs: number;
  /** Loop closed this long ends a digit; makes are up to 47 ms, pauses from 450 ms (ordinance [S]). */
  readonly interDigitMs: number;
  /** Hook flash, both ends included [I]. */
  readonly flashMinMs: number;
  readonly flashMaxMs: number;
  /** A longer break is a hang-up [I]. Between flash and hang-up it is neither, and the call goes on. */
  readonly hangUpMs: number;
}

export const HOOK_LIMITS: HookLimits = {
  bounceMs: 6,
  pulseMinMs: 18,
  pulseMaxMs: 100,
  speedSplitMs: 45,
  interDigitMs: 200,
  flashMinMs: 195,
  flashMaxMs: 1200,
  hangUpMs: 1500,
};

/** What the hook switch did. Times are those of the edges that showed it. */
export type HookEvent =
  | { readonly kind: 'seized'; readonly atMs: number }
  | { readonly kind: 'digit'; readonly atMs: number; readonly digit: string; readonly pulses: 10 | 20 }
  | { readonly kind: 'flash'; readonly atMs: number; readonly durationMs: number }
  | { readonly kind: 'released'; readonly atMs: number };

/**
 * Reads dial pulses, flashes and calls out of hook edges, fed one by one as they happen, bounce included.
 * A hang-up is known only once the break has lasted: call `advance` when nothing happens.
 */
export class PulseDialDecoder {
  readonly #limits: HookLimits;
  readonly #onEvent: (event: HookEvent) => void;
  /** Debounced state, and since when. */
  #state: HookState = 'on';
  #sinceMs = Number.NEGATIVE_INFINITY;
  /** Newest raw state, since when, and when the unrest that led to it began. */
  #raw: HookState = 'on';
  #rawMs = Number.NEGATIVE_INFINITY;
  #unrestMs = Number.NEGATIVE_INFINITY;
  #inCall = false;
  #pulses = 0;
  #digitMs = 0;
  #breakSumMs = 0;
  #spoilt = false;

  constructor(onEvent: (event: HookEvent) => void, limits: HookLimits = HOOK_LIMITS) {
    this.#onEvent = onEvent;
    this.#limits = limits;
  }

  /**
   * The next edge. An edge to the state that already is changes nothing.
   *
   * @param atMs must not decrease; an earlier time is taken as the latest one seen.
   */
  edge(atMs: number, state: HookState): void {
    const nowMs = Math.max(atMs, this.#rawMs);
    this.advance(nowMs);
    if (state === this.#raw) return;
    if (!(nowMs - this.#rawMs < this.#limits.bounceMs)) this.#unrestMs = nowMs;
    this.#raw = state;
    this.#rawMs = nowMs;
  }

  /** Nothing happened until `nowMs`: what had to wait for that is decided. */
  advance(nowMs: number): void {
    if (this.#raw !== this.#state && nowMs - this.#rawMs >= this.#limits.bounceMs) {
      // Contacts part at the first edge of the unrest, whatever they do afterwards.
      this.#settle(this.#raw, Math.max(this.#unrestMs, this.#sinceMs));
    }
    if (this.#inCall && this.#state === 'on' && nowMs - this.#sinceMs > this.#limits.hangUpMs) this.#release();
    if (this.#state === 'off' && nowMs - this.#sinceMs >= this.#limits.interDigitMs) this.#endDigit();
  }

  /** No more edges will come: a loop that is open stays open. */
  finish(): void {
    this.advance(this.#rawMs + this.#limits.bounceMs);
    if (this.#state === 'off') this.#endDigit();
    else if (this.#inCall) this.#release();
  }

  #settle(state: HookState, atMs: number): void {
    const beganMs = this.#sinceMs;
    const lastedMs = atMs - beganMs;
    this.#state = state;
    this.#sinceMs = atMs;
    if (state === 'on') {
      if (lastedMs >= this.#limits.interDigitMs) this.#endDigit();
      return;
    }
    if (!this.#inCall || lastedMs > this.#limits.hangUpMs) {
      if (this.#inCall) this.#releaseAt(beganMs);
      this.#inCall = true;
      this.#onEvent({ kind: 'seized', atMs });
      return;
    }
    this.#judgeBreak(beganMs, lastedMs);
  }

  #judgeBreak(atMs: number, lastedMs: number): void {
    const { pulseMinMs, pulseMaxMs, flashMinMs, flashMaxMs } = this.#limits;
    if (lastedMs >= pulseMinMs && lastedMs <= pulseMaxMs) {
      if (this.#pulses === 0) this.#digitMs = atMs;
      this.#pulses += 1;
      this.#breakSumMs += lastedMs;
      return;
    }
    // Not a pulse, so a digit it interrupts is no digit either.
    if (this.#pulses > 0) this.#spoilt = true;
    this.#endDigit();
    if (lastedMs >= flashMinMs && lastedMs <= flashMaxMs) {
      this.#onEvent({ kind: 'flash', atMs, durationMs: lastedMs });
    }
  }

  #endDigit(): void {
    const pulses = this.#pulses;
    const spoilt = this.#spoilt;
    const breakMs = this.#breakSumMs / Math.max(pulses, 1);
    this.#pulses = 0;
    this.#breakSumMs = 0;
    this.#spoilt = false;
    if (pulses === 0 || pulses > 10 || spoilt) return;
    this.#onEvent({
      kind: 'digit',
      atMs: this.#digitMs,
      digit: String(pulses % 10),
      pulses: breakMs < this.#limits.speedSplitMs ? 20 : 10,
    });
  }

  #release(): void {
    this.#releaseAt(this.#sinceMs);
  }

  #releaseAt(atMs: number): void {
    this.#endDigit();
    this.#inCall = false;
    this.#onEvent({ kind: 'released', atMs });
  }
}
