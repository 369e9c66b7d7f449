import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { CallParticulars } from '../../firmware/call/call-record.js';
import { openStore } from '../../firmware/open-store.js';
import { OpenRecordings } from '../../firmware/recordings.js';
import { scratch } from '../scenario/recorded.js';
import { must } from '../support/world.js';

const STARTED_MS = Date.UTC(2026, 10, 24, 0, 0, 16, 28);

const PARTICULARS: CallParticulars = {
  line: 'line-1',
  direction: 'inbound',
  outcome: null,
  startedWallMs: STARTED_MS,
  durationMs: null,
  ringMs: 10_000,
  caller: { number: '0312345678' },
  dialled: null,
  flashes: [],
  gaps: [],
  clock: 'synchronised',
  audio: null,
};

describe('a store opened after its recorder died', () => {
  const at = scratch();
  const wall = () => STARTED_MS + 60_000;

  /** What stands in a store that held nothing of a call but its beginning. */
  async function reopenedWith(name: string, particulars: CallParticulars) {
    const folder = at(name);
    await must(['format', '--data', folder, '--capacity', '8MiB']);
    const store = await openStore({ folder, chance: randomBytes, wall });
    store.begin(particulars, STARTED_MS);
    await store.close();
    const recordings = new OpenRecordings(await openStore({ folder, chance: randomBytes, wall }), wall);
    try {
      const found = [];
      for await (const call of recordings.calls({ number: '0312345678' })) found.push(call);
      return found.map(({ outcome, state, startedAt, endedAt, durationMs }) => {
        return { outcome, state, lastedMs: Date.parse(endedAt ?? '') - Date.parse(startedAt), durationMs };
      });
    } finally {
      await recordings.close();
    }
  }

  it('keeps a missed call whole: it ended when it rang for the last time', async () => {
    const found = await reopenedWith('missed', { ...PARTICULARS, outcome: 'missed', durationMs: 0 });
    assert.deepEqual(found, [{ outcome: 'missed', state: 'kept', lastedMs: 10_000, durationMs: 0 }]);
  });

  it('closes an answered call of which no sound had reached the medium as interrupted, at its beginning', async () => {
    const audio = { codec: 'mp3', encoder: 'lame', sampleRateHz: 8000, bitRate: 32_000 } as const;
    const found = await reopenedWith('answered', { ...PARTICULARS, audio });
    assert.deepEqual(found, [{ outcome: 'interrupted', state: 'kept', lastedMs: 0, durationMs: 0 }]);
  });
});
