import type { Register } from '../../storage/register.js';
import { KikitomeError } from '../errors.js';
import { localIso } from '../rules/local-time.js';
import { FAULT_CATALOGUE, FAULT_CODES, faultNumber, isFaultCode, type Severity } from './catalogue.js';
import type { Fault, FaultCode } from './fault.js';

/** One fault as people and programs see it. */
export interface FaultReport {
  readonly code: FaultCode;
  /** What the lamp counts: `3-2` is three long blinks, two short ones. */
  readonly number: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly since: string;
  readonly active: boolean;
  readonly acknowledged: boolean;
  readonly times: number;
  readonly detail: string;
}

/** What is there, and what is over and waits for somebody to take note of it, most urgent first. */
export interface FaultsReport {
  /** Whether a recorder runs: without one nobody looks, and only what it left is known. */
  readonly running: boolean;
  readonly faults: readonly FaultReport[];
}

export function faultReportOf({ sinceWallMs, ...fault }: Fault, timeZone: string): FaultReport {
  const { code } = fault;
  const { severity } = FAULT_CATALOGUE[code];
  return { ...fault, number: faultNumber(code), severity, since: localIso(sinceWallMs, timeZone) };
}

/** What the register says of faults, oldest first. */
export interface FaultHistory {
  /** Events of every kind that had to make room, and until when they go. */
  readonly earlier: { readonly count: number; readonly to: string } | null;
  readonly events: readonly FaultEvent[];
}

export interface FaultEvent {
  readonly kind: 'fault-raised' | 'fault-cleared' | 'fault-acknowledged';
  readonly at: string;
  readonly code: string;
  readonly subject: string;
  readonly detail: string | null;
  /** Where somebody took note: `button`, `console`. */
  readonly by: string | null;
  /** Comings and goings before it that were too many to be entered. */
  readonly untold: number;
}

const KINDS = ['fault-raised', 'fault-cleared', 'fault-acknowledged'] as const;

export function faultHistoryOf({ earlier, events }: Register, timeZone: string): FaultHistory {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return {
    earlier: earlier && { count: earlier.count, to: localIso(earlier.toWallMs, timeZone) },
    events: events.flatMap(({ kind: name, detail, atWallMs }): FaultEvent[] => {
      const kind = KINDS.find((each) => each === name);
      if (kind === undefined) return [];
      return [
        {
          kind,
          // When it happened; the entry's own time is when the medium took it.
          at: localIso(Number(detail['atWallMs'] ?? atWallMs), timeZone),
          code: text(detail['code']) ?? '',
          subject: text(detail['subject']) ?? '',
          detail: text(detail['detail']),
          by: text(detail['by']),
          untold: Number(detail['untold'] ?? 0),
        },
      ];
    }),
  };
}

/** Which faults somebody means by a code, a number (`3-2`) or `all`. Throws `FAULT_UNKNOWN`. */
export function faultChooser(which: string): (fault: Fault) => boolean {
  if (which === 'all') return () => true;
  const name = which.toUpperCase();
  const code = isFaultCode(name) ? name : FAULT_CODES.find((each) => faultNumber(each) === which);
  if (code === undefined) throw new KikitomeError('FAULT_UNKNOWN', JSON.stringify(which));
  return (fault) => fault.code === code;
}
