import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import stringWidth from 'string-width';
import { FAULT_CODES } from '../../firmware/faults/catalogue.js';
import type { FaultHistory, FaultsReport } from '../../firmware/faults/fault-report.js';
import { openStore } from '../../firmware/open-store.js';
import type { StatusReport } from '../../firmware/recordings.js';
import { PROGRAM, Running } from '../support/program.js';
import { cleanTrace } from '../support/traces.js';
import { HOME, kikitome, must } from '../support/world.js';
import { scratch } from './recorded.js';

const jsonOf = async <T>(...argv: string[]): Promise<T> => JSON.parse((await must([...argv, '--json'])).out) as T;

describe('scenario: faults told to whoever asks', () => {
  const at = scratch();
  let folder = '';
  const faults = () => jsonOf<FaultsReport>('faults', '--data', folder);
  const codes = async () =>
    (await faults()).faults.map(({ code, active, acknowledged }) => [code, active, acknowledged]);
  before(async () => {
    folder = at('store');
    cleanTrace([], new Int16Array(8000 * 600), { dir: at('idle') });
    await must(['format', '--data', folder, '--capacity', '16MiB']);
  });

  it('through the socket while a recorder runs: what is there, what is over, what the lamp says; and taking note', async () => {
    const named = ['lid-open@500:100', 'medium-worn@500:600000', 'capture-gone@500:600000'];
    const argv = ['run', '--data', folder, '--trace', at('idle'), '--speed', '1'];
    const recorder = new Running([...argv, ...named.flatMap((fault) => ['--fault', fault])]);
    try {
      await recorder.says(/! LID_OPENED lid/);
      while (
        (await faults()).faults.length < 3 ||
        (await faults()).faults.some(({ code, active }) => code === 'LID_OPENED' && active)
      )
        await pause(50);
      assert.deepEqual(await codes(), [
        ['CAPTURE_LOST', true, false],
        ['LID_OPENED', false, false],
        ['STORAGE_WORN', true, false],
      ]);
      const { recorder: status } = await jsonOf<StatusReport>('status', '--data', folder);
      assert.deepEqual([status?.meaning, status?.code], ['fault', 'CAPTURE_LOST']);
      const { out } = await must(['status', '--data', folder, '--lang', 'ja']);
      assert.match(out, /^ランプ: 異常 2-1: 音声装置が失われました/m);
      assert.match(out, /^ {2}! 4-4 LID_OPENED lid: .*\[解消, 未確認\]$/m);

      assert.match((await must(['faults', '--data', folder, '--acknowledge', '2-1'])).out, /: 1\n$/);
      assert.match((await must(['faults', '--data', folder, '--acknowledge', 'storage_worn'])).out, /: 1\n$/);
      assert.match((await must(['faults', '--data', folder, '--acknowledge', 'STORAGE_WORN'])).out, /: 0\n$/);
      assert.deepEqual(await codes(), [
        ['CAPTURE_LOST', true, true],
        ['LID_OPENED', false, false],
        ['STORAGE_WORN', true, true],
      ]);
      const text = (await must(['faults', '--data', folder, '--lang', 'en'])).out;
      assert.match(
        text,
        /^4-4 {2}LID_OPENED {2}lid {2}the lid was opened\n {5}warning · over · nobody has taken note · since 2026-11-24 09:00:00\n/m,
      );
      assert.match(text, /^ {5}to do: check the cable of the sound device/m);
      const history = await jsonOf<FaultHistory>('faults', '--data', folder, '--history');
      assert.equal(history.events.filter(({ kind }) => kind === 'fault-raised').length, 3);
      assert.deepEqual(
        history.events.filter(({ kind }) => kind === 'fault-acknowledged').map(({ code, by }) => [code, by]),
        [
          ['CAPTURE_LOST', 'console'],
          ['STORAGE_WORN', 'console'],
        ],
      );
    } finally {
      recorder.kill('SIGTERM');
      await recorder.ended();
    }
  });

  it('from the store without a recorder, and says that none runs', async () => {
    assert.deepEqual(await codes(), [['LID_OPENED', false, false]]);
    assert.equal((await faults()).running, false);
    assert.match(
      (await must(['faults', '--data', folder])).out,
      /^no recorder is running on this store\n4-4 {2}LID_OPENED/,
    );
    assert.match((await must(['faults', '--data', folder, '--acknowledge', 'all'])).out, /: 1\n$/);
    assert.deepEqual(await codes(), []);
    const history = (await must(['faults', '--data', folder, '--history', '--lang', 'ja'])).out;
    assert.match(history, /^2026-11-24 09:00:00 {2}発生 {2}CAPTURE_LOST {2}line-1\n {21}line-1: /m);
    assert.match(history, / {2}確認 {2}LID_OPENED {4}lid {5}console$/m);
  });

  it('tells what was in 80 columns, whatever there is to say of it', async () => {
    await must(['format', '--data', at('long'), '--capacity', '8MiB']);
    const store = await openStore({ folder: at('long'), chance: randomBytes, wall: () => Date.now() });
    const detail = 'stick: it gives back other bytes than were written '.repeat(4);
    await store.enter('fault-raised', { code: 'STICK_FALSE', subject: 'stick', detail });
    await store.close();
    for (const lang of ['ja', 'en']) {
      const { out } = await must(['faults', '--history', '--data', at('long'), '--lang', lang]);
      assert.match(out.replace(/\s+/g, ' '), new RegExp(detail.trim()));
      for (const line of out.split('\n')) assert.ok(stringWidth(line) <= 80, line);
    }
  });

  it('takes one wish at a time', async () => {
    const { exit, err } = await kikitome(['faults', '--data', folder, '--history', '--all']);
    assert.deepEqual([exit, /^kikitome: USAGE: /.test(err)], [2, true]);
  });

  it('refuses a code that is none, in a line that says where they are', async () => {
    for (const which of ['9-9', 'LID', '']) {
      const { exit, err } = await kikitome(['faults', '--data', folder, '--acknowledge', which]);
      assert.equal(exit, 2);
      assert.match(err, /^kikitome: FAULT_UNKNOWN: .*kikitome faults --all.*\n$/);
    }
  });

  for (const lang of ['ja', 'en']) {
    it(`prints the whole catalogue in ${lang}, without a store`, async () => {
      const { out } = await must(['faults', '--all', '--data', at('nowhere'), '--lang', lang]);
      for (const code of FAULT_CODES) assert.match(out, new RegExp(`^\\d-\\d {2}${code}( {2}\\S|\\n {5}\\S)`, 'm'));
      for (const line of out.split('\n')) assert.ok(stringWidth(line) <= 80, line);
      const all = await jsonOf<readonly { code: string; number: string }[]>('faults', '--all', '--lang', lang);
      assert.deepEqual(all.map(({ code }) => code).sort(), [...FAULT_CODES].sort());
      const numbers = all.map(({ number }) => number);
      assert.deepEqual(numbers, [...numbers].sort());
    });
  }
});

