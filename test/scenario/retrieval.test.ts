import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { openVirtualBoard } from '../../boards/virtual/board.js';
import { SystemClock } from '../../drivers/clock/system.js';
import { parseStick } from '../../drivers/simulated/stick-option.js';
import { openTrace } from '../../drivers/simulated/trace.js';
import { PATTERNS } from '../../firmware/panel/view.js';
import type { PinStatus } from '../../firmware/pin/pin.js';
import type { CollectionReport, SticksReport } from '../../firmware/retrieval/handover.js';
import { manifestSchema } from '../../firmware/retrieval/manifest.js';
import type { LampPattern } from '../../hal/panel.js';
import { Chance } from '../support/chance.js';
import { Murmur } from '../support/murmur.js';
import { Running } from '../support/program.js';
import { cleanTrace, type EdgeJson } from '../support/traces.js';
import { kikitome, must } from '../support/world.js';
import { callsOf, contentsOf, record, requireClean, scratch } from './recorded.js';

const PIN = '482913';
const SERIAL = 'OFFICE-1';

/** An inbound call of 6 s and one of 4 s; then, for the second run, one that goes on while recordings are handed over. */
const CALLS: readonly EdgeJson[] = [
  { atMs: 500, ring: true },
  { atMs: 1500, ring: false },
  { atMs: 2000, hook: 'off' },
  { atMs: 8000, hook: 'on' },
  { atMs: 12_000, ring: true },
  { atMs: 13_000, ring: false },
  { atMs: 13_500, hook: 'off' },
  { atMs: 17_500, hook: 'on' },
];
const MEANWHILE: readonly EdgeJson[] = [
  { atMs: 500, ring: true },
  { atMs: 1500, ring: false },
  { atMs: 2000, hook: 'off' },
  { atMs: 38_000, hook: 'on' },
];

const told = ({ colour, rhythmMs }: LampPattern): string => `${colour} ${rhythmMs.join(' ')}`;
const voice = (seed: number, seconds: number) => new Murmur(new Chance(seed), 8000).speak(seconds * 8000);
const typed = (...lines: string[]) => ({ input: Readable.from([lines.map((line) => `${line}\n`).join('')]) });

