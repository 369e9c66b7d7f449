import type { Observable } from 'rxjs';

/** What a sense of the box's own state says. Each kind (and line) says its state when it is first known and on every change. */
export type HealthReading =
  /** The exchange's feeding voltage on a line. A lifted handset takes most of it: `seenOffHook` where enough is left to be told from none. */
  | { readonly kind: 'line-voltage'; readonly line: string; readonly present: boolean; readonly seenOffHook: boolean }
  | { readonly kind: 'lid'; readonly open: boolean }
  /** A detector that the board has cannot be looked at; it is tried again. `line`: whose voltage it is; null: the lid's. */
  | { readonly kind: 'unseen'; readonly line: string | null; readonly why: string }
  /** Supply under what the board needs, now or since the last reading. */
  | { readonly kind: 'supply'; readonly underVoltage: boolean }
  | { readonly kind: 'temperature'; readonly celsius: number }
  /** How much of the recording medium's life is used, in percent (may pass 100); `endOfLife` where it says so itself. */
  | { readonly kind: 'medium-life'; readonly usedPercent: number; readonly endOfLife: boolean }
  /** The machine was started. `bootId` is this start's own; `byWatchdog`: its hardware watchdog had found it hung. */
  | { readonly kind: 'machine-start'; readonly bootId: string; readonly byWatchdog: boolean }
  /** The clock with a battery. `kept`: it tells a time, `offMs` ahead of the system's; `lost`: its battery was empty; `missing`: the kernel shows none. */
  | {
      readonly kind: 'battery-clock';
      readonly state: 'kept' | 'lost' | 'missing';
      readonly offMs: number | null;
    }
  /** The hardware watchdog: `active` while somebody feeds it; `unknown` where the kernel does not say. */
  | {
      readonly kind: 'watchdog';
      readonly state: 'active' | 'inactive' | 'unknown' | 'missing';
      readonly timeoutS: number | null;
    };

/** One sense: a detector, or a file of the kernel's looked at once in a while. */
export interface HealthSense {
  /** For people: `thermal_zone0`. */
  readonly name: string;
  /** Cold. A sense that this machine does not have completes, at once or when its driver would have come; never errors. */
  readonly readings$: Observable<HealthReading>;
}
