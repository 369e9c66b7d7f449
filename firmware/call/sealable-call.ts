import { isSealable } from '../../storage/particulars.js';
import { DIGITS_MAX } from './call.js';
import type { CallParticulars } from './call-record.js';
import { sumOf } from './span-list.js';

/** What is said of a caller, and is longer than this in JSON, is left out of a record that is too long. */
const SAID_MAX_CHARACTERS = 256;
const SAID_MAX_FIELDS = 32;

/**
 * What is known of a call, as the store takes it: all of it, or, where that is more than a block holds, sums in the place of lists and of
 * the caller what is short. One record is poorer then; a store that is given what it cannot seal would keep none.
 */
export function sealableCall(call: CallParticulars): CallParticulars {
  if (isSealable(call)) return call;
  return {
    ...call,
    flashes: [],
    moreFlashes: sumOf(call.flashes, call.moreFlashes),
    gaps: [],
    moreGaps: sumOf(call.gaps, call.moreGaps),
    caller: call.caller && inShort(call.caller),
    dialled: call.dialled?.slice(0, DIGITS_MAX) ?? null,
  };
}

function inShort(caller: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const short = Object.entries(caller).filter(([name, said]) => {
    return JSON.stringify([name, said]).length <= SAID_MAX_CHARACTERS;
  });
  return Object.fromEntries(short.slice(0, SAID_MAX_FIELDS));
}