describe('scenario: recordings handed over at the box', () => {
  const at = scratch();
  let data = '';
  let meanwhile = '';
  const json = async <T>(...argv: string[]): Promise<T> =>
    JSON.parse((await must([...argv, '--data', data, '--json'])).out) as T;
  /** Another run, with a call in it, a stick and somebody at the keypad. */
  const runWith = (...more: string[]) => must(['run', '--data', data, '--trace', meanwhile, '--speed', 'max', ...more]);

  before(async () => {
    data = at('data');
    meanwhile = cleanTrace(MEANWHILE, voice(2, 40), { dir: at('meanwhile'), startsAt: '2026-11-24T11:00:00+09:00' });
    await record(data, [cleanTrace(CALLS, voice(1, 20), { dir: at('calls') })]);
  });

  it('needs a PIN that is not weak and is no argument, and a stick that is allowed', async () => {
    assert.equal((await json<PinStatus>('pin', 'status')).set, false);
    assert.match((await kikitome(['pin', 'unlock', '--data', data])).err, /PIN_UNSET/);
    assert.match((await kikitome(['pin', 'set', PIN, '--data', data])).err, /USAGE/);
    assert.match((await kikitome(['pin', 'set', '--data', data])).err, /USAGE.*--stdin/);
    const weak = await kikitome(['pin', 'set', '--stdin', '--data', data], typed('123456'));
    assert.deepEqual([weak.exit, /PIN_WEAK/.test(weak.err)], [2, true]);
    await must(['pin', 'set', '--stdin', '--data', data], typed(PIN));
    assert.equal((await json<PinStatus>('pin', 'status')).set, true);
    assert.match((await must(['stick', 'list', '--data', data])).out, /none is used/);
    assert.match((await kikitome(['stick', 'allow', '--plugged', '--data', data])).err, /STICK_MISSING/);
    await must(['stick', 'allow', SERIAL, '--data', data]);
    assert.deepEqual(await json<SticksReport>('stick', 'list'), { allowed: [SERIAL], plugged: null });
  });

  it('names what there is now', async () => {
    assert.match((await must(['collect', '--data', data])).out, /nothing is named/);
    assert.match((await kikitome(['collect', '--number', '09011112222', '--data', data])).err, /COLLECTION_EMPTY/);
    assert.match((await kikitome(['collect', '1', '--clear', '--data', data])).err, /USAGE/);
    const report = await json<CollectionReport>('collect', '1', '2', '--reason', 'form 12');
    assert.deepEqual([report.numbers, report.reason, report.missing], [[1, 2], 'form 12', []]);
    assert.match((await must(['collect', '--data', data])).out, /to be handed over: 2 .*form 12/);
  });

  it('copies nothing after a wrong PIN, and leaves the recording alone', async () => {
    const stick = at('stick-wrong');
    mkdirSync(stick);
    const { out } = await runWith('--stick', `${stick},serial=${SERIAL},at=3000`, '--keys', '482914#@5000');
    assert.deepEqual(readdirSync(stick), []);
    assert.doesNotMatch(out, /copying|copied/);
    assert.equal((await json<PinStatus>('pin', 'status')).failures, 1);
  });

  it('from plug to done while a call is recorded', async () => {
    const stick = at('stick');
    const plugged = `${stick},serial=${SERIAL},at=3000`;
    const { out } = await runWith('--stick', plugged, '--keys', `${PIN}#@5000`, '--keys', '#@12000');
    const told = [/USB stick ready/, /PIN/, /copying/, /copied, read back and compared.*\(2\)/];
    assert.ok(
      told.every((each) => each.test(out)),
      out,
    );
    const [folder = '', ...others] = readdirSync(stick);
    assert.match(folder, /^kikitome-2026-11-24-[0-9a-f]{8}$/);
    assert.deepEqual(others, []);
    const { audio, calls, breaches } = await contentsOf(data);
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(path.join(stick, folder, 'manifest.json'), 'utf8')));
    for (const { number, file } of manifest.calls) {
      const bytes: Buffer = readFileSync(path.join(stick, folder, file?.name ?? ''));
      assert.ok(bytes.equals(audio.get(number) ?? Buffer.alloc(0)));
      assert.equal(createHash('sha256').update(bytes).digest('hex'), file?.sha256);
    }
    assert.deepEqual(
      manifest.calls.map(({ number }) => number),
      [1, 2],
    );
    assert.deepEqual(breaches, []);
    // The calls recorded meanwhile: as long as they were, without a gap.
    const recorded = calls.filter(({ number }) => number > 2);
    assert.equal(recorded.length, 2);
    for (const call of recorded) {
      assert.deepEqual(call.gaps, []);
      assert.ok(Math.abs((call.durationMs ?? 0) - 36_000) < 100, `${call.durationMs}`);
    }
    assert.match((await must(['collect', '--data', data])).out, /nothing is named/);
    assert.equal((await json<PinStatus>('pin', 'status')).failures, 0);
  });

  it('by the one button and the lamp alone', async () => {
    await must(['collect', '2', '--data', data]);
    const stick = at('stick-by-button');
    const lamp: string[] = [];
    const openBoard = async () => {
      const sticks = [parseStick(`${stick},serial=${SERIAL},at=1000`)];
      const traces = [openTrace(meanwhile)];
      const board = openVirtualBoard({ traces, speed: 'max', sticks, realClock: new SystemClock() });
      board.lampShown$.subscribe((pattern) => lamp.push(told(pattern)));
      let ms = 2500;
      const hold = (heldMs: number, thenMs: number) => {
        board.clock.after$(ms).subscribe(() => board.hands.hold(heldMs));
        ms += heldMs + thenMs;
      };
      hold(2500, 500);
      for (const digit of PIN) {
        for (let press = 1; press < Number(digit); press += 1) hold(150, 150);
        hold(150, 1600); // the pause, and the lamp has begun to give it back
      }
      hold(2500, 0);
      return { board, play: (play: Parameters<typeof board.play>[0]) => board.play(play), hands: board.hands };
    };
    await must(['run', '--data', data], { openBoard });
    const blinks = lamp.flatMap((pattern) =>
      /^amber(?: 200 300)* 200 2500$/.test(pattern) ? [(pattern.split(' ').length - 1) / 2] : [],
    );
    assert.equal(blinks.join(''), PIN);
    const order = [PATTERNS['stick-ready'], PATTERNS.pin, PATTERNS.copying, PATTERNS.done].map((each) =>
      lamp.indexOf(told(each)),
    );
    assert.ok(
      order.every((each, i) => each > (order[i - 1] ?? -1)),
      order.join(' '),
    );
    const [folder = ''] = readdirSync(stick);
    assert.equal(readdirSync(path.join(stick, folder)).length, 3);
  });

  it('pulled in the middle, and again a day later', async () => {
    await must(['collect', '1', '2', '--data', data]);
    const stick = at('stick-pulled');
    const plugged = `${stick},serial=${SERIAL},at=3000,pulled=30000`;
    const { out } = await runWith('--stick', plugged, '--keys', `${PIN}#@5000`);
    assert.match(out, /not handed over: STICK_PULLED/);
    assert.match(out, /! STICK_PULLED stick/);
    assert.doesNotMatch(out, /copied/);
    const again = await runWith('--stick', `${stick},serial=${SERIAL},at=3000`, '--keys', `${PIN}#@5000`);
    assert.match(again.out, /copied/);
    const folders = readdirSync(stick);
    assert.equal(folders.length, 1, 'the leftovers were taken away');
    assert.equal(readdirSync(path.join(stick, folders[0] ?? '')).length, 4);
  });

  it('answers commands while a recorder runs', async () => {
    const stick = at('stick-running');
    const live = at('live');
    await record(live, [at('calls')]);
    const argv = ['run', '--data', live, '--trace', meanwhile, '--speed', '1', '--stick', `${stick},serial=NEW,at=500`];
    const recorder = new Running([...argv, '--keys', '#@1500']);
    try {
      await recorder.says(/recording on/);
      const ask = (...rest: string[]) => must([...rest, '--data', live]);
      assert.match((await kikitome(['pin', 'set', '--stdin', '--data', live], typed(PIN))).err, /PIN_CODE/);
      await ask('collect', '1');
      await recorder.says(/STICK_REFUSED/);
      assert.match((await ask('stick', 'list')).out, /plugged in: Kikitome Simulated stick NEW \(not allowed\)/);
      await ask('stick', 'allow', '--plugged');
      await recorder.says(/shows a code|USB stick ready/);
      assert.match((await ask('collect')).out, /to be handed over: 1/);
      const guess = await kikitome(['pin', 'set', '--stdin', '--code', '000000', '--data', live], typed(PIN));
      assert.deepEqual([guess.exit, /PIN_CODE/.test(guess.err)], [3, true]);
      assert.match((await ask('pin', 'status')).out, /no PIN yet/);
      await ask('collect', '--clear');
      await ask('stick', 'forget', 'NEW');
      assert.match((await kikitome(['stick', 'forget', 'NEW', '--data', live])).err, /STICK_SERIAL/);
    } finally {
      recorder.kill('SIGTERM');
      await recorder.ended();
    }
    assert.equal(recorder.err, '');
    assert.doesNotMatch(recorder.out, /\b\d{6}\b(?!.*KiB)/, 'no code in what is written down');
    await requireClean(live);
    assert.ok((await callsOf(live)).length >= 2);
  });

  for (const bad of [',serial=X', 'DIR,at=soon', 'DIR,colour=1', 'DIR,full=-1']) {
    it(`--stick ${bad} is refused`, async () => {
      const { exit, err } = await kikitome(['run', '--data', data, '--trace', meanwhile, '--stick', bad]);
      assert.deepEqual([exit, /FAULT_FIELDS/.test(err)], [2, true]);
    });
  }
});
