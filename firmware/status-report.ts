import type { Fault, FaultCode } from './faults/fault.js';
import type { LineView } from './line-view.js';
import type { PanelMeaning } from './panel/view.js';
import type { Recorder } from './recorder.js';
import type { Running } from './recordings.js';
import type { OfficeRules } from './rules/office.js';

/** How recorder and store stand. */
export interface StatusReport {
  readonly recorder: {
    /** What the lamp says. */
    readonly meaning: PanelMeaning;
    /** Whose number it counts: with `fault` nothing else, with anything else in turn with it; null: none. */
    readonly code: FaultCode | null;
    readonly lines: readonly LineView[];
    readonly faults: readonly Fault[];
    readonly keptCalls: number;
    readonly machine: Recorder['machine'];
  } | null;
  readonly store: {
    readonly id: string;
    readonly capacityBytes: number;
    readonly ringBytes: number;
    readonly hoursAt32kbps: number;
    readonly recordings: number;
    readonly recordedMs: number;
    readonly oldestAt: string | null;
    readonly newestAt: string | null;
    readonly lastNumber: number;
    /** Recordings that went before their time because the ring was full, among the last 10,000 that went. */
    readonly earlyByCapacity: number;
    readonly rootKey: 'effaceable' | 'best-effort';
    readonly heldBytes: number;
    readonly holdBudgetBytes: number;
    /** Days the ring holds at the rate of the last seven; null while too little has been recorded to tell. */
    readonly forecastDays: number | null;
  };
  readonly rules: OfficeRules;
}

export function runningReport({ recorder, panel, faults }: Running): NonNullable<StatusReport['recorder']> {
  const { meaning, code } = panel.view;
  const { lines, keptCalls } = recorder.view;
  return { meaning, code, lines, faults: faults.open, keptCalls, machine: recorder.machine };
}
