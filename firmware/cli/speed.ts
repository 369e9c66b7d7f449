import { KikitomeError } from '../errors.js';

/** How fast a virtual board plays: `1` is real time. Throws `SPEED_NOT_A_NUMBER`. */
export function parseSpeed(text: string): number | 'max' {
  if (text === 'max') return 'max';
  const speed = Number(text);
  if (!(speed > 0 && speed <= 1000)) throw new KikitomeError('SPEED_NOT_A_NUMBER', JSON.stringify(text));
  return speed;
}
