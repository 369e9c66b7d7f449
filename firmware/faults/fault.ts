/** A fault's code is for ever; what to do about it is in the panel's and the command line's words. */
export type FaultCode = 'CAPTURE_LOST' | 'CAPTURE_OVERRUN' | 'SENSE_LOST' | 'STORAGE_FAILING' | 'CLOCK_DOUBTFUL';

/** How often the lamp blinks for it, most urgent first. */
export const FAULT_BLINKS: Readonly<Record<FaultCode, number>> = {
  STORAGE_FAILING: 2,
  CAPTURE_LOST: 3,
  SENSE_LOST: 4,
  CAPTURE_OVERRUN: 5,
  CLOCK_DOUBTFUL: 6,
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
