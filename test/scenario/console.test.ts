import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CallRecord } from '../../firmware/call/call-record.js';
import type { StatusReport } from '../../firmware/recordings.js';
import { Chance } from '../support/chance.js';
import { checkMp3 } from '../support/mp3.js';
import { Murmur } from '../support/murmur.js';
import { Running } from '../support/program.js';
import { cleanTrace, type EdgeJson } from '../support/traces.js';
import { wavSamples } from '../support/wav.js';
import { kikitome, must } from '../support/world.js';
import { callsOf, match, record, requireClean, samplesOf, scratch } from './recorded.js';

/** A ring and a call of 20 s, one of 3 s, and one that goes on to the end, two minutes of real time. */
const EDGES: readonly EdgeJson[] = [
  { atMs: 500, ring: true },
  { atMs: 1500, ring: false },
  { atMs: 2000, hook: 'off' },
  { atMs: 22_000, hook: 'on' },
  { atMs: 25_000, hook: 'off' },
  { atMs: 28_000, hook: 'on' },
  { atMs: 31_000, hook: 'off' },
];
const SPEED = '10';

const voice = (seconds: number): Int16Array => new Murmur(new Chance(90), 8000).speak(seconds * 8000);
const jsonOf = async <T>(...argv: string[]): Promise<T> => JSON.parse((await must([...argv, '--json'])).out) as T;

/** Asks until the answer will do. The recorder is another process with a time of its own. */
async function until<T>(ask: () => Promise<T>, enough: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (enough(answer)) return answer;
    await pause(50);
  }
}

