import type { ModemCaller } from '../../hal/modem.js';
import type { Caller } from './call-event.js';

/** Who heard a caller ID: our own decoder on the line's sound, or a modem on the same pair. */
export type CallerSource = 'line' | 'modem';

/** A caller ID, and what it stands on. */
export interface CallerEvidence {
  readonly caller: Caller;
  /** We saw its checksum, CRC or parity hold ourselves. */
  readonly checksumHeld: boolean;
}

/** Who calls, and by whom that was heard. Both are null where nobody was named. */
export interface HeardCaller {
  readonly caller: Caller | null;
  readonly callerHeard: CallerHeard | null;
}

/** By whom a caller was heard, and who was believed. */
export interface CallerHeard {
  readonly by: CallerSource | 'both';
  /** `both`: they agreed. */
  readonly believed: CallerSource | 'both';
  /** Null where there was nothing to choose. `checksum`: only the believed one has a checksum that held. `line-first`: both have, or neither. */
  readonly because: 'checksum' | 'line-first' | null;
  /** What the one said that was not believed; null where they agreed, or one was alone. */
  readonly other: Caller | null;
}

const NOBODY: HeardCaller = { caller: null, callerHeard: null };

/** What our decoder heard: all that comes as data has a checksum that held, DTMF has none to hold. */
export function heardOnLine(caller: Caller): CallerEvidence {
  const { standard } = caller;
  return { caller, checksumHeld: standard !== undefined && standard !== 'dtmf' };
}

/** What the modem told. Of the formatted form it says itself that the checksum held; that is hearsay. The octets stay behind, and
 * so does the exchange's date: the record has our own. */
export function heardByModem(told: ModemCaller): CallerEvidence {
  const { number, absence, name, calledNumber } = told;
  const caller: Caller = {
    ...(number !== undefined && { number }),
    ...(absence !== undefined && { absence }),
    ...(name !== undefined && { name }),
    ...(calledNumber !== undefined && { calledNumber }),
  };
  return { caller, checksumHeld: told.form === 'raw' };
}

/**
 * Who called, by all that was heard during one ringing, each ear's in the order of hearing.
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
export function believeCaller(line: readonly CallerEvidence[], modem: readonly CallerEvidence[]): HeardCaller {
  const heard = best(line);
  const told = best(modem);
  if (heard === undefined) return told === undefined ? NOBODY : agreed(told.caller, 'modem');
  if (told === undefined) return agreed(heard.caller, 'line');
  if (sameCaller(heard.caller, told.caller)) return agreed({ ...told.caller, ...heard.caller }, 'both');
  const because = heard.checksumHeld === told.checksumHeld ? 'line-first' : 'checksum';
  const believesModem = told.checksumHeld && !heard.checksumHeld;
  const [believed, better, other] = believesModem
    ? (['modem', told, heard] as const)
    : (['line', heard, told] as const);
  return { caller: better.caller, callerHeard: { by: 'both', believed, because, other: other.caller } };
}

const agreed = (caller: Caller, by: CallerHeard['by']): HeardCaller => ({
  caller,
  callerHeard: { by, believed: by, because: null, other: null },
});

function best(heard: readonly CallerEvidence[]): CallerEvidence | undefined {
  const naming = heard.filter(({ caller }) => caller.number !== undefined || caller.absence !== undefined);
  return naming.filter(({ checksumHeld }) => checksumHeld).at(-1) ?? naming.at(-1);
}

/** A number beats what is said of its absence: a message with both is about the number. */
const sameCaller = (a: Caller, b: Caller): boolean =>
  a.number === b.number && (a.number !== undefined || a.absence === b.absence);
