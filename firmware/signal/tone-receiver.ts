import { CadenceTracker } from './cadence.js';
import type { ToneName } from './events.js';
import type { TonePlan } from './profile.js';
import { ToneBand } from './tone-band.js';

interface Watch {
  readonly band: ToneBand;
  readonly trackers: readonly CadenceTracker[];
}

/** Hears the call progress tones of one country. Feed it 5 ms blocks. */
export class ToneReceiver {
  readonly #watches: readonly Watch[];

  /** @param onTone called when a tone has ended: its name, its start in ms since the first sample, its length in ms. */
  constructor(plans: readonly TonePlan[], onTone: (tone: ToneName, startMs: number, durationMs: number) => void) {
    const byBand = new Map<string, TonePlan[]>();
    for (const plan of plans) {
      const key = plan.componentsHz.join('+');
      byBand.set(key, [...(byBand.get(key) ?? []), plan]);
    }
    this.#watches = [...byBand.values()].map((group) => ({
      band: new ToneBand(group[0]?.componentsHz ?? []),
      trackers: group.map((plan) => new CadenceTracker(plan, onTone)),
    }));
  }

  /** Takes the next 5 ms of filtered samples. */
  push(block: Float64Array): void {
    for (const { band, trackers } of this.#watches) {
      const changed = band.push(block);
      if (band.on) continue;
      for (const tracker of trackers) {
        if (changed) tracker.segment(band.segment);
        else tracker.silence(band.nowMs);
      }
    }
  }

  /** The stream has ended. */
  flush(): void {
    for (const { band, trackers } of this.#watches) {
      const closed = band.flush();
      for (const tracker of trackers) {
        if (closed) tracker.segment(band.segment);
        tracker.finish();
      }
    }
  }

  /**
   * The tone that is sounding now (pauses of its cadence included), as soon as it is certain: busy after its second
   * burst, which on an answered call means that the far end has hung up. Null when there is none.
   */
  get current(): { readonly tone: ToneName; readonly sinceMs: number } | null {
    for (const { band, trackers } of this.#watches) {
      for (const tracker of trackers) {
        if (tracker.sinceMs >= 0) return { tone: tracker.plan.tone, sinceMs: tracker.sinceMs };
        const { plan } = tracker;
        const { startMs } = band.segment;
        const continuous = plan.cadenceMs === null && band.on && !band.swinging;
        if (continuous && band.nowMs - startMs >= plan.continuousMs) return { tone: plan.tone, sinceMs: startMs };
      }
    }
    return null;
  }
}
