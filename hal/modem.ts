import type { Observable } from 'rxjs';
import type { MonotonicMs } from './clock.js';

/** Why there is no number. */
export type CallerAbsence = 'withheld' | 'public-telephone' | 'unavailable' | 'service-conflict';

/** The modem read the message and told the fields, a number or why there is none: whether a checksum held is its word alone. */
export type FormattedCaller = (
  | { readonly number: string; readonly absence?: never }
  | { readonly absence: CallerAbsence; readonly number?: never }
) & {
  readonly form: 'formatted';
  /** Printable ASCII; empty names are absent. */
  readonly name?: string;
  /** MMDDHHMM as sent by the exchange; nobody checked that clock. */
  readonly dateTime?: string;
};

/** The modem told the octets and nobody has read them: whether they are a message is for who gets them to say. */
export interface RawCaller {
  readonly form: 'raw';
  /** As told, 3 to 512: perhaps some of the seizure, the message in wire form with its checksum, anything after it. Not to be changed. */
  readonly octets: Uint8Array;
}

/** Who calls, as a modem tells it. */
export type ModemCaller = FormattedCaller | RawCaller;

/** What a modem notices on the line it hangs on. `atMs` is when its first line came in, 0-1 s after the event itself. */
export type ModemReport =
  /** Caller ID is switched on: from here on silence means that nobody calls. */
  | { readonly kind: 'ready'; readonly atMs: MonotonicMs }
  /** Ringing voltage. Once for each burst, twice where the modem tells its length too (`lengthMs`, in steps of 100) when it is over. */
  | { readonly kind: 'ring'; readonly atMs: MonotonicMs; readonly lengthMs?: number }
  | { readonly kind: 'caller'; readonly atMs: MonotonicMs; readonly caller: ModemCaller }
  /** A formatted caller ID that makes no sense: no such number. `text` is what the modem said, at most 1024 characters. */
  | { readonly kind: 'unread'; readonly atMs: MonotonicMs; readonly text: string };

/** A modem as a second ear for caller IDs. It is never told to dial or to answer. */
export interface CallerIdModem {
  /**
   * Cold: the port opens on subscribe and is released on unsubscribe; one subscriber at a time. Never completes. Errors
   * with `HalError`, the port released: `DEVICE_MISSING` (no such port, or nothing on it answers), `DEVICE_BUSY` (another
   * program has it), `LIBRARY_MISSING`, `PROTOCOL` (the modem refuses what it must do), `DEVICE_GONE` (port or modem
   * lost while open). Subscribing again tries again.
   */
  readonly reports$: Observable<ModemReport>;
}
