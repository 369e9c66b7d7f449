import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readHex, readRawCallerId } from '../../../drivers/serial/caller-id-raw.js';
import { type Field, mdmf, ntt, sdmf } from './messages.js';

const SEED = 41;

const digits = (min: number, max: number) =>
  fc.array(fc.constantFrom(...'0123456789'), { minLength: min, maxLength: max }).map((each) => each.join(''));
const number = digits(2, 20);
const dateTime = fc
  .tuple(
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 31 }),
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
  )
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(''));

/** A good message of any kind, and what it says. */
const message = fc.oneof(
  fc
    .record({ dateTime, number }, { noNullPrototype: true })
    .map((said) => ({ octets: sdmf(said.dateTime, said.number), said })),
  fc.record({ dateTime, number }, { noNullPrototype: true }).map((said) => ({
    octets: mdmf([
      [1, said.dateTime],
      [2, said.number],
    ]),
    said,
  })),
  fc.record({ number, calledNumber: number }, { noNullPrototype: true }).map((said) => ({
    octets: ntt([
      [2, said.number],
      [9, said.calledNumber],
    ]),
    said,
  })),
);

const read = (octets: Uint8Array): unknown => {
  const caller = readRawCallerId(octets);
  if (caller === null || caller.form !== 'raw') return caller;
  const { octets: kept, form: _, ...said } = caller;
  assert.deepEqual(kept, octets.slice(0, kept.length));
  return said;
};

describe('serial: raw caller ID', () => {
  it(`reads what was sent, seizure before it and anything after it (seed ${SEED})`, () => {
    const property = fc.property(
      message,
      fc.nat(40),
      fc.uint8Array({ maxLength: 9 }),
      ({ octets, said }, seizure, after) => {
        assert.deepEqual(read(octets), said);
        const caller = readRawCallerId(
          Uint8Array.from([...new Array<number>(seizure).fill(0x55), ...octets, ...after]),
        );
        assert.deepEqual(caller, { ...said, form: 'raw', octets });
      },
    );
    fc.assert(property, { seed: SEED, numRuns: 500 });
  });

  it(`believes none with one octet changed, or cut short (seed ${SEED})`, () => {
    const property = fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), ({ octets }, at, change) => {
      const wrong = octets.slice();
      wrong[at % octets.length] = (wrong[at % octets.length] ?? 0) ^ change;
      assert.equal(readRawCallerId(wrong), null);
      assert.equal(readRawCallerId(octets.subarray(0, at % octets.length)), null);
    });
    fc.assert(property, { seed: SEED, numRuns: 2000 });
  });

  it(`never throws on octets, and believes few of a right sum and no sense (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => void readRawCallerId(octets)),
      { seed: SEED, numRuns: 2000 },
    );
    const nonsense = fc
      .uint8Array({ minLength: 3, maxLength: 40 })
      .map((body) => mdmf([[7, String.fromCharCode(...body)]]));
    fc.assert(
      fc.property(nonsense, (octets) => assert.equal(readRawCallerId(octets), null)),
      { seed: SEED },
    );
  });

  it('reads the example of AN93, checksum and all', () => {
    const told =
      '80 20 01 08 30 39 31 31 31 36 32 31 02 0A 35 31 32 35 35 35 31 32 33 34 07 08 4A 4F 48 4E 5F 44 4F 45 40';
    assert.deepEqual(read(readHex(told) ?? new Uint8Array()), {
      dateTime: '09111621',
      number: '5125551234',
      name: 'JOHN_DOE',
    });
  });

  it('reads doubled DLE, call waiting, and letters', () => {
    assert.deepEqual(read(ntt([[2, '0312345678901234']], 0x41)), { number: '0312345678901234' });
    assert.deepEqual(read(ntt([[4, 'S']])), { absence: 'service-conflict' });
    assert.deepEqual(
      read(
        mdmf([
          [4, 'P'],
          [8, 'P'],
        ]),
      ),
      { absence: 'withheld' },
    );
    assert.deepEqual(
      read(
        mdmf([
          [3, '0355501234'],
          [0x21, 'ab'],
          [0x21, 'cd'],
          [7, '  '],
        ]),
      ),
      { number: '0355501234' },
    );
  });

  const refused: readonly (readonly [why: string, octets: Uint8Array])[] = [
    ['silent notification (NTT service 0x42)', ntt([[2, '0355501234']], 0x42)],
    [
      'a number twice',
      mdmf([
        [2, '0355501234'],
        [2, '0355501235'],
      ]),
    ],
    ['a number of one digit for eight checksum bits', mdmf([[2, '7']])],
    ['letters for digits', mdmf([[2, '035550l234']])],
    ['a 13th month', sdmf('13010000', '0355501234')],
    ['neither number nor letter', mdmf([[7, 'KIKI TARO']] satisfies Field[])],
    [
      'a field longer than the message',
      mdmf([[2, '0355501234']]).map((octet, i) => (i === 3 ? 11 : i === 14 ? octet - 1 : octet)),
    ],
    ['messages waiting', Uint8Array.from([0x82, 0x03, 0x0b, 0x01, 0xff, 0x70])],
    ['nothing', new Uint8Array()],
    ['seizure alone', new Uint8Array(30).fill(0x55)],
  ];
  for (const [why, octets] of refused) it(`refuses ${why}`, () => assert.equal(readRawCallerId(octets), null));

  it('takes hex with and without blanks, and nothing else', () => {
    assert.deepEqual(readHex('04 0a fF'), Uint8Array.of(4, 10, 255));
    for (const text of ['', ' ', '0', '04g1', '0x04', '-104', 'OK']) assert.equal(readHex(text), null);
  });
});
