import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SimulatedStick, type StickFaults } from '../../../drivers/simulated/stick.js';
import { FAILING_MS } from '../../../firmware/retrieval/view.js';
import { HalError } from '../../../hal/errors.js';
import { StoreError } from '../../../storage/errors.js';
import { Chance } from '../../support/chance.js';
import { Box, type BoxOptions, RIGHT, SERIAL } from './box.js';
import { finishedFolders, verifyFolder } from './handed-over.js';

const numbersTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

describe('retrieval at a box', () => {
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
    const box = await Box.make({ seed: 1, calls: 5, ...options });
    boxes.push(box);
    return box;
  };
  const stickWith = (faults: StickFaults = {}, dice?: () => number, serial = SERIAL): SimulatedStick => {
    made += 1;
    const folder = path.join(root, String(made));
    mkdirSync(folder);
    return new SimulatedStick({ folder, faults, info: { serial }, ...(dice && { dice }) });
  };
  const plug = async (box: Box, stick: SimulatedStick): Promise<void> => {
    box.port.plug(stick);
    await box.settled();
  };

  it('tells whoever watches the store that it failed, and it is over once the medium takes a write', async () => {
    const box = await make();
    const { setting } = box.store;
    box.store.setting = async () => {
      throw new StoreError('STORE_WRITE_FAILED', 'the medium failed');
    };
    box.retrieval.refresh();
    await box.settled();
    assert.deepEqual([...box.faults], [['STORAGE_FAILING', 'store: the medium failed']]);
    box.store.setting = setting;
    await box.storage.look();
    assert.equal(box.faults.size, 0);
  });

  it('hands over exactly what was named, byte for byte, and says done when it has been read back', async () => {
    const box = await make({ bytesOf: (i) => (i === 2 ? 0 : 70_000 + i * 1777) });
    await box.handover.collect({ query: {}, which: ['1', '3', '4'], reason: 'K-9' });
    await box.record(5000); // after the naming: not handed over
    const stick = stickWith();
    await plug(box, stick);
    assert.equal(box.phase, 'stick-ready');
    await box.type(`${RIGHT}#`);
    assert.deepEqual(box.retrieval.state, { phase: 'done', files: 2 });
    const [folder = '', ...others] = finishedFolders(stick.folder);
    assert.deepEqual(others, []);
    assert.match(path.basename(folder), /^kikitome-2027-01-15-[0-9a-f]{8}$/);
    const manifest = verifyFolder(folder, box.audio, [1, 3, 4]);
    assert.equal(manifest.store, box.store.status.superblock.id);
    assert.equal(manifest.collection.reason, 'K-9');
    assert.equal(await box.handover.collection(), null, 'handed over once');
    await box.type('#');
    assert.equal(box.phase, 'idle');
    const entered = (await box.register()).map(({ kind, detail }) =>
      `${kind} ${String(detail['result'] ?? '')}`.trim(),
    );
    const expected = ['pin-set', 'stick-allowed', 'collected', 'pin-attempt right', 'copy-begun', 'copy-ended done'];
    assert.deepEqual(entered, expected);
    const text = JSON.stringify(await box.register());
    assert.ok(!text.includes('0312345678') && !text.includes(RIGHT));
    assert.match(text, /"numbers":"1,3-4".*"result":"done"/);
    assert.equal(box.faults.size, 0);
  });

  it('by the one button alone', async () => {
    const box = await make();
    await box.collectAll();
    await plug(box, stickWith());
    const press = (length: 'short' | 'long') => box.presses$.next({ length, atMs: box.clock.now() });
    press('long');
    for (const digit of RIGHT) {
      for (let i = 0; i < Number(digit); i += 1) press('short');
      await box.pass(1500);
      const { state } = box.retrieval;
      assert.equal(state.phase === 'pin' && state.echo, Number(digit));
      await box.pass(6000);
    }
    press('long');
    await box.settled();
    assert.equal(box.phase, 'done');
  });

  it('gives nothing to a wrong PIN, and locks after ten', async () => {
    const box = await make();
    await box.collectAll();
    const stick = stickWith();
    await plug(box, stick);
    for (let tries = 0; tries < 10; tries += 1) {
      await box.type('111112#');
      const { state } = box.retrieval;
      if (state.phase === 'refused' && state.waitMs !== 'locked') await box.pass(state.waitMs);
    }
    assert.deepEqual(box.retrieval.state, { phase: 'refused', waitMs: 'locked' });
    assert.match(box.faults.get('PIN_LOCKED') ?? '', /10 wrong/);
    await box.pass(60_000);
    await box.type(`${RIGHT}#`);
    assert.deepEqual(readdirSync(stick.folder), []);
    await box.handover.unlockPin();
    assert.equal(box.faults.has('PIN_LOCKED'), false);
    assert.equal(box.phase, 'stick-ready'); // at once, and the first digit counts
    await box.type(`${RIGHT}#`);
    assert.equal(box.phase, 'done');
    const results = (await box.register())
      .filter(({ kind }) => kind === 'pin-attempt')
      .map(({ detail }) => detail['result']);
    assert.deepEqual(results, [...Array.from({ length: 10 }, () => 'wrong'), 'locked', 'right']);
  });

  it('refuses a stick that is not on the list, and one that is none', async () => {
    const box = await make();
    await box.collectAll();
    const stick = stickWith({}, undefined, 'MINE');
    await plug(box, stick);
    assert.deepEqual(box.retrieval.state, { phase: 'failed', code: 'STICK_REFUSED' });
    assert.match(box.faults.get('STICK_REFUSED') ?? '', /MINE is not on the list/);
    await box.type(`${RIGHT}#`);
    assert.deepEqual(readdirSync(stick.folder), []);
    assert.equal(await box.handover.allowStick(null), 'MINE');
    await box.settled();
    assert.equal(box.phase, 'stick-ready');
    assert.equal(box.faults.size, 0);
    box.port.refuse('not-storage');
    await box.settled();
    assert.deepEqual(box.retrieval.state, { phase: 'failed', code: 'STICK_REFUSED' });
    box.port.pull();
    assert.equal(box.phase, 'idle');
    assert.equal(box.faults.size, 0);
    const refused = (await box.register()).filter(({ kind }) => kind === 'stick-refused');
    assert.deepEqual(
      refused.map(({ detail }) => detail['why']),
      ['not-allowed', 'not-storage'],
    );
  });

  it('many numbers and a long reason fit into the register; settings that cannot be read name and allow nothing', async () => {
    const box = await make({ calls: 0, mib: 16 });
    for (let i = 0; i < 140; i += 1) await box.record(300);
    const which = Array.from({ length: 70 }, (_, i) => String(2 * i + 1));
    await box.handover.collect({ query: {}, which, reason: '"\\'.repeat(100) });
    await box.store.erase(which.map(Number).slice(0, 68), 'order');
    const stick = stickWith();
    await plug(box, stick);
    await box.type(`${RIGHT}#`);
    assert.deepEqual(box.retrieval.state, { phase: 'done', files: 2 });
    assert.equal((await box.register()).at(-1)?.detail['missing'], '68 between 1 and 135');
    await assert.rejects(box.handover.collect({ query: {}, which: ['139'], reason: 'a\nb' }), { code: 'USAGE' });
    for (const key of ['collection', 'sticks', 'stick-leftovers']) await box.store.putSetting(key, { version: 2 });
    box.retrieval.refresh();
    await box.settled();
    assert.equal(await box.handover.collection(), null);
    assert.deepEqual((await box.handover.sticks()).allowed, []);
    await box.handover.allowStick(SERIAL);
  });

  it('does not copy what somebody objects to', async () => {
    const box = await make({
      authority: { objection: async ({ numbers }) => `${numbers.length} without an approval` },
    });
    await box.collectAll();
    const stick = stickWith();
    await plug(box, stick);
    await box.type(`${RIGHT}#`);
    assert.match(box.faults.get('STICK_REFUSED') ?? '', /5 without an approval/);
    assert.deepEqual(readdirSync(stick.folder), []);
  });

  it('says with its tombstone what was erased since it was named', async () => {
    const box = await make({ calls: 4 });
    await box.collectAll();
    await box.store.erase([2, 3], 'order');
    const stick = stickWith();
    await plug(box, stick);
    await box.type(`${RIGHT}#`);
    assert.deepEqual(box.retrieval.state, { phase: 'done', files: 2 });
    const [folder = ''] = finishedFolders(stick.folder);
    const { missing } = verifyFolder(folder, box.audio, [1, 2, 3, 4]);
    assert.deepEqual(
      missing.map(({ number, why, tombstone }) => [number, why, tombstone?.['rule'], tombstone?.['n']]),
      [
        [2, 'erased', 'order', 2],
        [3, 'erased', 'order', 3],
      ],
    );
    assert.match(readFileSync(path.join(folder, 'index.csv'), 'utf8'), /\r\n2,,,erased,,,,,,,,\r\n/);
    assert.equal((await box.register()).at(-1)?.detail['missing'], '2-3');
  });

  for (const [what, faults] of [
    ['that says so', { roomBytes: 50_000 }],
    ['in the middle', { fullAtByte: 12_000 }],
  ] as const) {
    it(`a stick that is full ${what}: nothing is left on it, and another try with another stick is done`, async () => {
      const box = await make();
      await box.collectAll();
      const stick = stickWith(faults);
      await plug(box, stick);
      await box.type(`${RIGHT}#`);
      assert.deepEqual(box.retrieval.state, { phase: 'failed', code: 'STICK_FULL' });
      assert.ok(box.faults.has('STICK_FULL'));
      assert.deepEqual(readdirSync(stick.folder), []);
      box.port.pull();
      await box.settled();
      assert.equal(box.faults.size, 0);
      const other = stickWith();
      await plug(box, other);
      await box.type(`${RIGHT}#`);
      assert.equal(box.phase, 'done');
      verifyFolder(finishedFolders(other.folder)[0] ?? '', box.audio, numbersTo(5));
    });
  }

  it('a stick of false capacity is never done, wherever its truth ends', async () => {
    const box = await make();
    await box.collectAll();
    const whole = stickWith();
    await plug(box, whole);
    await box.type(`${RIGHT}#`);
    assert.equal(box.phase, 'done');
    for (const honestBytes of [0, 1, 2000, 9000, 20_000, whole.bytes - 1]) {
      await box.collectAll();
      await plug(box, stickWith({ honestBytes }));
      await box.type(`${RIGHT}#`);
      assert.deepEqual(box.retrieval.state, { phase: 'failed', code: 'STICK_FALSE' }, `${honestBytes}`);
      assert.notEqual(await box.handover.collection(), null);
      box.port.pull();
      await box.settled();
    }
    await plug(box, stickWith({ honestBytes: whole.bytes }));
    await box.type(`${RIGHT}#`);
    assert.equal(box.phase, 'done');
  });

  it('pulled at any step: no false done; back in the session it goes on and is done, with everything right', async () => {
    const steps = await (async () => {
      const box = await make({ calls: 4 });
      await box.collectAll();
      const stick = stickWith();
      await plug(box, stick);
      await box.type(`${RIGHT}#`);
      assert.equal(box.phase, 'done');
      return stick.steps;
    })();
    let resumed = 0;
    for (let pulledAtStep = 1; pulledAtStep <= steps; pulledAtStep += 1) {
      const chance = new Chance(pulledAtStep);
      const box = await make({ calls: 4, seed: pulledAtStep });
      await box.collectAll();
      const stick = stickWith({ pulledAtStep }, () => chance.next());
      const label = `pulled before step ${pulledAtStep} of ${steps}`;
      await plug(box, stick);
      await box.type(`${RIGHT}#`);
      assert.deepEqual(box.retrieval.state, { phase: 'failed', code: 'STICK_PULLED' }, label);
      assert.ok(
        box.states.every(({ phase }) => phase !== 'done'),
        label,
      );
      assert.equal((await box.register()).at(-1)?.detail['result'], 'STICK_PULLED', label);
      stick.faults = {};
      await plug(box, stick); // no PIN
      assert.deepEqual(box.retrieval.state, { phase: 'done', files: 4 }, label);
      const folders = finishedFolders(stick.folder);
      assert.equal(folders.length, 1, label);
      verifyFolder(folders[0] ?? '', box.audio, numbersTo(4));
      assert.ok(readdirSync(stick.folder).length <= 2, label);
      const { detail } = (await box.register()).filter(({ kind }) => kind === 'copy-begun').at(-1) ?? {};
      if (detail?.['resumes'] === true) resumed += 1;
      boxes.splice(boxes.indexOf(box), 1);
      await box.close();
    }
    assert.ok(steps >= 30 && resumed === steps, `${resumed} of ${steps}`);
  });

  for (const [pulled, code] of [
    [true, 'STICK_PULLED'],
    [false, 'STICK_FALSE'],
  ] as const) {
    it(`a stick that fails and is ${pulled ? 'gone a moment later' : 'still there'} is ${code}, in the register too`, async () => {
      const box = await make();
      await box.collectAll();
      const stick = stickWith();
      const open = stick.open.bind(stick);
      stick.open = async () => {
        const volume = await open();
        volume.create = () => Promise.reject(new HalError('DEVICE_FAILED', 'sda1', 'EIO: i/o error, open'));
        return volume;
      };
      await plug(box, stick);
      await box.type(`${RIGHT}#`);
      assert.equal(box.phase, 'copying');
      if (pulled) box.port.pull();
      await box.pass(FAILING_MS);
      assert.deepEqual(box.retrieval.state, { phase: 'failed', code });
      const ends = (await box.register()).filter(({ kind }) => kind === 'copy-ended');
      assert.deepEqual(
        ends.map(({ detail }) => detail['result']),
        [code],
      );
    });
  }

  it('back before it has been let go: it is mounted again only afterwards', async () => {
    const box = await make({ calls: 3, bytesOf: () => 100_000 });
    await box.collectAll();
    const stick = stickWith({ pulledAtByte: 250_000 });
    const did: string[] = [];
    let letGo = (): void => undefined;
    const held = new Promise<void>((done) => {
      letGo = done;
    });
    const open = stick.open.bind(stick);
    stick.open = async () => {
      did.push('open');
      const volume = await open();
      const close = volume.close.bind(volume);
      volume.close = async () => {
        await held;
        await close();
        did.push('closed');
      };
      return volume;
    };
    await plug(box, stick);
    const typed = box.type(`${RIGHT}#`);
    while (box.phase !== 'failed') await new Promise((done) => setImmediate(done));
    stick.faults = {};
    box.port.plug(stick);
    for (let turns = 0; turns < 2000; turns += 1) await new Promise((done) => setImmediate(done));
    letGo();
    await typed;
    assert.equal(box.phase, 'done');
    assert.deepEqual(did, ['open', 'closed', 'open']);
  });

  for (let seed = 1; seed <= 24; seed += 1) {
    it(`pulled again and again at random bytes and steps, it ends right (seed ${seed})`, async () => {
      const chance = new Chance(seed);
      const box = await make({ calls: chance.integer(1, 6), seed, bytesOf: () => chance.integer(1, 200_000) });
      await box.collectAll();
      const stick = stickWith({}, () => chance.next());
      for (let pulls = 0; ; pulls += 1) {
        assert.ok(pulls < 60);
        const calm = pulls > 8;
        stick.faults = calm
          ? {}
          : chance.happens(0.5)
            ? { pulledAtByte: stick.bytes + chance.integer(1, 300_000) }
            : { pulledAtStep: stick.steps + chance.integer(1, 60) };
        await plug(box, stick);
        if (box.phase === 'stick-ready') await box.type(`${RIGHT}#`);
        if (isDone(box)) break;
        box.port.pull();
        await box.settled();
        if (chance.happens(0.2)) await box.pass(11 * 60_000); // the session is over
        assert.equal(finishedFolders(stick.folder).filter((folder) => !isWhole(folder, box)).length, 0);
      }
      const numbers = [...box.audio.keys()];
      for (const folder of finishedFolders(stick.folder)) verifyFolder(folder, box.audio, numbers);
      assert.equal(box.faults.size, 0);
    });
  }

  const isDone = (box: Box): boolean => box.phase === 'done';

  /** A manifest may be there before the seal; then all it names is. */
  const isWhole = (folder: string, box: Box): boolean => {
    verifyFolder(folder, box.audio, [...box.audio.keys()]);
    return true;
  };

  it('what is whole on the stick is not copied again when it is back', async () => {
    const box = await make({ calls: 3, bytesOf: () => 100_000 });
    await box.collectAll();
    const stick = stickWith({ pulledAtByte: 250_000 }, () => 0.5);
    await plug(box, stick);
    await box.type(`${RIGHT}#`);
    assert.equal(stick.bytes, 250_000);
    const [folder = ''] = readdirSync(stick.folder);
    assert.deepEqual(readdirSync(path.join(stick.folder, folder)).sort(), [
      'call-000001.mp3',
      'call-000002.mp3',
      'call-000003.mp3.part',
    ]);
    stick.faults = {};
    await plug(box, stick);
    assert.equal(box.phase, 'done');
    assert.ok(stick.bytes < 250_000 + 110_000, `${stick.bytes}`);
  });

  it('after a restart the PIN is asked for again, and what was left is taken away', async () => {
    const before = await make({ calls: 3, bytesOf: () => 100_000 });
    await before.collectAll();
    const stick = stickWith({ pulledAtByte: 250_000 });
    await plug(before, stick);
    await before.type(`${RIGHT}#`);
    assert.equal(before.phase, 'failed');
    boxes.pop();
    const box = await before.restarted();
    boxes.push(box);
    stick.faults = {};
    await plug(box, stick);
    assert.equal(box.phase, 'stick-ready');
    await box.type(`${RIGHT}#`);
    assert.equal(box.phase, 'done');
    const [folder = '', ...others] = readdirSync(stick.folder);
    assert.deepEqual(others, []);
    verifyFolder(path.join(stick.folder, folder), box.audio, [1, 2, 3]);
  });

  it('tampered with while it was out, it is copied anew', async () => {
    const box = await make({ calls: 3, bytesOf: () => 100_000 });
    await box.collectAll();
    const stick = stickWith({ pulledAtByte: 250_000 });
    await plug(box, stick);
    await box.type(`${RIGHT}#`);
    const [folder = ''] = readdirSync(stick.folder);
    writeFileSync(path.join(stick.folder, folder, 'call-000001.mp3'), Buffer.alloc(100_000, 7));
    stick.faults = {};
    await plug(box, stick);
    assert.equal(box.phase, 'done');
    verifyFolder(path.join(stick.folder, folder), box.audio, [1, 2, 3]);
  });

  it('a slow stick is done as well, and the box answers meanwhile', async () => {
    const box = await make({ calls: 2 });
    await box.collectAll();
    const stick = stickWith({ slowTurns: 40 });
    await plug(box, stick);
    const typed = box.type(`${RIGHT}#`);
    const during = [await box.handover.pinStatus(), await box.record(4000)];
    assert.equal(during[1], 3);
    await typed;
    assert.equal(box.phase, 'done');
    verifyFolder(finishedFolders(stick.folder)[0] ?? '', box.audio, [1, 2]);
  });

  describe('hostile sticks', () => {
    it('what is there stays as it is: folders named like ours, links, files', async () => {
      const box = await make({ calls: 2 });
      const id = (await box.collectAll()).slice(0, 8);
      const stick = stickWith();
      const at = (suffix: string) => path.join(stick.folder, `kikitome-2027-01-15-${id}${suffix}`);
      const precious = path.join(root, 'precious');
      mkdirSync(precious);
      writeFileSync(path.join(precious, 'call-000001.mp3'), 'precious');
      symlinkSync(precious, at(''));
      mkdirSync(at('-2'));
      writeFileSync(path.join(at('-2'), 'manifest.json'), 'not ours');
      writeFileSync(at('-3'), 'a file');
      symlinkSync('/nonexistent', at('-4'));
      writeFileSync(path.join(stick.folder, 'autorun.inf'), '[autorun]');
      await plug(box, stick);
      await box.type(`${RIGHT}#`);
      assert.equal(box.phase, 'done');
      verifyFolder(at('-5'), box.audio, [1, 2]);
      assert.deepEqual(readdirSync(precious), ['call-000001.mp3']);
      assert.equal(readFileSync(path.join(precious, 'call-000001.mp3'), 'utf8'), 'precious');
      assert.equal(readFileSync(path.join(at('-2'), 'manifest.json'), 'utf8'), 'not ours');
      assert.equal(existsSync('/nonexistent'), false);
    });

    it('a folder exchanged for a link while the stick was out is not written to', async () => {
      const box = await make({ calls: 3, bytesOf: () => 100_000 });
      await box.collectAll();
      const stick = stickWith({ pulledAtByte: 250_000 });
      await plug(box, stick);
      await box.type(`${RIGHT}#`);
      const [folder = ''] = readdirSync(stick.folder);
      const elsewhere = path.join(root, 'elsewhere');
      mkdirSync(elsewhere);
      writeFileSync(path.join(elsewhere, 'call-000001.mp3.part'), 'theirs');
      rmSync(path.join(stick.folder, folder), { recursive: true });
      symlinkSync(elsewhere, path.join(stick.folder, folder));
      stick.faults = {};
      await plug(box, stick);
      assert.equal(box.phase, 'done');
      assert.deepEqual(readdirSync(elsewhere), ['call-000001.mp3.part']);
      verifyFolder(path.join(stick.folder, `${folder}-2`), box.audio, [1, 2, 3]);
    });

    it('files in our folder exchanged for links: the links go, not what they lead to', async () => {
      const box = await make({ calls: 3, bytesOf: () => 100_000 });
      await box.collectAll();
      const stick = stickWith({ pulledAtByte: 250_000 });
      await plug(box, stick);
      await box.type(`${RIGHT}#`);
      const folder = path.join(stick.folder, readdirSync(stick.folder)[0] ?? '');
      const theirs = path.join(root, 'theirs');
      writeFileSync(theirs, box.audio.get(1) ?? '');
      rmSync(path.join(folder, 'call-000001.mp3'));
      symlinkSync(theirs, path.join(folder, 'call-000001.mp3'));
      symlinkSync(theirs, path.join(folder, 'index.csv'));
      symlinkSync(theirs, path.join(folder, 'manifest.json.part'));
      stick.faults = {};
      await plug(box, stick);
      assert.equal(box.phase, 'done');
      verifyFolder(folder, box.audio, [1, 2, 3]);
      assert.ok(readFileSync(theirs).equals(box.audio.get(1) ?? Buffer.alloc(0)));
    });

    it('the next session takes away its own leftovers and nothing else', async () => {
      const box = await make({ calls: 3, bytesOf: () => 100_000 });
      await box.collectAll();
      const stick = stickWith({ pulledAtByte: 250_000 });
      await plug(box, stick);
      await box.type(`${RIGHT}#`);
      const [folder = ''] = readdirSync(stick.folder);
      writeFileSync(path.join(stick.folder, folder, 'holiday.jpg'), 'theirs');
      await box.pass(11 * 60_000);
      stick.faults = {};
      await plug(box, stick);
      assert.equal(box.phase, 'stick-ready');
      await box.type(`${RIGHT}#`);
      assert.equal(box.phase, 'done');
      assert.deepEqual(readdirSync(path.join(stick.folder, folder)), ['holiday.jpg']);
      assert.equal(finishedFolders(stick.folder).length, 1);
    });

    it('no field of the index is a formula, but for the constant that keeps the 0 of a number', async () => {
      const box = await make({ calls: 0 });
      const nasty = [
        '=cmd|calc',
        '+81312345678',
        '-1',
        '@x',
        '\t=1',
        '\r=1',
        'a"b',
        'a,b',
        'a\nb',
        '*67',
        '0312345678',
      ];
      for (const number of nasty) await box.record(500, { caller: { number, name: number } });
      await box.collectAll();
      const stick = stickWith();
      await plug(box, stick);
      await box.type(`${RIGHT}#`);
      assert.equal(box.phase, 'done');
      const text = readFileSync(path.join(finishedFolders(stick.folder)[0] ?? '', 'index.csv'), 'utf8');
      assert.equal(text[0], '\uFEFF');
      const rows = parseCsv(text.slice(1));
      assert.ok(rows.every((row) => row.length === 12));
      assert.ok(rows.flat().every((field) => !/^[=+\-@\t\r]/.test(field) || field === '="0312345678"'));
      assert.deepEqual(
        rows.slice(1).map((row) => row[7]),
        nasty.map((number) => {
          if (/^\d+$/.test(number)) return `="${number}"`;
          return /^[=+\-@\t\r]/.test(number) ? `'${number}` : number;
        }),
      );
    });
  });

  describe('a box without a PIN', () => {
    const shownCode = async (box: Box): Promise<string> => {
      await box.type('#');
      const { state } = box.retrieval;
      return (state.phase === 'pin' && state.shown) || assert.fail(JSON.stringify(state));
    };

    it('is set up in front of it, with the code it shows', async () => {
      const box = await make({ fresh: true });
      const code = await shownCode(box);
      await box.type(`${code}#`);
      await box.type(`${RIGHT}#${RIGHT}#`);
      assert.deepEqual(box.pin.gate, { kind: 'open' });
      await box.collectAll();
      await plug(box, stickWith());
      await box.type(`${RIGHT}#`);
      assert.equal(box.phase, 'done');
      const text = JSON.stringify(await box.register());
      assert.ok(!text.includes(code) && !text.includes(RIGHT));
    });

    it('takes no second try of a code', async () => {
      const box = await make({ fresh: true });
      const code = await shownCode(box);
      await box.type(`${code === '000000' ? '000001' : '000000'}#`);
      assert.equal(box.phase, 'idle');
      await assert.rejects(box.handover.setPin(RIGHT, code), { code: 'PIN_CODE' });
      assert.deepEqual(box.pin.gate, { kind: 'unset' });
    });

    it('takes its first PIN from a command only with the code', async () => {
      const box = await make({ fresh: true });
      assert.equal((await box.handover.pinStatus()).needsCode, true);
      await assert.rejects(box.handover.setPin(RIGHT, null), { code: 'PIN_CODE' });
      const code = await shownCode(box);
      await assert.rejects(box.handover.setPin('111111', code), { code: 'PIN_WEAK' });
      await box.handover.setPin(RIGHT, code);
      assert.deepEqual(box.pin.gate, { kind: 'open' });
      await box.handover.setPin('975310', null); // from now on whoever has the console
      assert.equal(await box.pin.attempt('975310', 'test'), 'right');
    });
  });
});

/** Strictly RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const found = field.exec(text);
    assert.ok(found, `no field at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`);
    row.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
