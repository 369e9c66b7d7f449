import assert from 'node:assert/strict';
import fc from 'fast-check';
import { localIso, wallTimeIn } from '../../firmware/rules/local-time.js';

const TOKYO = 'Asia/Tokyo';
const HOUR_MS = 3_600_000;
const at = (iso: string): number => Date.parse(iso);

describe('a time as people write it', () => {
  it('is a whole day of the zone, of 23 to 25 hours', () => {
    assert.deepEqual(wallTimeIn('2026-11-24', TOKYO), {
      fromWallMs: at('2026-11-23T15:00Z'),
      toWallMs: at('2026-11-24T15:00Z'),
    });
    const hours = ['2026-03-29', '2026-10-25'].map((day) => {
      const span = wallTimeIn(day, 'Europe/Berlin');
      return ((span?.toWallMs ?? 0) - (span?.fromWallMs ?? 0)) / HOUR_MS;
    });
    assert.deepEqual(hours, [23, 25]);
  });

  it("is the zone's without an offset, and its offset's with one", () => {
    const nine = { fromWallMs: at('2026-11-24T00:00Z'), toWallMs: at('2026-11-24T00:00Z') };
    for (const text of ['2026-11-24T09:00', '2026-11-24 09:00:00', '2026-11-24T09:00+09:00', '2026-11-24T09:00+0900'])
      assert.deepEqual(wallTimeIn(text, TOKYO), nine, text);
    assert.deepEqual(wallTimeIn('2026-11-24T09:00Z', TOKYO)?.fromWallMs, at('2026-11-24T09:00Z'));
  });

  it('is what `calls` prints', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: at('2099-12-31T00:00Z') }), (wallMs) => {
        assert.equal(wallTimeIn(localIso(wallMs, TOKYO), TOKYO)?.fromWallMs, wallMs);
      }),
    );
  });

  it('is none of these', () => {
    const strays = [
      '',
      '12',
      '2026',
      '2026-11',
      '24.11.2026',
      '2026-13-01',
      '2026-02-30',
      '2026-02-30T09:00',
      '2026-11-24T25:00',
    ];
    for (const text of [
      ...strays,
      '2026-11-24T09',
      '2026-11-24T09:00+9',
      '2026-11-24T09:00[Asia/Tokyo]',
      'yesterday',
      ' 2026-11-24',
    ])
      assert.equal(wallTimeIn(text, TOKYO), null, text);
  });
});
