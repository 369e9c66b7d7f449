import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readBellcore } from '../../firmware/signal/bellcore-message.js';
import { evenParity } from '../../firmware/signal/crc.js';
import { readNtt } from '../../firmware/signal/ntt-message.js';
import { Octets } from '../../firmware/signal/octets.js';
import { field, mdmf, nttFrame, nttNumber, sdmf } from './support/messages.js';

const octetsOf = (values: readonly number[], margin = 1): Octets => {
  const octets = new Octets();
  for (const [i, value] of values.entries()) octets.add(value, i * 34, 1, margin);
  return octets;
};
const ntt = (values: readonly number[]) => readNtt(octetsOf(values));
const bellcore = (values: readonly number[], margin = 1) => readBellcore(octetsOf(values, margin), 'bellcore-mdmf');
const nothing = { wants: 0 };

describe('signal: messages', () => {
  describe('NTT Number Display', () => {
    it('carries a number', () => {
      assert.deepEqual(ntt(nttNumber('0312345678')), {
        message: { standard: 'ntt', service: 0x40, number: '0312345678' },
      });
    });
    for (const [letter, absence] of [
      ['P', 'withheld'],
      ['C', 'public-telephone'],
      ['O', 'unavailable'],
      ['S', 'service-conflict'],
    ] as const) {
      it(`carries absence ${letter}`, () => {
        assert.deepEqual(ntt(nttFrame(0x40, field(4, letter))), {
          message: { standard: 'ntt', service: 0x40, absence },
        });
      });
    }
    it('carries a dial-in number and steps over fields it does not know', () => {
      const frame = nttFrame(0x40, field(0x21, [0x10, 0x41]), field(2, '0312345678'), field(9, '1234'));
      assert.deepEqual(ntt(frame), {
        message: {
          standard: 'ntt',
          service: 0x40,
          number: '0312345678',
          calledNumber: '1234',
          skipped: [{ type: 0x21, length: 2 }],
        },
      });
    });
    it('undoubles 0x10 in lengths', () => {
      const reading = ntt(nttNumber('0123456789012345'));
      assert.equal('message' in reading && reading.message.number, '0123456789012345');
    });
    it('takes call waiting (0x41) and no other service', () => {
      assert.ok('message' in ntt(nttFrame(0x41, field(2, '0312345678'))));
      assert.deepEqual(ntt(nttFrame(0x42, field(2, '0312345678'))), nothing);
    });
    it('refuses any single wrong bit', () => {
      const frame = nttNumber('0312345678');
      for (let at = 0; at < frame.length * 8; at += 1) {
        const spoilt = [...frame];
        spoilt[at >> 3] = (spoilt[at >> 3] as number) ^ (1 << (at & 7));
        assert.ok(!('message' in ntt(spoilt)), `bit ${at}`);
      }
    });
    it('refuses numbers with anything but digits, fields that overrun, and content without a number', () => {
      assert.deepEqual(ntt(nttFrame(0x40, field(2, '03-1234'))), nothing);
      assert.deepEqual(ntt(nttFrame(0x40, [2, 11, ...field(0, '0312')])), nothing);
      assert.deepEqual(ntt(nttFrame(0x40, field(9, '1234'))), nothing);
    });
    it('says how much more it wants', () => {
      const frame = nttNumber('0312345678');
      for (let length = 5; length < frame.length; length += 1) {
        const reading = ntt(frame.slice(0, length));
        assert.ok('wants' in reading && reading.wants > length, `after ${length}`);
      }
    });
  });

  describe('Bellcore and ETSI', () => {
    it('SDMF', () => {
      assert.deepEqual(bellcore(sdmf('11240905', '6095551212')), {
        message: { standard: 'bellcore-sdmf', dateTime: '11240905', number: '6095551212' },
      });
      assert.deepEqual(bellcore(sdmf('11240905', 'P')), {
        message: { standard: 'bellcore-sdmf', dateTime: '11240905', absence: 'withheld' },
      });
    });
    it('MDMF with name, dialable number and an unknown field', () => {
      const message = mdmf(
        field(1, '11240905'),
        field(3, '6095551212'),
        field(7, 'JOHN DOE  '),
        field(0x55, [1, 2, 3]),
      );
      assert.deepEqual(bellcore(message), {
        message: {
          standard: 'bellcore-mdmf',
          dateTime: '11240905',
          number: '6095551212',
          name: 'JOHN DOE',
          skipped: [{ type: 0x55, length: 3 }],
        },
      });
    });
    it('refuses what the sum does not catch: dates, numbers, names, lengths', () => {
      assert.deepEqual(bellcore(sdmf('13240905', '6095551212')), nothing);
      assert.deepEqual(bellcore(sdmf('11240960', '6095551212')), nothing);
      assert.deepEqual(bellcore(mdmf(field(1, '11240905'), field(2, '609A551212'))), nothing);
      assert.deepEqual(bellcore(mdmf(field(2, '6095551212'), field(7, [1, 2, 3]))), nothing);
      assert.deepEqual(bellcore(mdmf(field(2, '6095551212'), [7, 9, 65])), nothing);
      assert.deepEqual(bellcore(mdmf(field(1, '11240905'))), nothing);
    });
    it('refuses a message of which two characters may be wrong', () => {
      assert.deepEqual(bellcore(sdmf('11240905', '6095551212'), 0.1), nothing);
    });
  });

  it('random octets never throw and are never a message by parity and CRC alone', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(255), { maxLength: 300 }), (values) => {
        assert.ok(!('message' in ntt(values)));
        bellcore(values);
        bellcore([0x80, ...values]);
        ntt([0x90, 0x81, 0x87, 0x90, 0x82, ...values]);
      }),
      { numRuns: 500, seed: 4 },
    );
  });

  it('parity of all octets', () => {
    for (let octet = 0; octet < 256; octet += 1) {
      const ones = octet.toString(2).replaceAll('0', '').length;
      assert.equal(evenParity(octet), ones % 2 === 0);
    }
  });
});
