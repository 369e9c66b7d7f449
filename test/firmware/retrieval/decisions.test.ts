import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Observable } from 'rxjs';
import { SimulatedStick, type StickFaults } from '../../../drivers/simulated/stick.js';
import { HalError } from '../../../hal/errors.js';
import type { StickEvent } from '../../../hal/stick.js';
import { Box, type BoxOptions, RIGHT, SERIAL } from './box.js';
import { finishedFolders, verifyFolder } from './handed-over.js';

describe('retrieval, while things are decided elsewhere', () => {
  let root = '';
  let made = 0;
  const boxes: Box[] = [];
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'kikitome-stick-'));
  });
  afterEach(async () => {
    for (const box of boxes.splice(0)) await box.close();
    rmSync(root, { recursive: true, force: true });
  });
  const make = async (options: Partial<BoxOptions> = {}): Promise<Box> => {
    const box = await Box.make({ seed: 1, calls: 5, bytesOf: () => 60_000, ...options });
    boxes.push(box);
    return box;
  };
  const stickWith = (faults: StickFaults = {}): SimulatedStick => {
    made += 1;
    const folder = path.join(root, String(made));
    mkdirSync(folder);
    return new SimulatedStick({ folder, faults, info: { serial: SERIAL } });
  };
  const plug = async (box: Box, stick: SimulatedStick): Promise<void> => {
    box.port.plug(stick);
    await box.settled();
  };
  const folders = (stick: SimulatedStick): string[] => readdirSync(stick.folder);
  /** With the PIN entered, as far as the first file of a copy to a slow stick. Resolves when all has settled. */
  const midway = async (box: Box, stick: SimulatedStick): Promise<{ readonly settled: Promise<void> }> => {
    await plug(box, stick);
    const settled = box.type(`${RIGHT}#`);
    const files = () => folders(stick).flatMap((folder) => readdirSync(path.join(stick.folder, folder)));
    while (!files().includes('call-000001.mp3')) await new Promise(setImmediate);
    return { settled };
  };
  const results = async (box: Box): Promise<string[]> =>
    (await box.register())
      .filter(({ kind }) => /^(pin-attempt|co)/.test(kind))
      .map(({ kind, detail }) => `${kind} ${String(detail['result'] ?? '')}`.trim());

  it('what is named while another is copied is what the PIN is asked for next; of the other nothing stays', async () => {
    const box = await make();
    await box.collect(1, 2);
    const stick = stickWith({ slowTurns: 20 });
    const { settled } = await midway(box, stick);
    await box.collect(4, 5);
    await settled;
    await box.settled();
    assert.equal(box.phase, 'stick-ready');
    assert.deepEqual(folders(stick), []);
    assert.deepEqual((await box.handover.collection())?.numbers, [4, 5]);
    await box.type(`${RIGHT}#`);
    assert.equal(box.phase, 'done');
    verifyFolder(finishedFolders(stick.folder)[0] ?? '', box.audio, [4, 5]);
    const first = ['collected', 'pin-attempt right', 'copy-begun', 'collected', 'copy-ended WITHDRAWN'];
    assert.deepEqual(await results(box), [...first, 'pin-attempt right', 'copy-begun', 'copy-ended done']);
  });

  it('what is taken back while it is copied is not handed over', async () => {
    const box = await make();
    await box.collect(1, 2);
    const stick = stickWith({ slowTurns: 20 });
    const { settled } = await midway(box, stick);
    await box.handover.clearCollection();
    await settled;
    await box.settled();
    assert.equal(box.phase, 'idle');
    assert.deepEqual(folders(stick), []);
    assert.deepEqual((await results(box)).slice(-2), ['collection-cleared', 'copy-ended WITHDRAWN']);
    assert.equal(box.faults.size, 0);
  });

  it('a stick that is taken off the list while it is written to gets no more', async () => {
    const box = await make();
    await box.collect(1, 2);
    const stick = stickWith({ slowTurns: 20 });
    const { settled } = await midway(box, stick);
    await box.handover.forgetStick(SERIAL);
    await settled;
    await box.settled();
    assert.deepEqual(box.retrieval.state, { phase: 'failed', code: 'STICK_REFUSED' });
    assert.deepEqual(folders(stick), []);
    assert.deepEqual((await box.handover.collection())?.numbers, [1, 2]);
  });

  it('a decision that changes nothing disturbs no copy', async () => {
    const box = await make();
    await box.collect(1, 2);
    const stick = stickWith({ slowTurns: 20 });
    const { settled } = await midway(box, stick);
    await box.handover.allowStick('ANOTHER-1');
    await settled;
    await box.settled();
    assert.equal(box.phase, 'done');
  });

  it('pulled, and another collection named meanwhile: the PIN that was entered is not for that one', async () => {
    const box = await make();
    await box.collect(1, 2);
    const stick = stickWith({ pulledAtByte: 70_000 });
    await plug(box, stick);
    await box.type(`${RIGHT}#`);
    await box.collect(4, 5);
    await box.settled();
    stick.faults = {};
    await plug(box, stick);
    assert.equal(box.phase, 'stick-ready');
    await box.type(`${RIGHT}#`);
    assert.equal(box.phase, 'done');
    const [folder = '', ...others] = folders(stick);
    assert.deepEqual(others, []);
    verifyFolder(path.join(stick.folder, folder), box.audio, [4, 5]);
  });

  it('another box of the office hands over to the same stick: what it gave stays', async () => {
    const [one, two] = [await make(), await make({ seed: 2, calls: 4 })];
    await one.collectAll();
    await two.collectAll();
    const stick = stickWith({ pulledAtByte: 70_000 });
    await plug(one, stick);
    await one.type(`${RIGHT}#`);
    for (const folder of folders(stick)) rmSync(path.join(stick.folder, folder), { recursive: true });
    stick.faults = {};
    await plug(two, stick);
    await two.type(`${RIGHT}#`);
    assert.equal(two.phase, 'done');
    two.port.pull();
    await one.pass(11 * 60_000);
    await plug(one, stick);
    await one.type(`${RIGHT}#`);
    assert.equal(one.phase, 'done');
    const stores = finishedFolders(stick.folder).map((folder) => {
      const box = readdirSync(folder).includes('call-000005.mp3') ? one : two;
      return verifyFolder(folder, box.audio, box === one ? [1, 2, 3, 4, 5] : [1, 2, 3, 4]).store;
    });
    assert.equal(new Set(stores).size, 2);
  });

  for (const later of [false, true]) {
    it(`two sticks of one serial number: a finished folder stays as it is ${later ? 'after' : 'in'} the session`, async () => {
      const box = await make({ calls: 6 });
      const [broken, whole] = [stickWith({ pulledAtByte: 70_000 }), stickWith()];
      await box.collect(1, 2, 3);
      await plug(box, whole);
      await box.type(`${RIGHT}#`);
      box.port.pull();
      await box.settled();
      await box.collect(5, 6);
      await plug(box, broken);
      await box.type(`${RIGHT}#`);
      if (later) await box.pass(11 * 60_000);
      await plug(box, whole);
      if (later) await box.type(`${RIGHT}#`);
      assert.equal(box.phase, 'done');
      for (const folder of finishedFolders(whole.folder)) {
        const isFirst = readdirSync(folder).includes('call-000001.mp3');
        verifyFolder(folder, box.audio, isFirst ? [1, 2, 3] : [5, 6]);
      }
      assert.equal(finishedFolders(whole.folder).length, 2);
    });
  }

  it('what was copied and is erased before the stick is back is not handed over', async () => {
    const box = await make({ calls: 4 });
    await box.collectAll();
    const stick = stickWith({ pulledAtByte: 130_000 });
    await plug(box, stick);
    await box.type(`${RIGHT}#`);
    await box.store.erase([1], 'order');
    stick.faults = {};
    await plug(box, stick);
    assert.equal(box.phase, 'done');
    const manifest = verifyFolder(finishedFolders(stick.folder)[0] ?? '', box.audio, [1, 2, 3, 4]);
    assert.deepEqual(
      manifest.missing.map(({ number, why, tombstone }) => [number, why, tombstone?.['n']]),
      [[1, 'erased', 1]],
    );
  });

  it('a call that is still recorded is not left out in silence', async () => {
    const box = await make({ calls: 1 });
    const writer = box.store.begin({}, 1);
    await box.store.commit();
    await assert.rejects(box.collect(1, writer.number), { code: 'COLLECTION_OPEN' });
    assert.equal(await box.handover.collection(), null);
    writer.close({ endedWallMs: 2, party: null, particulars: {} });
  });

  it('a PIN that comes without the code does not use the code up', async () => {
    const box = await make({ fresh: true });
    await box.type('#');
    const { state } = box.retrieval;
    const code = (state.phase === 'pin' && state.shown) || assert.fail();
    await assert.rejects(box.handover.setPin('938271', null), { code: 'PIN_CODE' });
    await box.handover.setPin('938271', code);
  });

  it('a socket that cannot be watched is told, tried again, and told to be over', async () => {
    const box = await make();
    let broken = true;
    let tries = 0;
    const sticks = {
      events$: new Observable<StickEvent>((subscriber) => {
        tries += 1;
        if (broken) subscriber.error(new HalError('LIBRARY_MISSING', 'udevadm', 'it is not there'));
      }),
    };
    const again = await box.restarted({ sticks });
    boxes.splice(0, 1, again);
    assert.equal(again.faults.size, 0, 'once is nothing');
    await again.pass(30_000);
    assert.match(again.faults.get('SOCKET_UNWATCHED') ?? '', /usb: .*it is not there/);
    broken = false;
    await again.pass(30_000);
    assert.equal(tries, 3);
    await again.pass(30_000);
    assert.equal(again.faults.size, 0);
  });
});
