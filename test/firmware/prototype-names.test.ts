import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseStick } from '../../drivers/simulated/stick-option.js';
import { callCells } from '../../firmware/cli/call-table.js';
import { complaintOf } from '../../firmware/cli/complaint.js';
import { selftestLines } from '../../firmware/cli/selftest-words.js';
import { isFaultCode } from '../../firmware/faults/catalogue.js';
import { isRetentionRule } from '../../firmware/rules/retention.js';
import { readBellcore } from '../../firmware/signal/bellcore-message.js';
import { readDtmfCallerId } from '../../firmware/signal/dtmf-caller-id.js';
import { readAbsence } from '../../firmware/signal/message-fields.js';
import { readNtt } from '../../firmware/signal/ntt-message.js';
import { Octets } from '../../firmware/signal/octets.js';
import { field, mdmf, nttFrame, sdmf } from '../signal/support/messages.js';

const SEED = 18;
/** `constructor`, `toString`, `__proto__` …: every table has them, unless it is asked for its own. */
const NAMES = Object.getOwnPropertyNames(Object.prototype);

function octetsOf(values: readonly number[]): Octets {
  const octets = new Octets();
  for (const value of values) octets.add(value, 0, 1, 1);
  return octets;
}

describe('names that every object has', () => {
  it(`are no reason for a number's absence, wherever in a message they stand (seed ${SEED})`, () => {
    const fields = fc.array(fc.tuple(fc.constantFrom(1, 2, 3, 4, 7, 8, 9, 0x21), fc.constantFrom(...NAMES)), {
      minLength: 1,
      maxLength: 4,
    });
    const property = fc.property(fields, fc.constantFrom(...NAMES), (said, name) => {
      const coded = said.map(([type, text]) => field(type, text));
      for (const octets of [sdmf('11240905', name), mdmf(...coded), mdmf(field(4, name), ...coded)])
        assert.deepEqual(readBellcore(octetsOf(octets), 'etsi'), { wants: 0 });
      assert.deepEqual(readNtt(octetsOf(nttFrame(0x40, field(4, name), ...coded))), { wants: 0 });
    });
    fc.assert(property, { seed: SEED, numRuns: 500 });
  });

  for (const name of NAMES) {
    it(`${name} is nothing that a table knows`, () => {
      assert.equal(readAbsence(name), null);
      assert.equal(readDtmfCallerId(name), null);
      assert.equal(isRetentionRule(name), false);
      assert.equal(isFaultCode(name), false);
      assert.throws(() => parseStick(`/,${name}=1`), { code: 'FAULT_FIELDS' });
      assert.equal(complaintOf({ code: name, message: 'said' }, 'en').line, 'kikitome: INTERNAL: said');
      const [line = ''] = selftestLines(
        [{ step: 'clock', line: null, verdict: 'pass', finding: 'trust', value: name }],
        'en',
      );
      assert.ok(line.endsWith(name), line);
      const call = { number: 1, line: 'line-1', startedAt: '', durationMs: null, audio: null, outcome: 'missed' };
      const cells = callCells(
        { ...call, direction: 'inbound', caller: { absence: name } } as unknown as Parameters<typeof callCells>[0],
        'en',
      );
      assert.equal(cells[5], '–');
    });
  }
});
