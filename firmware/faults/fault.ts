/**
 * What can be wrong. A code is for ever. How the lamp tells it and how bad it is: `catalogue.ts`; what it means and what to do:
 * `words-en.ts`, `words-ja.ts`.
 */
export type FaultCode =
  | 'STORAGE_MISSING'
  | 'STORAGE_FAILING'
  | 'STORAGE_READ_ONLY'
  | 'STORE_DAMAGED'
  | 'CAPTURE_LOST'
  | 'SENSE_LOST'
  | 'SENSE_FALSE'
  | 'LINE_DEAD'
  | 'EDGES_LOST'
  | 'CAPTURE_OVERRUN'
  | 'LEVEL_DEAD'
  | 'LEVEL_CLIPPING'
  | 'CLOCK_DOUBTFUL'
  | 'PROCESS_STALLED'
  | 'STILL_ON'
  | 'UNDER_VOLTAGE'
  | 'OVER_TEMPERATURE'
  | 'STORAGE_WORN'
  | 'STORAGE_CROWDED'
  | 'RETENTION_CUT'
  | 'HOLD_BUDGET_NEAR'
  | 'HANDSET_OFF_HOOK'
  | 'LID_OPENED'
  | 'STICK_REFUSED'
  | 'STICK_FULL'
  | 'STICK_PULLED'
  | 'STICK_FALSE'
  | 'MODEM_LOST'
  | 'PIN_LOCKED'
  | 'SOCKET_UNWATCHED';

/** One fault, as it stands in the book: there now, or over and not taken note of. */
export interface Fault {
  readonly code: FaultCode;
  /** The line or part it befell. */
  readonly subject: string;
  /** When it was first noticed. */
  readonly sinceWallMs: number;
  /** What was found, for whoever mends it. Nothing personal. */
  readonly detail: string;
  /** Whether it is there now. */
  readonly active: boolean;
  /** Whether a person has taken note of it. */
  readonly acknowledged: boolean;
  /** How often it came since it was first noticed; 1 or more. */
  readonly times: number;
}

/** Where whoever notices a fault says so. Never throws. */
export interface FaultSink {
  /**
   * It is there. To say so again is to bring `detail` up to date. `costly`: something of a recording was lost by it; then it stays until
   * a person has taken note of it, even when it is over.
   */
  raise(code: FaultCode, subject: string, detail: string, costly?: boolean): void;
  /** It is not there, or not any more. */
  clear(code: FaultCode, subject: string): void;
}