describe('scenario: commands while a recorder runs', () => {
  const at = scratch();
  let folder = '';
  let socket = '';
  let recorder: Running;
  const status = () => jsonOf<StatusReport>('status', '--data', folder);
  const start = async () => {
    recorder = new Running(['run', '--data', folder, '--trace', at('trace'), '--speed', SPEED]);
    await recorder.says(/recording on/);
  };

  before(async () => {
    cleanTrace(EDGES, voice(1200), { dir: at('trace') });
    folder = at('store');
    socket = path.join(folder, 'control.sock');
    await must(['format', '--data', folder, '--capacity', '16MiB']);
    await start();
  });
  after(async () => {
    recorder.kill('SIGKILL');
    await recorder.ended();
  });

  it('answers on a socket that only its owner may open', () => {
    assert.equal(statSync(socket).mode & 0o777, 0o600);
  });

  it('lists and takes out a call once it is kept, by number and by id', async () => {
    await recorder.says(/^ *1 {2}line-1 .*in answered/m);
    const calls = await jsonOf<CallRecord[]>('calls', '--data', folder);
    const call = calls.find(({ number }) => number === 1);
    assert.equal(call?.state, 'kept');
    for (const which of ['1', call.id, call.id.toLowerCase()]) {
      await must(['extract', which, '--data', folder, '--to', at(`${which}.mp3`)]);
      const mp3 = readFileSync(at(`${which}.mp3`));
      assert.equal(mp3.length, call.audio?.bytes);
      assert.equal(match(samplesOf(at('trace'), 'line-1').subarray(16_000, 176_000), mp3).lagSamples, 0);
    }
    const { outBytes } = await must(['extract', '1', '--data', folder, '--to', '-']);
    assert.ok(outBytes.equals(readFileSync(at('1.mp3'))));
    assert.equal(statSync(at('1.mp3')).mode & 0o777, 0o600);
  });

  it('says what the lamp means, and what the line is doing', async () => {
    await recorder.says(/line-1: recording #3/); // goes on for minutes
    const { recorder: said } = await status();
    assert.equal(said?.meaning, 'recording');
    assert.deepEqual(said?.faults, []);
    const { out } = await must(['status', '--data', folder]);
    assert.match(out, /^lamp: recording\n {2}line-1: recording, -?\d+ dBm0\n {2}no faults\n/);
  });

  it('lists a call in progress, and takes out what there is of it', async () => {
    const [call] = await until(
      () => jsonOf<CallRecord[]>('calls', '--data', folder),
      (calls) => calls[0]?.number === 3 && (calls[0].audio?.bytes ?? 0) > 0,
    );
    assert.equal(call?.state, 'recording');
    assert.deepEqual([call.outcome, call.endedAt, call.durationMs, call.retention.until], [null, null, null, null]);
    await must(['extract', '3', '--data', folder, '--to', at('beginning.mp3')]);
    checkMp3(readFileSync(at('beginning.mp3')));
  });

  it('refuses through the socket what it refuses without', async () => {
    for (const [code, argv] of [
      ['RECORDING_UNKNOWN', ['extract', '99', '--data', folder, '--to', at('none.mp3')]],
      ['USAGE', ['calls', '--data', folder, '--from', 'yesterday']],
      ['FILE_NOT_WRITTEN', ['extract', '1', '--data', folder, '--to', at('none/none.mp3')]],
      ['RECORDER_RUNNING', ['check', '--rebuild-index', '--data', folder]],
    ] as const) {
      const { exit, out, err } = await kikitome(argv);
      assert.match(err, new RegExp(`^kikitome: ${code}: [^\\n]+\\n$`));
      assert.ok(exit > 0 && out === '');
    }
    assert.ok(!existsSync(at('none.mp3')));
  });

  it('checks its store while it records', () => requireClean(folder));

  it('takes no harm from garbage (seed: chance), from half a request, or from whoever leaves', async () => {
    const talk = async (said: Buffer | string): Promise<string> => {
      const client = connect(socket);
      let heard = '';
      client.setEncoding('utf8').on('data', (text) => {
        heard += text;
      });
      client.on('error', () => client.destroy());
      await once(client, 'connect');
      const closed = once(client, 'close');
      client.write(said);
      await closed;
      return heard;
    };
    for (const said of [
      '\n',
      'hello\n',
      '{}\n',
      '[]\n',
      'null\n',
      '{"op":"erase"}\n',
      '{"op":"audio","which":1}\n',
      '{"op":"status","more":true}\n',
      '{"op":"calls","query":{"limit":1e99}}\n',
      `{"op":"call","which":"${'9'.repeat(3000)}"}\n`,
      '__proto__\n',
      `${'x'.repeat(30_000)}`,
      randomBytes(100_000),
      Buffer.concat([randomBytes(3000), Buffer.from('\n')]),
    ]) {
      const answer = await talk(said);
      assert.match(answer, /^\{"error":\{"code":"[A-Z_]+","message":.*\}\}\n$/, String(said).slice(0, 50));
    }
    // Connected and silent, gone in the middle of the question, gone in the middle of the answer.
    const silent = Array.from({ length: 50 }, () => connect(socket));
    await Promise.all(silent.map((client) => once(client, 'connect')));
    silent[0]?.write('{"op":"sta');
    for (const client of silent.slice(1, 20)) client.write('{"op":"audio","which":"1"}\n');
    assert.equal((await status()).recorder?.lines.length, 1);
    for (const client of silent) client.destroy();
    assert.equal((await status()).recorder?.faults.length, 0);
    assert.equal(recorder.err, '');
  });

  it('answers many at once, each in full', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, () => must(['extract', '1', '--data', folder, '--to', '-'])),
    );
    for (const { outBytes } of all) assert.ok(outBytes.equals(readFileSync(at('1.mp3'))));
    assert.equal(recorder.err, '');
  });

  it('ends a call in progress cleanly on SIGTERM: interrupted, kept, nothing missing; and says the same offline', async () => {
    await recorder.says(/line-1: recording #3/);
    await until(
      () => jsonOf<CallRecord[]>('calls', '--data', folder),
      (calls) => (calls[0]?.audio?.bytes ?? 0) > 8000,
    );
    const online = await jsonOf<CallRecord[]>('calls', '--data', folder, '--to', '2026-11-24T09:00:30+09:00');
    recorder.kill('SIGTERM');
    assert.equal(await recorder.ended(), 0);
    assert.equal(recorder.err, '');
    assert.match(recorder.out, /^ *3 {2}line-1 .*out interrupted/m);
    assert.match(recorder.out, /stopped; calls kept since the start: 3\n$/);
    assert.ok(!existsSync(socket));

    assert.equal((await status()).recorder, null);
    assert.deepEqual(await jsonOf('calls', '--data', folder, '--to', '2026-11-24T09:00:30+09:00'), online);
    const last = (await callsOf(folder)).at(-1);
    assert.deepEqual([last?.number, last?.outcome, last?.state, last?.gaps], [3, 'interrupted', 'kept', []]);
    await must(['extract', '3', '--data', folder, '--to', at('3.mp3')]);
    const durationMs = last?.durationMs ?? 0;
    const said = samplesOf(at('trace'), 'line-1').subarray(31_000 * 8, (31_000 + durationMs) * 8);
    const { lagSamples, correlation, longerSamples } = match(said, readFileSync(at('3.mp3')));
    assert.equal(lagSamples, 0);
    assert.ok(correlation > 0.9);
    assert.ok(Math.abs(longerSamples) <= 576, `${longerSamples}`); // a block that was on its way, and a frame's padding
    await must(['extract', '1', '--data', folder, '--to', at('offline.mp3')]);
    assert.ok(readFileSync(at('offline.mp3')).equals(readFileSync(at('1.mp3'))));
    await requireClean(folder);
  });

  it('starts again where a recorder was killed and left its socket behind', async () => {
    await start();
    recorder.kill('SIGKILL');
    await recorder.ended();
    assert.ok(existsSync(socket));
    assert.equal((await status()).recorder, null);
    await start();
    assert.equal((await status()).recorder?.lines.length, 1);
    recorder.kill('SIGINT');
    assert.equal(await recorder.ended(), 0);
  });
});

