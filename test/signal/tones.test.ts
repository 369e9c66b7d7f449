import assert from 'node:assert/strict';
import { SignalReceiver } from '../../firmware/signal/receiver.js';
import { heard, tones } from './support/heard.js';
import { LineSignal } from './support/line-signal.js';
import { Random } from './support/random.js';
import { voice } from './support/voice.js';

/** A tone in a cadence: on and off in turn from 200 ms on. */
function cadence(
  hz: number,
  dbm0: number,
  onMs: number,
  offMs: number,
  count: number,
  modulation: { hz: number; depth: number } | null = null,
): LineSignal {
  const line = new LineSignal(400 + count * (onMs + offMs));
  for (let i = 0; i < count; i += 1) line.tone(hz, dbm0, 200 + i * (onMs + offMs), onMs, modulation);
  return line;
}
const SWING = { hz: 16, depth: 0.85 };

describe('signal: tones of Japan', () => {
  const only = (line: LineSignal, tone: string, durationMs: number): void => {
    const got = tones(heard(line));
    assert.deepEqual(
      got.map((event) => event.tone),
      [tone],
    );
    assert.ok(Math.abs((got[0]?.atMs ?? 0) - 200) <= 60, `at ${got[0]?.atMs}`);
    assert.ok(Math.abs((got[0]?.durationMs ?? 0) - durationMs) <= 90, `for ${got[0]?.durationMs}`);
  };
  for (const hz of [385, 400, 420]) {
    for (const [dbm0, noiseDbm0] of [
      [-15, -25],
      [-25, -70],
      [-42, -70],
    ] as const) {
      const at = `${hz} Hz, ${dbm0} dBm0, noise ${noiseDbm0} dBm0`;
      const hiss = (line: LineSignal): LineSignal => line.noise(noiseDbm0, new Random(hz));
      it(`dial: ${at}`, () => only(hiss(new LineSignal(2700).tone(hz, dbm0, 200, 2300)), 'dial', 2300));
      it(`busy: ${at}`, () => only(hiss(cadence(hz, dbm0, 500, 500, 4)), 'busy', 3500));
      it(`ringback: ${at}`, () => only(hiss(cadence(hz, dbm0, 1000, 2000, 2, SWING)), 'ringback', 4000));
    }
  }
  it('ringback: 384 + 416 Hz', () => {
    const line = cadence(384, -18, 1000, 2000, 2).add(cadence(416, -18, 1000, 2000, 2), 0);
    only(line.noise(-40, new Random(1)), 'ringback', 4000);
  });
  it('ringback: modulated at 20 Hz, 5 dB SNR', () =>
    only(cadence(400, -15, 1000, 2000, 2, { hz: 20, depth: 0.85 }).noise(-20, new Random(2)), 'ringback', 4000));
  for (const scale of [0.9, 1.1]) {
    it(`busy: cadence x ${scale}`, () => only(cadence(400, -15, 500 * scale, 500 * scale, 5), 'busy', 4500 * scale));
  }
  it('second dial tone: 125 ms on and off', () =>
    only(cadence(400, -15, 125, 125, 9).noise(-40, new Random(3)), 'dial-interrupted', 2125));
  it('over hum and DC', () => only(cadence(400, -20, 500, 500, 4).tone(50, -20, 0, 9000).dc(4000), 'busy', 3500));

  it('says that the far end has hung up after the second burst, while busy goes on', () => {
    const receiver = new SignalReceiver({ sampleRateHz: 8000 }, () => undefined);
    const speech = voice(3000, new Random(4)).toPcm();
    receiver.push(speech);
    const sounding = () => receiver.tone;
    assert.ok(!sounding());
    const busy = cadence(400, -15, 500, 500, 5).toPcm();
    receiver.push(busy.subarray(0, 8000 * 1));
    assert.ok(!sounding());
    receiver.push(busy.subarray(8000 * 1, 8000 * 2));
    assert.equal(sounding()?.tone, 'busy');
    assert.ok(Math.abs((sounding()?.sinceMs ?? 0) - 3200) <= 60);
    receiver.push(busy.subarray(8000 * 2));
    receiver.push(new Int16Array(8000));
    assert.equal(sounding(), null);
  });

  it('dial tone is known while it sounds', () => {
    const receiver = new SignalReceiver({ sampleRateHz: 8000 }, () => undefined);
    receiver.push(new LineSignal(1200).tone(400, -15, 0, 1200).toPcm());
    assert.equal(receiver.tone?.tone, 'dial');
  });

  it('hears none in a voice (seeds 1-6)', () => {
    for (let seed = 1; seed <= 6; seed += 1) {
      assert.deepEqual(tones(heard(voice(20000, new Random(seed)))), [], `seed ${seed}`);
    }
  });
});

describe('signal: tones elsewhere', () => {
  const hears = (profile: 'us' | 'uk' | 'eu', line: LineSignal): string[] => {
    const got: string[] = [];
    const receiver = new SignalReceiver({ sampleRateHz: 8000, profile }, (event) => {
      if (event.kind === 'tone') got.push(event.tone);
    });
    receiver.push(line.noise(-50, new Random(1)).toPcm());
    receiver.flush();
    return got;
  };
  const pair = (a: number, b: number, onMs: number, offMs: number, count: number): LineSignal =>
    cadence(a, -16, onMs, offMs, count).add(cadence(b, -16, onMs, offMs, count), 0);
  it('us', () => {
    assert.deepEqual(hears('us', pair(350, 440, 2000, 100, 1)), ['dial']);
    assert.deepEqual(hears('us', pair(480, 620, 500, 500, 4)), ['busy']);
    assert.deepEqual(hears('us', pair(440, 480, 2000, 4000, 2)), ['ringback']);
  });
  it('uk', () => assert.deepEqual(hears('uk', cadence(400, -16, 375, 375, 5)), ['busy']));
  it('eu', () => {
    assert.deepEqual(hears('eu', cadence(425, -16, 1000, 4000, 2)), ['ringback']);
    assert.deepEqual(hears('eu', cadence(425, -16, 500, 500, 4)), ['busy']);
  });
});
