import type { Board } from '../../hal/board.js';
import type { Store } from '../../storage/store.js';
import type { FaultCode } from '../faults/fault.js';
import { type OpenStoreOptions, openStore } from '../open-store.js';
import { SWITCHING_OFF } from '../panel/panel.js';
import { pressesOf } from '../panel/press.js';
import { faultPattern } from '../panel/view.js';
import { complaintOf } from './complaint.js';
import { passed } from './passed.js';
import type { World } from './world.js';

/** How long a medium that cannot be used is left alone before it is tried again. */
const RETRY_MS = 5000;

/** What the lamp of a box counts that cannot begin to record; of anything else a restart does not help either, and nobody waits. */
const SHOWN: Readonly<Record<string, FaultCode>> = {
  DATA_MISSING: 'STORAGE_MISSING',
  STORE_MISSING: 'STORAGE_MISSING',
  DATA_READ_ONLY: 'STORAGE_READ_ONLY',
  STORE_READ_ONLY: 'STORAGE_READ_ONLY',
  STORE_WRITE_FAILED: 'STORAGE_FAILING',
  STORE_DAMAGED: 'STORE_DAMAGED',
};

/**
 * Opens the store that a box records to. While its medium is missing or refuses, the lamp says so and it is tried again, until it is
 * there or the world says stop: somebody may put it in later. Rejects as `openStore` does. `switch-off` after a very long press
 * meanwhile: whoever brings a medium wants the box off first.
 */
export async function openAtStart(
  { err, stop, supervisor }: World,
  board: Board,
  medium: OpenStoreOptions,
): Promise<Store | 'switch-off'> {
  const { button, buzzer, clock, lamp } = board;
  const pressed = new AbortController();
  const watched =
    button && pressesOf(button, clock).subscribe(({ length }) => length === 'very-long' && pressed.abort());
  const over = AbortSignal.any([stop, pressed.signal]);
  let told: string | undefined;
  try {
    for (;;) {
      try {
        return await openStore(medium);
      } catch (error) {
        const code = SHOWN[(error as { code?: string }).code ?? ''];
        if (code === undefined || stop.aborted) throw error;
        const { line } = complaintOf(error, 'en');
        if (line !== told) err.write(`${line}\n`);
        told = line;
        lamp.show(faultPattern(code));
        supervisor?.working();
      }
      await passed(clock, RETRY_MS, over);
      if (!pressed.signal.aborted) continue;
      buzzer?.sound(SWITCHING_OFF);
      lamp.show({ colour: 'green', rhythmMs: [] });
      return 'switch-off';
    }
  } finally {
    watched?.unsubscribe();
  }
}
