import type { FaultCode } from './fault.js';

/**
 * How bad it is. `failure`: calls are being lost, or kept otherwise than they should be; the lamp tells it until it is over. `warning`:
 * calls are kept, and somebody should act; the lamp tells it until somebody has taken note. `notice`: something that whoever stands
 * at the box has just done, or may want to know.
 */
export type Severity = 'failure' | 'warning' | 'notice';

export interface CatalogueEntry {
  /** What the lamp counts: long blinks for the group, then short ones for the fault in it. Never changes, never used again. */
  readonly blinks: readonly [group: number, unit: number];
  readonly severity: Severity;
  /** It stays until a person takes note of it, even when it is over, even over a restart. So does any that was costly. */
  readonly stays: boolean;
}

const fault = (group: number, unit: number, severity: Severity, stays = false): CatalogueEntry => ({
  blinks: [group, unit],
  severity,
  stays,
});

/**
 * Every fault, most urgent first. Groups: 1 the recording medium, 2 sound, 3 the line, 4 the box, 5 how long things are kept,
 * 6 handing over. No count goes over six. What to say of each, in both languages: `words-en.ts`, `words-ja.ts`.
 */
export const FAULT_CATALOGUE: Readonly<Record<FaultCode, CatalogueEntry>> = {
  STORAGE_MISSING: fault(1, 1, 'failure'),
  STORAGE_FAILING: fault(1, 2, 'failure'),
  STORAGE_READ_ONLY: fault(1, 3, 'failure'),
  CAPTURE_LOST: fault(2, 1, 'failure'),
  SENSE_LOST: fault(3, 1, 'failure', true),
  LEVEL_DEAD: fault(2, 3, 'failure', true),
  LINE_DEAD: fault(3, 2, 'failure'),
  SENSE_FALSE: fault(3, 6, 'failure', true),
  STORE_DAMAGED: fault(1, 4, 'failure', true),
  CAPTURE_OVERRUN: fault(2, 2, 'failure'),
  EDGES_LOST: fault(3, 5, 'failure', true),
  PROCESS_STALLED: fault(4, 1, 'warning', true),
  STILL_ON: fault(4, 6, 'warning', true),
  RETENTION_CUT: fault(5, 1, 'warning', true),
  LID_OPENED: fault(4, 4, 'warning', true),
  CLOCK_DOUBTFUL: fault(4, 5, 'warning'),
  UNDER_VOLTAGE: fault(4, 2, 'warning', true),
  OVER_TEMPERATURE: fault(4, 3, 'warning'),
  STORAGE_CROWDED: fault(1, 6, 'warning'),
  STORAGE_WORN: fault(1, 5, 'warning'),
  HOLD_BUDGET_NEAR: fault(5, 2, 'warning'),
  LEVEL_CLIPPING: fault(2, 4, 'warning'),
  HANDSET_OFF_HOOK: fault(3, 3, 'warning'),
  MODEM_LOST: fault(3, 4, 'warning'),
  STICK_PULLED: fault(6, 3, 'warning', true),
  STICK_FALSE: fault(6, 4, 'warning', true),
  PIN_LOCKED: fault(6, 5, 'warning'),
  SOCKET_UNWATCHED: fault(6, 6, 'warning'),
  STICK_FULL: fault(6, 2, 'notice'),
  STICK_REFUSED: fault(6, 1, 'notice'),
};

export const FAULT_CODES = Object.keys(FAULT_CATALOGUE) as readonly FaultCode[];

const URGENCY = new Map(FAULT_CODES.map((code, i) => [code, i]));

/** For sorting: the more urgent first. */
export const byUrgency = (a: { readonly code: FaultCode }, b: { readonly code: FaultCode }): number =>
  (URGENCY.get(a.code) ?? 0) - (URGENCY.get(b.code) ?? 0);

/** The fault's number as people write it down: `3-2` is three long blinks, then two short ones. */
export const faultNumber = (code: FaultCode): string => FAULT_CATALOGUE[code].blinks.join('-');

export const isFaultCode = (text: string): text is FaultCode => Object.hasOwn(FAULT_CATALOGUE, text);
