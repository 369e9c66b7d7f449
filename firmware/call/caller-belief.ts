import type { ModemCaller } from '../../hal/modem.js';
import { readToldMessage } from '../signal/message.js';
import { SERVICE_CALL_WAITING } from '../signal/ntt-message.js';
import type { Caller } from './call-event.js';

/** Who heard a caller ID: our own decoder on the line's sound, or a modem on the same pair. */
export type CallerSource = 'line' | 'modem';

/** A caller ID, and what it stands on. */
export interface CallerEvidence {
  readonly caller: Caller;
  /** We saw its checksum, CRC or parity hold ourselves. */
  readonly checksumHeld: boolean;
}

/** The believed caller, and on whose word. What an unbelieved ear heard is kept beside it. */
export type BelievedCaller = Caller &
  (
    | { readonly sources: readonly ['line', 'modem'] | readonly [CallerSource] }
    | {
        readonly sources: readonly ['line', 'modem'];
        readonly believed: CallerSource;
        /** `checksum`: only the believed one has a checksum that held. `line-first`: both have, or neither. */
        readonly because: 'checksum' | 'line-first';
        readonly other: Caller;
      }
  );

/** What our decoder heard: all that comes as data has a checksum that held, DTMF has none to hold. */
export function heardOnLine(caller: Caller): CallerEvidence {
  const { standard } = caller;
  return { caller, checksumHeld: standard !== undefined && standard !== 'dtmf' };
}

/**
 * What the modem told. Octets are read here as our own ear's are; null where they are no message, or one about a call that
 * waits. Of the formatted form the modem says itself that the checksum held: that is hearsay.
 */
export function heardByModem(told: ModemCaller): CallerEvidence | null {
  if (told.form === 'formatted') {
    const { form: _, ...caller } = told;
    return { caller, checksumHeld: false };
  }
  const message = readToldMessage(told.octets);
  if (message === null || message.service === SERVICE_CALL_WAITING) return null;
  const { standard: _, service: __, skipped: ___, ...caller } = message;
  return { caller, checksumHeld: true };
}

/**
 * Who called, by all that was heard during one ringing, each ear's in the order of hearing; null where nobody was named.
 *
 * Of one ear the latest counts, one whose checksum held before one without. Two ears agree when the number is the same, or
 * the reason for its absence; the line's fields then stand and the modem's fill the gaps. When they differ:
 *
 * | checksum held | believed | because |
 * |---|---|---|
 * | of the line's alone | line | checksum |
 * | of the modem's alone | modem | checksum |
 * | of both, of neither | line | line-first: its sound is recorded and can be decoded again |
 */
export function believeCaller(
  line: readonly CallerEvidence[],
  modem: readonly CallerEvidence[],
): BelievedCaller | null {
  const heard = best(line);
  const told = best(modem);
  if (heard === undefined) return told === undefined ? null : { ...told.caller, sources: ['modem'] };
  if (told === undefined) return { ...heard.caller, sources: ['line'] };
  const sources = ['line', 'modem'] as const;
  if (sameCaller(heard.caller, told.caller)) return { ...told.caller, ...heard.caller, sources };
  const because = heard.checksumHeld === told.checksumHeld ? 'line-first' : 'checksum';
  const believesModem = told.checksumHeld && !heard.checksumHeld;
  return believesModem
    ? { ...told.caller, sources, believed: 'modem', because, other: heard.caller }
    : { ...heard.caller, sources, believed: 'line', because, other: told.caller };
}

function best(heard: readonly CallerEvidence[]): CallerEvidence | undefined {
  const naming = heard.filter(({ caller }) => caller.number !== undefined || caller.absence !== undefined);
  return naming.filter(({ checksumHeld }) => checksumHeld).at(-1) ?? naming.at(-1);
}

/** A number beats what is said of its absence: a message with both is about the number. */
const sameCaller = (a: Caller, b: Caller): boolean =>
  a.number === b.number && (a.number !== undefined || a.absence === b.absence);
