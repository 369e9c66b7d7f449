import assert from 'node:assert/strict';
import { type FskOptions, fskSignal } from './support/fsk-signal.js';
import { callerIds, heard, placed } from './support/heard.js';
import { LineSignal } from './support/line-signal.js';
import { field, mdmf, nttNumber, sdmf } from './support/messages.js';
import { Random } from './support/random.js';

interface Kind {
  readonly standard: string;
  readonly octets: (number: string) => number[];
  readonly options: Omit<FskOptions, 'dbm0'>;
}
const KINDS: readonly Kind[] = [
  { standard: 'ntt', octets: nttNumber, options: { modem: 'v23', markBits: 72, stopBits: 4 } },
  {
    standard: 'bellcore-mdmf',
    octets: (number) => mdmf(field(1, '11240905'), field(2, number), field(7, 'TANAKA')),
    options: { modem: 'bell202', seizureBits: 300, markBits: 180 },
  },
  {
    standard: 'bellcore-sdmf',
    octets: (number) => sdmf('11240905', number),
    options: { modem: 'bell202', seizureBits: 300, markBits: 180 },
  },
  {
    standard: 'etsi',
    octets: (number) => mdmf(field(1, '11240905'), field(2, number)),
    options: { modem: 'v23', seizureBits: 96, markBits: 55 },
  },
];

describe('signal: caller-ID modems', () => {
  for (const { standard, octets, options } of KINDS) {
    /** Sends a number and expects exactly that number. */
    const carries = (
      what: string,
      change: Partial<FskOptions>,
      spoil: (line: LineSignal, random: Random) => LineSignal = (line) => line,
      seed = 1,
    ): void => {
      it(`${standard}: ${what} (seed ${seed})`, () => {
        const random = new Random(seed);
        const number = random.digits(10);
        const line = placed(fskSignal(octets(number), { dbm0: -15, ...options, ...change }));
        const ids = callerIds(heard(spoil(line, random)));
        assert.deepEqual(
          ids.map((id) => [id.standard, id.number]),
          [[standard, number]],
        );
        const seizureBits = change.seizureBits ?? options.seizureBits ?? 0;
        const preambleMs = 150 + (seizureBits * 1000) / 1200;
        assert.ok(Math.abs((ids[0]?.atMs ?? 0) - preambleMs) < 60, `at ${ids[0]?.atMs} ms`);
      });
    };
    for (const dbm0 of [-3, -20, -32, -40, -45]) {
      carries(`${dbm0} dBm0`, { dbm0 }, (line, random) => line.noise(-68, random), 2 - dbm0);
    }
    for (const [rateError, frequencyError] of [
      [0.02, 0],
      [-0.02, 0],
      [0.01, 0.015],
      [-0.01, -0.015],
      [0, 0.045],
      [0, -0.045],
    ] as const) {
      carries(`rate ${rateError}, frequency ${frequencyError}`, { rateError, frequencyError }, (line, random) =>
        line.noise(-35, random),
      );
    }
    for (const tiltDb of [-10, -6, 6, 10]) {
      carries(`tilt ${tiltDb} dB`, { tiltDb }, (line, random) => line.noise(-40, random));
    }
    for (const sampleRateHz of [16000, 48000]) {
      carries(`${sampleRateHz} Hz`, { sampleRateHz }, (line, random) => line.noise(-32, random));
    }
    carries('60 Hz hum 15 dB above', { dbm0: -25 }, (line) => line.tone(60, -10, 0, 5000));
    carries('50 Hz hum 15 dB above', { dbm0: -25 }, (line) => line.tone(50, -10, 0, 5000));
    carries('DC above the signal', { dbm0: -25 }, (line) => line.dc(9000));
    carries('clipped by 26 dB', {}, (line) => line.gain(26));
    carries('through A-law', { dbm0: -30 }, (line, random) => line.noise(-55, random).alaw());
    carries('ten stop bits', { stopBits: 10 });
    carries('one stop bit', { stopBits: 1 });
    carries('dial tone under it', { dbm0: -18 }, (line) => line.tone(400, -18, 0, 5000));
    carries('no seizure', { seizureBits: 0, markBits: 80 });
  }

  it('decodes NTT at 5 dB SNR at least nine times in ten, and never wrongly (seeds 1-40)', () => {
    let right = 0;
    for (let seed = 1; seed <= 40; seed += 1) {
      const random = new Random(seed);
      const number = random.digits(10);
      const line = placed(fskSignal(nttNumber(number), { modem: 'v23', dbm0: -15, stopBits: 4 })).noise(-20, random);
      for (const id of callerIds(heard(line))) {
        assert.equal(id.number, number);
        right += 1;
      }
    }
    assert.ok(right >= 36, `${right} of 40`);
  });

  it('says nothing of random characters (seeds 1-20)', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = new Random(seed);
      const octets = Array.from({ length: 60 }, () => random.int(0, 255));
      const modem = seed % 2 === 0 ? 'v23' : 'bell202';
      assert.deepEqual(callerIds(heard(placed(fskSignal(octets, { modem, dbm0: -15 })))), []);
    }
  });

  it('hears a message that a false preamble precedes', () => {
    const line = new LineSignal(1500).tone(1290, -15, 100, 60);
    line.add(fskSignal(nttNumber('0312345678'), { modem: 'v23', dbm0: -15, stopBits: 4 }), 400);
    assert.deepEqual(
      callerIds(heard(line)).map((id) => id.number),
      ['0312345678'],
    );
  });

  it('hears two messages one after the other', () => {
    const line = new LineSignal(2500);
    line.add(fskSignal(nttNumber('0312345678'), { modem: 'v23', dbm0: -15, stopBits: 4 }), 100);
    line.add(fskSignal(nttNumber('09011112222'), { modem: 'v23', dbm0: -15, stopBits: 4 }), 1200);
    assert.deepEqual(
      callerIds(heard(line)).map((id) => id.number),
      ['0312345678', '09011112222'],
    );
  });
});
