import assert from 'node:assert/strict';
import { localIso } from '../../firmware/rules/local-time.js';
import { keptUntilMs, type RetentionRule } from '../../firmware/rules/retention.js';

describe('retention', () => {
  const cases: readonly [rule: string, zone: string, ended: string, until: string][] = [
    ['kumamoto', 'Asia/Tokyo', '2026-11-24T09:01:05.150+09:00', '2026-12-24T09:01:05.150+09:00'],
    ['office-30', 'Asia/Tokyo', '2027-01-31T23:59:59.999+09:00', '2027-03-02T23:59:59.999+09:00'],
    ['office-90', 'Asia/Tokyo', '2028-02-29T00:00:00.000+09:00', '2028-05-29T00:00:00.000+09:00'],
    // From midnight of the next day: the end's own day is not counted, in local time.
    ['hokkaido', 'Asia/Tokyo', '2026-11-24T09:01:05.150+09:00', '2026-12-09T00:00:00.000+09:00'],
    ['hokkaido', 'Asia/Tokyo', '2026-11-24T23:59:59.999+09:00', '2026-12-09T00:00:00.000+09:00'],
    ['hokkaido', 'Asia/Tokyo', '2026-11-25T00:00:00.000+09:00', '2026-12-10T00:00:00.000+09:00'],
    ['fukushima', 'Asia/Tokyo', '2026-12-31T12:00:00.000+09:00', '2027-01-08T00:00:00.000+09:00'],
    // Where clocks change, a day has 23 or 25 hours.
    ['shimonoseki', 'Europe/Berlin', '2026-03-10T12:00:00.000+01:00', '2026-04-09T12:00:00.000+02:00'],
    ['shimonoseki', 'Europe/Berlin', '2026-10-20T12:00:00.000+02:00', '2026-11-19T12:00:00.000+01:00'],
    ['fukushima', 'America/New_York', '2026-10-31T20:00:00.000-04:00', '2026-11-08T00:00:00.000-05:00'],
    // An hour that is not there is the hour after it; of one that comes twice, it is the first.
    ['office-30', 'Europe/Berlin', '2026-02-27T02:30:00.000+01:00', '2026-03-29T03:30:00.000+02:00'],
    ['office-30', 'Europe/Berlin', '2026-09-25T02:30:00.000+02:00', '2026-10-25T02:30:00.000+02:00'],
    // A day that begins at one o'clock.
    ['hokkaido', 'America/Santiago', '2026-08-22T10:00:00.000-04:00', '2026-09-06T01:00:00.000-03:00'],
  ];
  for (const [rule, zone, ended, until] of cases) {
    it(`${rule}: what ended at ${ended} in ${zone} is kept until ${until}`, () => {
      assert.equal(localIso(keptUntilMs(rule as RetentionRule, Date.parse(ended), zone) ?? 0, zone), until);
    });
  }

  it('takes fractions of a millisecond', () => {
    assert.equal(keptUntilMs('office-30' as RetentionRule, 1000.75, 'UTC'), 1000 + 30 * 86_400_000);
    assert.equal(localIso(1000.75, 'UTC'), '1970-01-01T00:00:01.000+00:00');
  });
});
