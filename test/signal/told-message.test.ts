import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readToldMessage } from '../../firmware/signal/message.js';
import { field, mdmf, nttFrame, sdmf } from './support/messages.js';

const SEED = 41;

const number = fc
  .array(fc.constantFrom(...'0123456789'), { minLength: 2, maxLength: 20 })
  .map((digits) => digits.join(''));
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
  fc
    .record({ dateTime, number }, { noNullPrototype: true })
    .map((said) => ({ octets: mdmf(field(1, said.dateTime), field(2, said.number)), said })),
  fc
    .record({ number, calledNumber: number }, { noNullPrototype: true })
    .map((said) => ({ octets: nttFrame(0x40, field(2, said.number), field(9, said.calledNumber)), said })),
);

const read = (octets: readonly number[]): unknown => {
  const told = readToldMessage(Uint8Array.from(octets));
  if (told === null) return null;
  const { standard: _, service: __, skipped: ___, ...said } = told;
  return said;
};

describe('signal: a message told octet by octet', () => {
  it(`is read as sent, seizure before it and anything after it (seed ${SEED})`, () => {
    const after = fc.array(fc.nat(255), { maxLength: 9 });
    const property = fc.property(message, fc.nat(40), after, ({ octets, said }, seizure, rest) => {
      assert.deepEqual(read(octets), said);
      assert.deepEqual(read([...new Array<number>(seizure).fill(0x55), ...octets, ...rest]), said);
    });
    fc.assert(property, { seed: SEED, numRuns: 500 });
  });

  it(`is not believed with one octet changed, or cut short (seed ${SEED})`, () => {
    const property = fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), ({ octets }, at, change) => {
      const wrong = [...octets];
      wrong[at % octets.length] = (wrong[at % octets.length] ?? 0) ^ change;
      assert.equal(read(wrong), null);
      assert.equal(read(octets.slice(0, at % octets.length)), null);
    });
    fc.assert(property, { seed: SEED, numRuns: 2000 });
  });

  it(`never throws, and is not believed for a right sum alone (seed ${SEED})`, () => {
    const any = fc.uint8Array({ maxLength: 600 });
    fc.assert(
      fc.property(any, (octets) => assert.equal(readToldMessage(octets), null)),
      { seed: SEED, numRuns: 2000 },
    );
    const name = fc.array(fc.nat(255), { minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(name, (octets) => assert.equal(read(mdmf(field(7, octets))), null)),
      { seed: SEED },
    );
  });

  it('is read from the example of AN93, checksum and all', () => {
    const told =
      '80 20 01 08 30 39 31 31 31 36 32 31 02 0A 35 31 32 35 35 35 31 32 33 34 07 08 4A 4F 48 4E 5F 44 4F 45 40';
    assert.deepEqual(read(told.split(' ').map((octet) => Number.parseInt(octet, 16))), {
      dateTime: '09111621',
      number: '5125551234',
      name: 'JOHN_DOE',
    });
  });

  it('may have doubled DLE, letters for a number, blank names, fields nobody knows', () => {
    assert.deepEqual(read(nttFrame(0x41, field(2, '0312345678901234'))), { number: '0312345678901234' });
    assert.deepEqual(read(nttFrame(0x40, field(4, 'S'))), { absence: 'service-conflict' });
    assert.deepEqual(read(mdmf(field(4, 'P'), field(8, 'P'))), { absence: 'withheld' });
    const dialable = mdmf(field(3, '0355501234'), field(0x21, 'ab'), field(0x21, 'cd'), field(7, '  '));
    assert.deepEqual(read(dialable), { number: '0355501234' });
  });

  const overrun = mdmf(field(2, '0355501234')).map((octet, i) => (i === 3 ? 11 : i === 14 ? octet - 1 : octet));
  const refused: readonly (readonly [why: string, octets: readonly number[]])[] = [
    ['silent notification (NTT service 0x42)', nttFrame(0x42, field(2, '0355501234'))],
    ['a number twice', mdmf(field(2, '0355501234'), field(2, '0355501235'))],
    ['a reason twice', nttFrame(0x40, field(4, 'P'), field(4, 'O'))],
    ['a date twice', mdmf(field(1, '11240905'), field(1, '11240906'), field(2, '0355501234'))],
    ['a name twice', mdmf(field(2, '0355501234'), field(7, 'KIKI TARO'), field(7, 'KIKI JIRO'))],
    ['a number of one digit for eight checksum bits', mdmf(field(2, '7'))],
    ['letters for digits', mdmf(field(2, '035550l234'))],
    ['a name that may be Latin-1 and may be kana', mdmf(field(2, '0355501234'), field(7, [0xb7, 0xb7]))],
    ['a 13th month', sdmf('13010000', '0355501234')],
    ['neither number nor letter', mdmf(field(7, 'KIKI TARO'))],
    ['a field longer than the message', overrun],
    ['messages waiting', [0x82, 0x03, 0x0b, 0x01, 0xff, 0x70]],
    ['nothing', []],
    ['seizure alone', new Array<number>(30).fill(0x55)],
  ];
  for (const [why, octets] of refused) it(`is not ${why}`, () => assert.equal(read(octets), null));
});
