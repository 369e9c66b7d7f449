import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SimulatedStick, type StickFaults } from '../../../drivers/simulated/stick.js';
import { FAULT_CATALOGUE, faultNumber } from '../../../firmware/faults/catalogue.js';
import type { FaultCode } from '../../../firmware/faults/fault.js';
import { faultPattern } from '../../../firmware/panel/view.js';
import { FAILING_MS } from '../../../firmware/retrieval/view.js';
import { Box, RIGHT, SERIAL } from './box.js';

describe('faults of handing over', () => {
  let root = '';
  let box: Box;
  beforeEach(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'kikitome-stick-'));
    box = await Box.make({ seed: 1, calls: 5 });
    await box.collectAll();
  });
  afterEach(async () => {
    await box.close();
    rmSync(root, { recursive: true, force: true });
  });

  const plug = async (faults: StickFaults = {}, serial = SERIAL): Promise<void> => {
    box.port.plug(new SimulatedStick({ folder: path.join(root, 'stick'), faults, info: { serial } }));
    await box.settled();
  };
  const pull = async (): Promise<void> => {
    box.port.pull();
    await box.settled();
  };
  const copyTo = async (faults: StickFaults): Promise<void> => {
    await plug(faults);
    await box.type(`${RIGHT}#`);
    await box.pass(FAILING_MS);
  };

  const causes: readonly {
    readonly code: FaultCode;
    readonly subject: string;
    readonly cause: () => Promise<void>;
    readonly end: () => Promise<void>;
  }[] = [
    { code: 'STICK_REFUSED', subject: 'stick', cause: () => plug({}, 'MINE'), end: pull },
    { code: 'STICK_FULL', subject: 'stick', cause: () => copyTo({ roomBytes: 3000 }), end: pull },
    { code: 'STICK_FALSE', subject: 'stick', cause: () => copyTo({ honestBytes: 3000 }), end: pull },
    {
      code: 'STICK_PULLED',
      subject: 'stick',
      cause: () => copyTo({ pulledAtByte: 3000 }),
      end: () => box.pass(24 * 3_600_000),
    },
    {
      code: 'PIN_LOCKED',
      subject: 'pin',
      cause: async () => {
        await plug();
        for (let tries = 0; tries < 10; tries += 1) {
          await box.type('111112#');
          await box.pass(2 * 3_600_000);
        }
        await pull();
      },
      end: async () => {
        await box.handover.unlockPin();
        await box.settled();
      },
    },
  ];
  for (const { code, subject, cause, end } of causes) {
    it(`${faultNumber(code)} ${code} is noticed, shown, and in the register until it is over`, async () => {
      await cause();
      assert.deepEqual(box.lamp.shown, faultPattern(code));
      assert.deepEqual([...box.faults.keys()], [code]);
      await end();
      assert.notDeepEqual(box.lamp.shown, faultPattern(code));
      assert.deepEqual(
        (await box.faultEntries()).map(({ kind, detail }) => [kind, detail['code'], detail['subject']]),
        [
          ['fault-raised', code, subject],
          ['fault-cleared', code, subject],
        ],
      );
      const left = box.book.open.map(({ active, acknowledged }) => [active, acknowledged]);
      assert.deepEqual(left, FAULT_CATALOGUE[code].stays ? [[false, false]] : []);
    });
  }
});
