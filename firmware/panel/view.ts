import type { LampPattern } from '../../hal/panel.js';
import { FAULT_BLINKS, type Fault } from '../faults/fault.js';
import type { LineView } from '../line-recorder.js';

export type PanelMeaning = 'ready' | 'ringing' | 'recording' | 'fault';

/** What the lamp says, most important first: a fault, then a recording, then a ring, then that all is well. */
export function meaningOf(lines: readonly Pick<LineView, 'state'>[], faults: readonly Fault[]): PanelMeaning {
  if (faults.length > 0) return 'fault';
  if (lines.some(({ state }) => state === 'recording')) return 'recording';
  return lines.some(({ state }) => state === 'ringing') ? 'ringing' : 'ready';
}

const READY: LampPattern = { colour: 'green', rhythmMs: [100, 2900] };
const RINGING: LampPattern = { colour: 'green', rhythmMs: [200, 200] };
const RECORDING: LampPattern = { colour: 'red', rhythmMs: [1] };
const BLINK_MS = 250;
const PAUSE_MS = 1500;

/** Rhythm and count tell, colour only helps: ready is a short flash every three seconds, a recording is steady, a fault counts. */
export function patternOf(meaning: PanelMeaning, faults: readonly Fault[]): LampPattern {
  switch (meaning) {
    case 'ready':
      return READY;
    case 'ringing':
      return RINGING;
    case 'recording':
      return RECORDING;
    case 'fault': {
      const blinks = faults[0] ? FAULT_BLINKS[faults[0].code] : 1;
      const rhythmMs = Array.from({ length: 2 * blinks }, () => BLINK_MS);
      rhythmMs[rhythmMs.length - 1] = PAUSE_MS;
      return { colour: 'amber', rhythmMs };
    }
  }
}
