import assert from 'node:assert/strict';
import { readDtmfCallerId } from '../../firmware/signal/dtmf-caller-id.js';
import { anyKeys, type DtmfOptions, dtmfSignal } from './support/dtmf-signal.js';
import { callerIds, heard, keys } from './support/heard.js';
import { LineSignal } from './support/line-signal.js';
import { Random } from './support/random.js';

const ALL = '159D*0#A26B37C48';

describe('signal: DTMF', () => {
  const hears = (what: string, options: Partial<DtmfOptions>, noiseDbm0 = -70, seed = 1): void => {
    it(`hears ${what} (seed ${seed})`, () => {
      const line = dtmfSignal(ALL, { lowDbm0: -12, ...options }).noise(noiseDbm0, new Random(seed));
      assert.equal(keys(heard(line)), ALL);
    });
  };
  const ignores = (what: string, options: Partial<DtmfOptions>): void => {
    it(`ignores ${what}`, () => {
      const line = dtmfSignal(ALL, { lowDbm0: -12, ...options }).noise(-70, new Random(1));
      assert.equal(keys(heard(line)), '');
    });
  };
  for (const lowDbm0 of [-1, -10, -25, -35, -42]) hears(`${lowDbm0} dBm0`, { lowDbm0 });
  for (const twistDb of [-8, -5, 4, 5, 6]) hears(`twist ${twistDb} dB`, { twistDb });
  for (const error of [-0.015, 0.015]) {
    hears(`${error} off frequency, low group`, { lowError: error });
    hears(`${error} off frequency, high group`, { highError: error });
    hears(`${error} off frequency, both`, { lowError: error, highError: error }, -45);
  }
  for (const error of [-0.06, -0.035, 0.035, 0.06]) {
    ignores(`${error} off frequency, low group`, { lowError: error });
    ignores(`${error} off frequency, high group`, { highError: error });
  }
  for (const [onMs, offMs] of [
    [40, 30],
    [40, 60],
    [50, 30],
    [50, 70],
    [200, 60],
    [1000, 100],
  ] as const) {
    hears(`${onMs} ms on, ${offMs} ms off`, { onMs, offMs });
  }
  for (const onMs of [10, 15, 20]) ignores(`${onMs} ms`, { onMs, offMs: 80 });
  for (const sampleRateHz of [16000, 48000]) hears(`at ${sampleRateHz} Hz`, { sampleRateHz }, -40);
  hears('3 dB SNR', { lowDbm0: -15 }, -15, 3);

  it('tells a key pressed twice from one pressed long', () => {
    assert.equal(keys(heard(dtmfSignal('1122', { lowDbm0: -12, onMs: 50, offMs: 30 }))), '1122');
    const long = heard(dtmfSignal('1', { lowDbm0: -12, onMs: 700, offMs: 50 }));
    assert.deepEqual(
      long.map((event) => event.kind === 'dtmf' && [event.digit, Math.round(event.durationMs / 20) * 20]),
      [['1', 700]],
    );
  });

  it('hears both of two like keys in hiss, 7 dB SNR (seeds 1-12)', () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const line = dtmfSignal('00CC5577DD', { lowDbm0: -18 }).noise(-22, new Random(seed));
      assert.equal(keys(heard(line)), '00CC5577DD', `seed ${seed}`);
    }
  });

  it('rides through a hole of 5 ms', () => {
    const line = dtmfSignal(ALL, { lowDbm0: -12, onMs: 70, offMs: 60 });
    for (let i = 0; i < ALL.length; i += 1) {
      const from = line.index(60 + i * 130 + 33);
      line.samples.fill(0, from, from + 40);
    }
    assert.equal(keys(heard(line)), ALL);
  });

  it('hears keys over dial tone, hum and DC', () => {
    const line = dtmfSignal(ALL, { lowDbm0: -10, onMs: 60, offMs: 60 });
    line.tone(400, -14, 0, 5000).tone(50, -14, 0, 5000).dc(3000);
    assert.equal(keys(heard(line)), ALL);
  });

  it('says when and how long', () => {
    const [event] = heard(dtmfSignal('5', { lowDbm0: -12, onMs: 80, leadMs: 500 }));
    assert.ok(event?.kind === 'dtmf');
    assert.ok(Math.abs(event.atMs - 500) <= 10, `at ${event.atMs}`);
    assert.ok(Math.abs(event.durationMs - 80) <= 8, `for ${event.durationMs}`);
  });

  it('every key, any sequence (seeds 1-20)', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = new Random(seed);
      const sent = anyKeys(20, () => random.next());
      const line = dtmfSignal(sent, { lowDbm0: random.between(-25, -5), leadMs: random.between(0, 100) });
      assert.equal(keys(heard(line.noise(-50, random))), sent);
    }
  });

  it('ignores single tones, chords and hiss', () => {
    const random = new Random(9);
    for (const hz of [697, 941, 1209, 1633]) assert.equal(keys(heard(new LineSignal(2000).tone(hz, -10, 0, 2000))), '');
    const chord = new LineSignal(2000).tone(523, -12, 0, 2000).tone(659, -12, 0, 2000).tone(784, -12, 0, 2000);
    assert.equal(keys(heard(chord)), '');
    assert.equal(keys(heard(new LineSignal(20000).noise(-15, random))), '');
  });

  describe('caller ID', () => {
    for (const [sent, expected] of [
      ['A0312345678C', { number: '0312345678' }],
      ['A0312345678#', { number: '0312345678' }],
      ['D0312345678C', { number: '0312345678' }],
      ['0312345678#', { number: '0312345678' }],
      ['D1#', { absence: 'withheld' }],
      ['D2#', { absence: 'unavailable' }],
      ['B00C', { absence: 'unavailable' }],
      ['B10C', { absence: 'withheld' }],
      ['A0312345678D0661234567C', { number: '0312345678', redirectedFrom: '0661234567' }],
    ] as const) {
      it(sent, () => {
        const ids = callerIds(heard(dtmfSignal(sent, { lowDbm0: -15, onMs: 65, offMs: 65 })));
        assert.equal(ids.length, 1);
        assert.deepEqual({ ...ids[0], atMs: 0 }, { kind: 'caller-id', atMs: 0, standard: 'dtmf', ...expected });
      });
    }
    for (const sent of [
      '',
      '117#',
      '0312345678',
      'A#',
      'AC',
      'A0312345678',
      '*2#',
      'A03C12D#',
      'B99C',
      'D4#',
      'A12B34C56D',
    ]) {
      it(`not ${sent || 'nothing'}`, () => assert.equal(readDtmfCallerId(sent), null));
    }
  });
});
