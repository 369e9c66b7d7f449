import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SignalEvent } from '../../firmware/signal/events.js';
import { SignalReceiver } from '../../firmware/signal/receiver.js';
import { decode } from './support/decode.js';
import { dtmfSignal } from './support/dtmf-signal.js';
import { fskSignal } from './support/fsk-signal.js';
import { heard, keys } from './support/heard.js';
import { LineSignal } from './support/line-signal.js';
import { nttNumber } from './support/messages.js';
import { Random } from './support/random.js';
import { voice } from './support/voice.js';

/** A little of everything: dial tone, keys, caller ID, busy. */
function everything(sampleRateHz: number, leadMs = 0): LineSignal {
  const line = new LineSignal(5200 + leadMs, sampleRateHz).noise(-55, new Random(7));
  line.tone(400, -15, leadMs + 50, 900);
  line.add(dtmfSignal('0312#', { lowDbm0: -12, sampleRateHz }), leadMs + 1000);
  line.add(fskSignal(nttNumber('09012345678'), { modem: 'v23', dbm0: -20, stopBits: 4, sampleRateHz }), leadMs + 1700);
  for (let i = 0; i < 3; i += 1) line.tone(400, -18, leadMs + 2500 + i * 1000, 500);
  return line;
}
const gist = (events: readonly SignalEvent[]): string[] =>
  events.map((event) => {
    if (event.kind === 'dtmf') return event.digit;
    return event.kind === 'tone' ? event.tone : `${event.standard} ${event.number}`;
  });
const EVERYTHING = ['dial', '0', '3', '1', '2', '#', 'ntt 09012345678', 'busy'];

describe('signal: receiver', () => {
  it('any chunking gives the same events', () => {
    const pcm = everything(8000).toPcm();
    const whole = decode(pcm, { sampleRateHz: 8000 }, pcm.length);
    assert.deepEqual(gist(whole), EVERYTHING);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 40 }), (cuts) => {
        const events: SignalEvent[] = [];
        const receiver = new SignalReceiver({ sampleRateHz: 8000 }, (event) => events.push(event));
        for (let at = 0, i = 0; at < pcm.length; i += 1) {
          const length = (cuts[i % cuts.length] as number) + (i % cuts.length === 0 ? 1 : 0);
          receiver.push(pcm.subarray(at, at + length));
          at += length;
        }
        receiver.flush();
        assert.deepEqual(events, whole);
      }),
      { numRuns: 25, seed: 6 },
    );
  });
  for (const sampleRateHz of [8000, 16000, 24000, 32000, 48000]) {
    it(`${sampleRateHz} Hz gives the same events at the same times`, () => {
      const reference = decode(everything(8000).toPcm(), { sampleRateHz: 8000 });
      const events = decode(everything(sampleRateHz).toPcm(), { sampleRateHz });
      assert.deepEqual(gist(events), EVERYTHING);
      for (const [i, event] of events.entries()) {
        assert.ok(Math.abs(event.atMs - (reference[i]?.atMs ?? 0)) <= 25, `${event.kind} at ${event.atMs}`);
      }
    });
  }
  it('any offset of the start gives the same events, so much later', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 60, noNaN: true }), (leadMs) => {
        const events = heard(everything(8000, leadMs));
        assert.deepEqual(gist(events), EVERYTHING);
        assert.ok(Math.abs((events[1]?.atMs ?? 0) - (1060 + leadMs)) <= 10);
      }),
      { numRuns: 25, seed: 7 },
    );
  });
  it('any samples: never throws, and full-scale rubbish says nothing', () => {
    fc.assert(
      fc.property(fc.int16Array({ minLength: 0, maxLength: 12000 }), (samples) => {
        assert.deepEqual(decode(samples, { sampleRateHz: 8000 }), []);
      }),
      { numRuns: 60, seed: 8 },
    );
  });
  it('hears nothing in two minutes of voice (seeds 1-6)', () => {
    for (let seed = 1; seed <= 6; seed += 1) {
      const events = heard(voice(20000, new Random(seed), -12));
      assert.deepEqual(events, [], `seed ${seed}`);
    }
  });
  it('an empty stream, and one shorter than a block', () => {
    assert.deepEqual(decode(new Int16Array(0), { sampleRateHz: 8000 }), []);
    assert.deepEqual(decode(new Int16Array(7), { sampleRateHz: 48000 }), []);
  });
  it('hears what the end of the stream cuts off', () => {
    const pcm = dtmfSignal('5', { lowDbm0: -12, onMs: 60 }).toPcm();
    assert.equal(keys(decode(pcm.subarray(0, 8 * 118), { sampleRateHz: 8000 })), '5');
  });
  it('refuses other sample rates, and samples after the end', () => {
    for (const sampleRateHz of [0, 4000, 11025, 44100, 96000, Number.NaN]) {
      assert.throws(() => new SignalReceiver({ sampleRateHz }, () => undefined), RangeError);
    }
    const receiver = new SignalReceiver({ sampleRateHz: 8000 }, () => undefined);
    receiver.flush();
    receiver.flush();
    assert.throws(() => receiver.push(new Int16Array(1)), /flushed/);
  });
});
