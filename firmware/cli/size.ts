import { KikitomeError } from '../errors.js';

const UNITS: Readonly<Record<string, number>> = {
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
};

/** `16MiB`, `1.5 GB`, or `max`. Throws `CAPACITY_NOT_A_SIZE`. */
export function parseSize(text: string): number | 'max' {
  if (text === 'max') return 'max';
  const [, digits, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?) ?([A-Za-z]{2,3})$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (digits === undefined || factor === undefined || Number(digits) === 0) {
    throw new KikitomeError('CAPACITY_NOT_A_SIZE', `${JSON.stringify(text)} is no size`);
  }
  return Math.floor(Number(digits) * factor);
}

/** `1.5 GiB`: for people. */
export function printSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${(bytes / 2 ** (10 * power)).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
