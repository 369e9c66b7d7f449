import type { Absence, CallerIdMessage } from './events.js';

/** Keys of one message follow each other within this; a longer pause ends it [?]. */
const MESSAGE_GAP_MS = 300;
/** Shortest number believed. */
const NUMBER_MIN = 3;
/** `number #` has no opening key, so anyone can dial it by hand: only whole subscriber numbers count [I]. */
const BARE_NUMBER_MIN = 6;
const NUMBER_MAX = 20;
/** Longest message: three numbers with their keys. */
const KEYS_MAX = 64;
/** A machine sends its keys evenly, a finger does not: no key or cycle longer than this [I]. */
const KEY_MAX_MS = 150;

/** `D1# D2# D3#` and `B..C`: why there is no number [S]; the meaning of 1-3 is [?]. */
const SHORT_CODES: ReadonlyMap<string, Absence> = new Map([
  ['D1#', 'withheld'],
  ['D2#', 'unavailable'],
  ['D3#', 'unavailable'],
]);
const REASONS: ReadonlyMap<string, Absence> = new Map([
  ['00', 'unavailable'],
  ['10', 'withheld'],
]);

/** Caller ID sent as DTMF keys: collects the keys of the receiver and says when they were a message. */
export class DtmfCallerId {
  readonly #onMessage: (message: CallerIdMessage, startMs: number) => void;
  #keys = '';
  #startMs = 0;
  #endMs = 0;
  #machine = true;

  constructor(onMessage: (message: CallerIdMessage, startMs: number) => void) {
    this.#onMessage = onMessage;
  }

  /** One key that was heard. */
  push(digit: string, startMs: number, durationMs: number): void {
    this.advance(startMs);
    if (this.#keys === '') {
      this.#startMs = startMs;
      this.#machine = true;
    }
    if (durationMs > KEY_MAX_MS) this.#machine = false;
    if (this.#keys.length < KEYS_MAX) this.#keys += digit;
    else this.#machine = false;
    this.#endMs = startMs + durationMs;
  }

  /** Time has passed without a key: after a pause the keys are read. */
  advance(nowMs: number): void {
    if (this.#keys !== '' && nowMs - this.#endMs > MESSAGE_GAP_MS) this.flush();
  }

  /** The stream has ended. */
  flush(): void {
    const keys = this.#keys;
    this.#keys = '';
    if (keys === '' || !this.#machine) return;
    const message = readDtmfCallerId(keys);
    if (message) this.#onMessage(message, this.#startMs);
  }
}

/**
 * Reads a whole run of keys as a caller ID message.
 *
 * @returns null unless every key has its place in one of the known forms.
 */
export function readDtmfCallerId(keys: string): CallerIdMessage | null {
  const short = SHORT_CODES.get(keys);
  if (short) return { standard: 'dtmf', absence: short };

  const bare = /^(\d+)#$/.exec(keys);
  if (bare) return numbered(bare[1] ?? '', undefined, BARE_NUMBER_MIN);

  const redirectedForm = /^A(\d*)(?:D(\d+))?(?:B(\d{2}))?[C#]$/.exec(keys);
  if (redirectedForm) {
    const [, number = '', redirectedFrom, reason] = redirectedForm;
    if (number !== '') return numbered(number, redirectedFrom, NUMBER_MIN);
    return absent(reason);
  }
  const plain = /^D(\d+)C$/.exec(keys);
  if (plain) return numbered(plain[1] ?? '', undefined, NUMBER_MIN);
  const reason = /^B(\d{2})C$/.exec(keys);
  return reason ? absent(reason[1]) : null;
}

function numbered(number: string, redirectedFrom: string | undefined, least: number): CallerIdMessage | null {
  if (number.length < least || number.length > NUMBER_MAX) return null;
  if (redirectedFrom === undefined) return { standard: 'dtmf', number };
  return redirectedFrom.length < NUMBER_MIN || redirectedFrom.length > NUMBER_MAX
    ? null
    : { standard: 'dtmf', number, redirectedFrom };
}

function absent(reason: string | undefined): CallerIdMessage | null {
  const absence = reason === undefined ? undefined : REASONS.get(reason);
  return absence ? { standard: 'dtmf', absence } : null;
}
