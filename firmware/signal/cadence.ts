import type { ToneName } from './events.js';
import { CADENCE_TOLERANCE, type TonePlan } from './profile.js';
import type { ToneSegment } from './tone-band.js';

/** Follows one tone of the plan through the segments of its band. */
export class CadenceTracker {
  readonly plan: TonePlan;
  readonly #onTone: (tone: ToneName, startMs: number, durationMs: number) => void;
  readonly #onMs: number;
  readonly #offMs: number;
  #bursts = 0;
  #startMs = 0;
  #endMs = 0;

  constructor(plan: TonePlan, onTone: (tone: ToneName, startMs: number, durationMs: number) => void) {
    this.plan = plan;
    this.#onTone = onTone;
    this.#onMs = plan.cadenceMs?.[0] ?? 0;
    this.#offMs = plan.cadenceMs?.[1] ?? 0;
  }

  /** Start of the cadence when it has been believed and goes on, else -1. */
  get sinceMs(): number {
    return this.#bursts >= this.plan.bursts ? this.#startMs : -1;
  }

  /** A segment has ended. */
  segment({ startMs, endMs, modulated, steady }: ToneSegment): void {
    const durationMs = endMs - startMs;
    const { plan } = this;
    const alike = steady && (plan.modulated === null || modulated === plan.modulated);
    if (plan.cadenceMs === null) {
      if (alike && durationMs >= plan.continuousMs) this.#onTone(plan.tone, startMs, durationMs);
      return;
    }
    const fits = alike && near(durationMs, this.#onMs);
    if (this.#bursts > 0 && !(fits && near(startMs - this.#endMs, this.#offMs))) this.finish();
    if (!fits) return;
    if (this.#bursts === 0) this.#startMs = startMs;
    this.#bursts += 1;
    this.#endMs = endMs;
  }

  /** Nothing is sounding at `nowMs`: a pause that has become too long ends the cadence. */
  silence(nowMs: number): void {
    if (this.#bursts > 0 && nowMs - this.#endMs > this.#offMs * (1 + CADENCE_TOLERANCE) + 60) this.finish();
  }

  /** The cadence is over: report it if it was one. */
  finish(): void {
    const { sinceMs } = this;
    this.#bursts = 0;
    if (sinceMs >= 0) this.#onTone(this.plan.tone, sinceMs, this.#endMs - sinceMs);
  }
}

/** Within tolerance, and never tighter than the 20 ms that the band's edges are good for. */
function near(ms: number, nominalMs: number): boolean {
  return Math.abs(ms - nominalMs) <= Math.max(nominalMs * CADENCE_TOLERANCE, 45);
}
