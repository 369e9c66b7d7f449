import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Caller } from '../../firmware/call/call-event.js';
import { believeCaller, type CallerEvidence, heardByModem, heardOnLine } from '../../firmware/call/caller-belief.js';
import type { ModemCaller } from '../../hal/modem.js';

const ntt = { number: '0355501234', standard: 'ntt' };
const dtmf = { number: '0355501234', standard: 'dtmf' };
const told: ModemCaller = { number: '0355501234', name: 'KIKI TARO', dateTime: '11241405', form: 'formatted' };
const other: ModemCaller = { number: '0355509876', form: 'formatted' };
const raw: ModemCaller = { ...other, form: 'raw', octets: Uint8Array.of(4) };
const withheld: ModemCaller = { absence: 'withheld', form: 'formatted' };

const believe = (line: readonly Caller[], modem: readonly ModemCaller[]) =>
  believeCaller(line.map(heardOnLine), modem.map(heardByModem));

const agreed = (by: string, caller: Caller) => ({
  caller,
  callerHeard: { by, believed: by, because: null, other: null },
});
const differed = (caller: Caller, believed: string, because: string, other: Caller) => ({
  caller,
  callerHeard: { by: 'both', believed, because, other },
});

describe('caller belief', () => {
  const cases: readonly (readonly [
    what: string,
    line: readonly Caller[],
    modem: readonly ModemCaller[],
    believed: unknown,
  ])[] = [
    ['nobody heard anything', [], [], { caller: null, callerHeard: null }],
    ['the line alone', [ntt], [], agreed('line', ntt)],
    ['the modem alone', [], [told], agreed('modem', { number: '0355501234', name: 'KIKI TARO' })],
    ['both agree; the modem knows more', [ntt], [told], agreed('both', { ...ntt, name: 'KIKI TARO' })],
    ['both agree; names differ', [{ ...ntt, name: 'K. TARO' }], [told], agreed('both', { ...ntt, name: 'K. TARO' })],
    [
      'both agree that it is withheld',
      [{ absence: 'withheld', standard: 'ntt' }],
      [withheld],
      agreed('both', { absence: 'withheld', standard: 'ntt' }),
    ],
    ['a checksum against hearsay', [ntt], [other], differed({ ...ntt }, 'line', 'checksum', { number: '0355509876' })],
    ['DTMF against a checksum', [dtmf], [raw], differed({ number: '0355509876' }, 'modem', 'checksum', dtmf)],
    ['two checksums', [ntt], [raw], differed({ ...ntt }, 'line', 'line-first', { number: '0355509876' })],
    ['neither has one', [dtmf], [other], differed({ ...dtmf }, 'line', 'line-first', { number: '0355509876' })],
    [
      'a number against an absence',
      [ntt],
      [withheld],
      differed({ ...ntt }, 'line', 'checksum', { absence: 'withheld' }),
    ],
    [
      'reasons that differ',
      [{ absence: 'unavailable', standard: 'dtmf' }],
      [withheld],
      differed({ absence: 'unavailable', standard: 'dtmf' }, 'line', 'line-first', { absence: 'withheld' }),
    ],
    ['the latest of one ear', [{ ...ntt, number: '1' }, ntt], [], agreed('line', ntt)],
    ['a checksum before what came later', [], [raw, withheld, told], agreed('modem', { number: '0355509876' })],
    ['what names nobody does not count', [{ standard: 'ntt' }], [withheld], agreed('modem', { absence: 'withheld' })],
  ];
  for (const [what, line, modem, believed] of cases) it(what, () => assert.deepEqual(believe(line, modem), believed));

  it('names whom one ear named, keeps the other, never shares an object, in every case (seed 7)', () => {
    const caller = fc.oneof(
      fc.record({ number: fc.constantFrom('0311112222', '0311112223', '09011112222') }, { noNullPrototype: true }),
      fc.record({ absence: fc.constantFrom('withheld', 'unavailable') }, { noNullPrototype: true }),
    );
    const evidence = fc.array(fc.record({ caller, checksumHeld: fc.boolean() }), { maxLength: 3 });
    const names = (ear: readonly CallerEvidence[]) => ear.map(({ caller: { number, absence } }) => number ?? absence);
    const property = fc.property(evidence, evidence, (line, modem) => {
      const all = believeCaller(line, modem);
      const { caller: believed, callerHeard } = all;
      assert.equal(believed === null, line.length + modem.length === 0);
      assert.equal(callerHeard === null, believed === null);
      if (believed === null || callerHeard === null) return;
      assert.ok([...names(line), ...names(modem)].includes(believed.number ?? believed.absence));
      assert.equal(callerHeard.by, line.length === 0 ? 'modem' : modem.length === 0 ? 'line' : 'both');
      assert.equal(callerHeard.because === null, callerHeard.other === null);
      assert.deepEqual(believeCaller(line, modem), all);
      assert.deepEqual(JSON.parse(JSON.stringify(all)), all);
    });
    fc.assert(property, { seed: 7, numRuns: 1000 });
  });
});
