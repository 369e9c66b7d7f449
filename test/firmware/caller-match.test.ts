import assert from 'node:assert/strict';
import { DEFAULT_TIMING } from '../../firmware/call/timing.js';
import { CallerMatch, NOTES_MAX } from '../../firmware/caller-match.js';
import type { MonotonicMs } from '../../hal/clock.js';
import type { ModemReport } from '../../hal/modem.js';

const at = (ms: number): MonotonicMs => ms as MonotonicMs;
const caller = (ms: number, number = '0312345678'): ModemReport => ({
  kind: 'caller',
  atMs: at(ms),
  caller: { number, form: 'formatted' },
});
const began = (match: CallerMatch, atMs: number, ringMs: number | null): void =>
  match.began({
    kind: 'began',
    direction: ringMs === null ? 'outbound' : 'inbound',
    atMs: at(atMs),
    ringMs,
    caller: null,
  });

describe('caller match', () => {
  const fresh = (): CallerMatch => new CallerMatch(DEFAULT_TIMING);

  it('takes what came from callerAheadMs before the ringing to modemLateMs after the answer, to the millisecond', () => {
    const { callerAheadMs, modemLateMs } = DEFAULT_TIMING;
    for (const [ms, ours] of [
      [20_000 - callerAheadMs - 1, false],
      [20_000 - callerAheadMs, true],
      [25_000 + modemLateMs, true],
      [25_000 + modemLateMs + 1, false],
    ] as const) {
      const match = fresh();
      if (ms < 25_000) match.tell(caller(ms));
      began(match, 25_000, 5000);
      if (ms > 25_000) match.tell(caller(ms));
      assert.equal(match.heard.caller?.number, ours ? '0312345678' : undefined, `${ms} ms`);
      assert.equal(match.notes.length, ours ? 0 : 1, `${ms} ms`);
    }
  });

  it('gives a report to one ringing, never to two', () => {
    const match = fresh();
    match.tell(caller(1000));
    const missed = (startMs: number) =>
      match.missed({ kind: 'missed', startMs: at(startMs), endMs: at(startMs + 1000), caller: null });
    assert.equal(missed(1500).callerHeard?.by, 'modem');
    assert.deepEqual(missed(8000), { caller: null, callerHeard: null });
  });

  it('notes what rang nowhere once it has waited, and whether the modem heard it ring', () => {
    const match = fresh();
    match.tell({ kind: 'ring', atMs: at(4000) });
    match.tell(caller(5000));
    match.quiet(at(5000 + DEFAULT_TIMING.callerAheadMs));
    assert.deepEqual(match.notes, []);
    match.quiet(at(5001 + DEFAULT_TIMING.callerAheadMs));
    match.tell(caller(60_000, '0355509876'));
    began(match, 61_000, null);
    assert.deepEqual(match.notes, [
      { kind: 'no-ringing', atMs: 5000, text: '0312345678', rang: true },
      { kind: 'no-ringing', atMs: 60_000, text: '0355509876', rang: false },
    ]);
    assert.equal(match.heard.caller, null);
  });

  it(`keeps the latest ${NOTES_MAX} notes, and no more callers than that`, () => {
    const match = fresh();
    for (let i = 0; i < 1000; i += 1) match.tell({ kind: 'unread', atMs: at(i), text: `${i}` });
    assert.deepEqual(
      match.notes.map(({ text }) => text),
      Array.from({ length: NOTES_MAX }, (_, i) => `${1000 - NOTES_MAX + i}`),
    );
    for (let i = 0; i < 1000; i += 1) match.tell(caller(2000 + i, `${i}`));
    began(match, 4000, 1000);
    assert.equal(match.heard.caller?.number, '999');
    assert.equal(match.notes.length, NOTES_MAX);
  });

  it('forgets the caller with the call', () => {
    const match = fresh();
    match.tell(caller(1000));
    began(match, 3000, 2500);
    assert.equal(match.heard.caller?.number, '0312345678');
    match.ended();
    assert.equal(match.heard.caller, null);
  });
});
