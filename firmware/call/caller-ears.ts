import type { MonotonicMs } from '../../hal/clock.js';
import { type BelievedCaller, believeCaller, type CallerEvidence, type CallerSource } from './caller-belief.js';

interface Heard {
  readonly evidence: CallerEvidence;
  readonly atMs: MonotonicMs;
}

/** What both ears of a line have heard of who calls, during one ringing. For lines that have a modem: one ear needs no judge. */
export class CallerEars {
  readonly #rememberedMs: number;
  readonly #heard: Record<CallerSource, Heard[]> = { line: [], modem: [] };

  /** `rememberedMs`: how long before the call what was heard is still of it. */
  constructor(rememberedMs: number) {
    this.#rememberedMs = rememberedMs;
  }

  /** Adds what an ear has heard; null: nothing that makes sense. Who calls, as far as can be told now; null where nobody has been named, or nothing is new. */
  hear(source: CallerSource, evidence: CallerEvidence | null, atMs: MonotonicMs): BelievedCaller | null {
    if (evidence === null) return null;
    this.#heard[source].push({ evidence, atMs });
    const of = (each: CallerSource): CallerEvidence[] => {
      this.#heard[each] = this.#heard[each].filter((heard) => atMs - heard.atMs <= this.#rememberedMs);
      return this.#heard[each].map((heard) => heard.evidence);
    };
    return believeCaller(of('line'), of('modem'));
  }

  /** The call is over, or was never one: what comes now is of another. */
  forget(): void {
    this.#heard.line = [];
    this.#heard.modem = [];
  }
}
