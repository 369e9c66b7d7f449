import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Caller } from '../../firmware/call/call-event.js';
import { believeCaller, type CallerEvidence, heardByModem, heardOnLine } from '../../firmware/call/caller-belief.js';
import type { ModemCaller } from '../../hal/modem.js';
import { field, nttFrame, nttNumber, sdmf } from '../signal/support/messages.js';

const ntt = { number: '0355501234', standard: 'ntt' };
const dtmf = { number: '0355501234', standard: 'dtmf' };
const told: ModemCaller = { number: '0355501234', name: 'KIKI TARO', dateTime: '11241405', form: 'formatted' };
const other: ModemCaller = { number: '0355509876', form: 'formatted' };
const octets = (values: readonly number[]): ModemCaller => ({ form: 'raw', octets: Uint8Array.from(values) });
const raw = octets(nttNumber('0355509876'));
const withheld: ModemCaller = { absence: 'withheld', form: 'formatted' };

const believe = (line: readonly Caller[], modem: readonly ModemCaller[]) =>
  believeCaller(
    line.map(heardOnLine),
    modem.flatMap((each) => heardByModem(each) ?? []),
  );

describe('caller belief', () => {
  const both = ['line', 'modem'];
  const cases: readonly (readonly [
    what: string,
    line: readonly Caller[],
    modem: readonly ModemCaller[],
    believed: unknown,
  ])[] = [
    ['nobody heard anything', [], [], null],
    ['the line alone', [ntt], [], { ...ntt, sources: ['line'] }],
    [
      'the modem alone',
      [],
      [told],
      { number: '0355501234', name: 'KIKI TARO', dateTime: '11241405', sources: ['modem'] },
    ],
    [
      'both agree; the modem knows more',
      [ntt],
      [told],
      { ...ntt, name: 'KIKI TARO', dateTime: '11241405', sources: both },
    ],
    [
      'both agree; names differ',
      [{ ...ntt, name: 'K. TARO' }],
      [told],
      { ...ntt, name: 'K. TARO', dateTime: '11241405', sources: both },
    ],
    [
      'both agree that it is withheld',
      [{ absence: 'withheld', standard: 'ntt' }],
      [withheld],
      { absence: 'withheld', standard: 'ntt', sources: both },
    ],
    [
      'a checksum against hearsay',
      [ntt],
      [other],
      { ...ntt, sources: both, believed: 'line', because: 'checksum', other: { number: '0355509876' } },
    ],
    [
      'DTMF against a checksum',
      [dtmf],
      [raw],
      { number: '0355509876', sources: both, believed: 'modem', because: 'checksum', other: dtmf },
    ],
    [
      'two checksums',
      [ntt],
      [raw],
      { ...ntt, sources: both, believed: 'line', because: 'line-first', other: { number: '0355509876' } },
    ],
    [
      'neither has one',
      [dtmf],
      [other],
      { ...dtmf, sources: both, believed: 'line', because: 'line-first', other: { number: '0355509876' } },
    ],
    [
      'a number against an absence',
      [ntt],
      [withheld],
      { ...ntt, sources: both, believed: 'line', because: 'checksum', other: { absence: 'withheld' } },
    ],
    [
      'reasons that differ',
      [{ absence: 'unavailable', standard: 'dtmf' }],
      [withheld],
      {
        absence: 'unavailable',
        standard: 'dtmf',
        sources: both,
        believed: 'line',
        because: 'line-first',
        other: { absence: 'withheld' },
      },
    ],
    ['octets that are no message', [], [octets(nttNumber('0355509876').slice(1))], null],
    ['octets about a call that waits', [], [octets(nttFrame(0x41, field(2, '0355509876')))], null],
    [
      'octets with the date of the exchange',
      [],
      [octets(sdmf('11241405', '0355509876'))],
      { number: '0355509876', dateTime: '11241405', sources: ['modem'] },
    ],
    ['the latest of one ear', [{ ...ntt, number: '1' }, ntt], [], { ...ntt, sources: ['line'] }],
    ['a checksum before what came later', [], [raw, withheld, told], { number: '0355509876', sources: ['modem'] }],
    [
      'what names nobody does not count',
      [{ standard: 'ntt' }],
      [withheld],
      { absence: 'withheld', sources: ['modem'] },
    ],
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
      assert.equal(all === null, line.length + modem.length === 0);
      if (all === null) return;
      assert.ok([...names(line), ...names(modem)].includes(all.number ?? all.absence));
      const { sources } = all;
      assert.deepEqual(sources, [...(line.length > 0 ? ['line'] : []), ...(modem.length > 0 ? ['modem'] : [])]);
      assert.equal('believed' in all, 'other' in all);
      assert.deepEqual(believeCaller(line, modem), all);
      assert.deepEqual(JSON.parse(JSON.stringify(all)), all);
    });
    fc.assert(property, { seed: 7, numRuns: 1000 });
  });
});
