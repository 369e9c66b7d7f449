import type { Observable } from 'rxjs';
import type { MonotonicMs } from './clock.js';

/** Why there is no number. */
export type CallerAbsence = 'withheld' | 'public-telephone' | 'unavailable' | 'service-conflict';

/** Who calls, as a modem tells it: a number, or why there is none; never both. */
export type ModemCaller = (
  | { readonly number: string; readonly absence?: never }
  | { readonly absence: CallerAbsence; readonly number?: never }
) & {
  /** As sent; empty names are absent. */
  readonly name?: string;
  /** MMDDHHMM as sent by the exchange; nobody checked that clock. */
  readonly dateTime?: string;
  /** The number that was called (dial-in), where the line has several. */
  readonly calledNumber?: string;
} & (
    | {
        /** The modem read the message and told the fields: whether its checksum held is the modem's word alone. */
        readonly form: 'formatted';
      }
    | {
        /** The modem told the octets; they were read, and their checksum checked, by the driver. */
        readonly form: 'raw';
        /** The message, from its type octet (NTT: from DLE SOH) to its checksum, as on the line. Not to be changed. */
        readonly octets: Uint8Array;
      }
  );

/** What a modem notices on the line it hangs on. `atMs` is when its first line came in, 0-1 s after the event itself. */
export type ModemReport =
  /** Caller ID is switched on: from here on silence means that nobody calls. */
  | { readonly kind: 'ready'; readonly atMs: MonotonicMs }
  /** Ringing voltage. Once for each burst, twice where the modem tells its length too (`lengthMs`, in steps of 100) when it is over. */
  | { readonly kind: 'ring'; readonly atMs: MonotonicMs; readonly lengthMs?: number }
  | { readonly kind: 'caller'; readonly atMs: MonotonicMs; readonly caller: ModemCaller }
  /** A caller ID was told and cannot be believed: wrong checksum, no such number. `text` is what the modem said, at most 1024 characters. */
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