describe('scenario: an ear that fails', () => {
  const at = scratch();
  /** One call, from 2 s to 32 s. */
  const EDGE: readonly EdgeJson[] = [
    { atMs: 500, ring: true },
    { atMs: 1500, ring: false },
    { atMs: 2000, hook: 'off' },
    { atMs: 32_000, hook: 'on' },
  ];
  const BLOCK_MS = 32;
  const said = voice(36);
  let runs = 0;
  before(() => {
    cleanTrace(EDGE, said, { dir: at('trace') });
  });

  async function suffer(...faults: string[]): Promise<{ call: CallRecord; out: string; mp3: Buffer }> {
    runs += 1;
    const folder = at(`store-${runs}`);
    const out = await record(folder, [at('trace')], ...faults.flatMap((fault) => ['--fault', fault]));
    const [call] = await callsOf(folder);
    assert.ok(call?.audio);
    const { outBytes } = await must(['extract', '1', '--data', folder, '--to', '-']);
    await requireClean(folder);
    return { call, out, mp3: outBytes };
  }
  /** What the file should hold: the call without its gaps. */
  const without = (gaps: CallRecord['gaps']): Int16Array => {
    const parts: Buffer[] = [];
    let fromMs = 0;
    for (const { atMs, lengthMs } of [...gaps, { atMs: 30_000, lengthMs: 0 }]) {
      parts.push(wavSamples(said.subarray((2000 + fromMs) * 8, (2000 + atMs) * 8)));
      fromMs = atMs + lengthMs;
    }
    return new Int16Array(new Uint8Array(Buffer.concat(parts)).buffer);
  };

  for (const [kind, atMs, lengthMs, heldUpMs] of [
    ['capture-overrun', 10_000, 250, 0],
    ['capture-stall', 12_345, 4000, 0],
    // Tried again once a second, so up to that much later than it is back.
    ['capture-gone', 15_000, 3300, 1000],
    ['capture-gone', 6000, 15_000, 1000],
  ] as const) {
    it(`has ${kind} of ${lengthMs} ms in the middle of a call as a gap, and the rest in place`, async () => {
      const { call, out, mp3 } = await suffer(`${kind}@${atMs}:${lengthMs}`);
      assert.equal(call.outcome, 'answered');
      assert.equal(call.durationMs, 30_000);
      assert.equal(call.gaps.length, 1);
      const [gap] = call.gaps;
      assert.ok(gap);
      assert.equal(gap.cause, 'capture');
      assert.ok(Math.abs(gap.atMs - (atMs - 2000)) <= BLOCK_MS, JSON.stringify(gap));
      assert.ok(
        gap.lengthMs >= lengthMs - BLOCK_MS && gap.lengthMs <= lengthMs + heldUpMs + BLOCK_MS,
        JSON.stringify(gap),
      );
      assert.match(out, kind === 'capture-gone' ? /^! CAPTURE_LOST line-1: /m : /^! CAPTURE_OVERRUN line-1: /m);
      const { lagSamples, correlation, longerSamples } = match(without(call.gaps), mp3);
      assert.equal(lagSamples, 0);
      assert.ok(correlation > 0.9, `${correlation}`);
      assert.ok(longerSamples >= -8 && longerSamples < 584, `${longerSamples}`);
    });
  }

  it('keeps two gaps apart', async () => {
    const { call } = await suffer('capture-overrun@8000:100', 'capture-overrun@20000:200:line-1');
    assert.deepEqual(
      call.gaps.map(({ lengthMs }) => Math.round(lengthMs / 100)),
      [1, 2],
    );
  });

  it('has a gap to the end where the ear does not come back in time', async () => {
    const { call, mp3 } = await suffer('capture-gone@20000:13000');
    const [gap] = call.gaps;
    assert.ok(
      gap && Math.abs(gap.atMs - 18_000) <= BLOCK_MS && Math.abs(gap.atMs + gap.lengthMs - 30_000) <= 1,
      JSON.stringify(gap),
    );
    assert.ok(Math.abs(mp3.length / 288 - (gap.atMs / 1000) * (8000 / 576)) <= 1);
  });

  it('notes no gap for what is lost between calls', async () => {
    const { call, out } = await suffer('capture-overrun@200:200', 'capture-overrun@33000:500');
    assert.deepEqual(call.gaps, []);
    assert.match(out, /CAPTURE_OVERRUN/);
  });

  for (const stepMs of [3_600_000, -3_600_000]) {
    it(`does not care for a clock that steps by ${stepMs / 60_000} minutes in the middle of a call`, async () => {
      const { call, mp3 } = await suffer(`clock-step@10000:${stepMs}`);
      assert.deepEqual(call.gaps, []);
      assert.equal(call.durationMs, 30_000);
      assert.equal(Date.parse(call.endedAt ?? '') - Date.parse(call.startedAt), 30_000);
      assert.equal(call.startedAt, '2026-11-24T09:00:02.000+09:00');
      assert.equal(match(without([]), mp3).lagSamples, 0);
    });
  }
});
