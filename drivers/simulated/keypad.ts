import { type Observable, Subject } from 'rxjs';
import type { MonotonicMs } from '../../hal/clock.js';
import type { Key, KeyPress, Keypad } from '../../hal/panel.js';
import { TraceError } from './errors.js';

/** A key that somebody will press, `atMs` on the board's own clock. */
export interface TypedKey {
  readonly key: Key;
  readonly atMs: number;
}

/** Somebody types a key every so often. */
const KEY_EVERY_MS = 300;
const NAMED: Readonly<Record<string, Key>> = { '#': 'enter', '*': 'clear' };

/** A keypad whose keys are pressed by whoever holds this. */
export class SimulatedKeypad implements Keypad {
  readonly #keys$ = new Subject<KeyPress>();
  readonly keys$: Observable<KeyPress> = this.#keys$.asObservable();

  press(key: Key, atMs: MonotonicMs): void {
    this.#keys$.next({ key, atMs });
  }
}

/** Reads `482913#@6000`: these keys from 6,000 ms on, one every 300 ms; `#` is enter, `*` is clear. Throws `TraceError` `FAULT_FIELDS`. */
export function parseKeys(text: string): TypedKey[] {
  const { keys, at } = /^(?<keys>[0-9#*]{1,64})@(?<at>\d{1,9})$/u.exec(text)?.groups ?? {};
  if (keys === undefined) throw new TraceError('FAULT_FIELDS', text, 'KEYS@AT_MS is wanted, such as 482913#@6000');
  return [...keys].map((sign, i) => ({ key: NAMED[sign] ?? (sign as Key), atMs: Number(at) + i * KEY_EVERY_MS }));
}
