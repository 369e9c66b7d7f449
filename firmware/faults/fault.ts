/** A fault's code is for ever; what to do about it is in the panel's and the command line's words. */
export type FaultCode =
  | 'STORAGE_MISSING'
  | 'STORAGE_FAILING'
  | 'STORAGE_READ_ONLY'
  | 'STORE_DAMAGED'
  | 'CAPTURE_LOST'
  | 'SENSE_LOST'
  | 'LINE_DEAD'
  | 'CAPTURE_OVERRUN'
  | 'LEVEL_DEAD'
  | 'LEVEL_CLIPPING'
  | 'CLOCK_DOUBTFUL'
  | 'PROCESS_STALLED'
  | 'UNDER_VOLTAGE'
  | 'OVER_TEMPERATURE'
  | 'STORAGE_WORN'
  | 'RETENTION_CUT'
  | 'HOLD_BUDGET_NEAR'
  | 'HANDSET_OFF_HOOK'
  | 'LID_OPENED'
  | 'STICK_REFUSED'
  | 'STICK_FULL'
  | 'STICK_PULLED'
  | 'STICK_FALSE'
  | 'MODEM_LOST'
  | 'PIN_LOCKED';

/** How often the lamp blinks for it, most urgent first. */
export const FAULT_BLINKS: Readonly<Record<FaultCode, number>> = {
  STORAGE_MISSING: 2,
  STORAGE_FAILING: 3,
  STORAGE_READ_ONLY: 4,
  STORE_DAMAGED: 5,
  CAPTURE_LOST: 6,
  SENSE_LOST: 7,
  LINE_DEAD: 8,
  CAPTURE_OVERRUN: 9,
  LEVEL_DEAD: 10,
  LEVEL_CLIPPING: 11,
  CLOCK_DOUBTFUL: 12,
  PROCESS_STALLED: 13,
  UNDER_VOLTAGE: 14,
  OVER_TEMPERATURE: 15,
  STORAGE_WORN: 16,
  RETENTION_CUT: 17,
  HOLD_BUDGET_NEAR: 18,
  HANDSET_OFF_HOOK: 19,
  LID_OPENED: 20,
  STICK_REFUSED: 21,
  STICK_FULL: 22,
  STICK_PULLED: 23,
  STICK_FALSE: 24,
  MODEM_LOST: 25,
  PIN_LOCKED: 26,
};

export interface Fault {
  readonly code: FaultCode;
  /** The line or part it befell. */
  readonly subject: string;
  readonly sinceWallMs: number;
  readonly detail: string;
}

/** Faults that are there now. One for each code and subject. */
export class Faults {
  readonly #active = new Map<string, Fault>();

  raise(fault: Fault): void {
    const key = `${fault.code} ${fault.subject}`;
    const since = this.#active.get(key)?.sinceWallMs ?? fault.sinceWallMs;
    this.#active.set(key, { ...fault, sinceWallMs: since });
  }

  clear(code: FaultCode, subject: string): void {
    this.#active.delete(`${code} ${subject}`);
  }

  /** Most urgent first. */
  get active(): readonly Fault[] {
    return [...this.#active.values()].sort((a, b) => FAULT_BLINKS[a.code] - FAULT_BLINKS[b.code]);
  }
}