describe('scenario: a terminal as the panel', () => {
  const at = scratch();
  before(async () => {
    cleanTrace([], new Int16Array(8000 * 600), { dir: at('idle') });
    await must(['format', '--data', at('store'), '--capacity', '16MiB']);
  });

  /** `run` in a terminal of its own, which is asked for its state before and after. */
  async function inTerminal(
    name: string,
    keys: (type: (text: string) => void, seen: (what: RegExp) => Promise<void>) => Promise<void>,
  ): Promise<string> {
    const run = [process.execPath, ...PROGRAM, 'run', '--data', at('store'), '--trace', at('idle')];
    const faults = ['--fault', 'lid-open@500:100', '--fault', 'medium-worn@500:600000'];
    const quoted = [...run, ...faults].map((each) => `'${each}'`).join(' ');
    const script = `stty -g > '${at(`${name}-before`)}'\n${quoted}\necho "exit $?"\nstty -g > '${at(`${name}-after`)}'\n`;
    writeFileSync(at(`${name}.sh`), script);
    const env = { ...process.env, LANG: 'C.UTF-8', LC_ALL: '', TERM: 'xterm' };
    const child = spawn('script', ['-qec', `sh '${at(`${name}.sh`)}'`, '/dev/null'], {
      cwd: HOME,
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = once(child, 'close');
    let screen = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      screen += text;
    });
    const seen = async (what: RegExp) => {
      while (!what.test(screen)) {
        assert.equal(child.exitCode, null, screen);
        await Promise.race([once(child.stdout, 'data'), ended]);
      }
      screen = '';
    };
    await keys((text) => child.stdin.write(text), seen);
    await seen(/exit \d+/);
    child.stdin.end();
    await ended;
    assert.ok(existsSync(at(`${name}-after`)));
    assert.equal(readFileSync(at(`${name}-after`), 'utf8'), readFileSync(at(`${name}-before`), 'utf8'));
    return screen;
  }

  it('blinks a fault, takes note of it by a key, and gives the keyboard back when it is told to stop', async () => {
    await inTerminal('quit', async (type, seen) => {
      await seen(/fault 1-5: the recording medium nears/);
      await seen(/○/);
      await seen(/●/);
      type(' '); // the most urgent: the lid
      await seen(/fault 4-4: the lid was opened/);
      type(' ');
      await seen(/STORAGE_WORN medium: [^\n]*\[noted\]/);
      type('q');
    });
    const { events } = await jsonOf<FaultHistory>('faults', '--data', at('store'), '--history');
    assert.deepEqual(
      events.filter(({ kind }) => kind === 'fault-acknowledged').map(({ code, by }) => [code, by]),
      [
        ['LID_OPENED', 'button'],
        ['STORAGE_WORN', 'button'],
      ],
    );
  });

  it('gives the keyboard back after Ctrl-C, too', async () => {
    await inTerminal('interrupt', async (type, seen) => {
      await seen(/fault 1-5/);
      type('\u0003');
    });
  });

  it('stops by a very long press, with everything closed', async () => {
    await inTerminal('off', async (type, seen) => {
      await seen(/fault 1-5/);
      type('V');
    });
    assert.equal((await jsonOf<FaultsReport>('faults', '--data', at('store'))).running, false);
    await must(['check', '--data', at('store')]);
    const store = await openStore({ folder: at('store'), chance: randomBytes, wall: () => 0 });
    const { events } = await store.register();
    await store.close();
    assert.deepEqual(
      events.flatMap(({ kind, detail }) => (kind === 'switched-off' ? [detail] : [])),
      [{ by: 'button' }],
    );
  });
});
