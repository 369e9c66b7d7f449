import type { Party } from '../../../storage/party.js';

/** The number that a party stands for. */
export function partyDigits({ high, low }: Party): string {
  const hex = (word: number): string => word.toString(16).padStart(8, '0');
  return (hex(high) + hex(low)).replace(/f+$/, '');
}
