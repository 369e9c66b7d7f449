const PIN_MIN_DIGITS = 6;
export const PIN_MAX_DIGITS = 16;

/** Why a PIN is not taken: not 6-16 digits, up or down by one throughout, or one group of at most half its length over and over. */
export type PinWeakness = 'digits' | 'run' | 'repeat';

const PIN = new RegExp(`^[0-9]{${PIN_MIN_DIGITS},${PIN_MAX_DIGITS}}$`);

export const isPin = (text: string): boolean => PIN.test(text);

/** Null: it may be taken. */
export function weaknessOf(pin: string): PinWeakness | null {
  if (!isPin(pin)) return 'digits';
  const digits = [...pin].map(Number);
  for (const by of [1, 9]) {
    // 7890123 and 2109876 are runs as well: 9 is next to 0.
    if (digits.every((digit, i) => i === 0 || digit === ((digits[i - 1] ?? 0) + by) % 10)) return 'run';
  }
  for (let length = 1; length <= pin.length / 2; length += 1) {
    if (digits.every((digit, i) => digit === digits[i % length])) return 'repeat';
  }
  return null;
}
