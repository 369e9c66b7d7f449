import assert from 'node:assert/strict';
import { rmSync, truncateSync } from 'node:fs';
import { openVirtualBoard } from '../../../boards/virtual/board.js';
import { TAIL_MS } from '../../../boards/virtual/player.js';
import { parseFault } from '../../../drivers/simulated/fault.js';
import { openTrace } from '../../../drivers/simulated/trace.js';
import type { LampPattern } from '../../../hal/panel.js';
import { makeRandomTrace } from '../../support/traces.js';
import { atOnce, log, ramp, stoppedClock, traceFolder } from './rig.js';

describe('virtual board', () => {
  const make = traceFolder();
  const open = (options: Partial<Parameters<typeof openVirtualBoard>[0]>) =>
    openVirtualBoard({ traces: [], speed: 'max', realClock: stoppedClock(), ...options });

  it('brings alarms, edges and blocks in the order of their times', async () => {
    const edges = [
      { atMs: 40, ring: true },
      { atMs: 64, ring: false },
      { atMs: 70.5, hook: 'off' },
    ] as const;
    const board = open({ traces: [make(edges, ramp(8000))] });
    const seen = log(board);
    for (const ms of [33, 64, 70.5]) board.clock.after$(ms).subscribe(() => seen.push(`${board.clock.now()} ms alarm`));
    await board.play({ settled: atOnce });
    assert.deepEqual(seen.slice(0, 9), [
      '32 ms line-1 0+256 from 0',
      '33 ms alarm',
      '40 ms line-1 ring true',
      '64 ms alarm',
      '64 ms line-1 ring false',
      '64 ms line-1 256+256 from 32',
      '70.5 ms alarm',
      '70.5 ms line-1 off-hook',
      '96 ms line-1 512+256 from 64',
    ]);
    assert.equal(board.clock.now(), 1000 + TAIL_MS);
    assert.equal(board.clock.wall(), Date.parse('2026-11-24T00:00:06Z'));
  });

  it('plays every sample of its traces and silence elsewhere, at their places', async () => {
    const traces = [
      make([], ramp(1001), { startsAt: '2026-11-24T09:00:00.000+09:00' }),
      make([], ramp(777, 5000), { startsAt: '2026-11-24T00:00:01.500Z' }),
      make([], ramp(500, 9000), { startsAt: '2026-11-24T00:00:00.001Z' }),
    ];
    const board = open({ traces });
    const heard = new Int16Array(8 * (1500 + 778 + TAIL_MS));
    let next = 0;
    board.lines[0]?.audio.blocks$.subscribe(({ firstSample, atMs, samples }) => {
      assert.equal(firstSample, next);
      assert.equal(atMs, next / 8);
      next += samples.length;
      heard.set(samples, firstSample);
    });
    await board.play({ settled: atOnce });
    const wanted = new Int16Array(heard.length);
    wanted.set(ramp(1001), 0);
    wanted.set(ramp(500, 9000), 1001);
    wanted.set(ramp(777, 5000), 12_000);
    assert.deepEqual(heard, wanted);
    assert.equal(next, 8 * (1500 + TAIL_MS) + 777);
  });

  it('plays several lines of different rates on one timeline, in order of time, then of line', async () => {
    const traces = [
      make([{ atMs: 10, hook: 'off' }], ramp(1600), { line: 'line-2', sampleRateHz: 16_000 }),
      make([{ atMs: 20, ring: true }], ramp(800), { line: 'line-1', startsAt: '2026-11-24T08:59:59.990+09:00' }),
      make([], ramp(4410), { line: 'line-3', sampleRateHz: 44_100 }),
    ];
    const board = open({ traces });
    assert.deepEqual(
      board.lines.map(({ id, audio }) => `${id} ${audio.sampleRateHz}`),
      ['line-1 8000', 'line-2 16000', 'line-3 44100'],
    );
    const seen = log(board);
    await board.play({ settled: atOnce });
    assert.deepEqual(seen.slice(0, 5), [
      '20 ms line-1 ring true',
      '20 ms line-2 off-hook',
      '31.995 ms line-3 0+1411 from 0',
      '32 ms line-1 0+256 from 0',
      '32 ms line-2 0+512 from 0',
    ]);
  });

  it('starts off-hook where the first hook edge is a hang-up, and brings later traces their own levels', async () => {
    const startsAt = '2026-11-24T09:00:00.5+09:00';
    const traces = [
      make(
        [
          { atMs: 50, hook: 'on' },
          { atMs: 80, hook: 'off' },
          { atMs: 90, ring: true },
        ],
        ramp(800),
      ),
      make([{ atMs: 10, hook: 'off' }], ramp(800), { startsAt }),
      make([{ atMs: 10, hook: 'on' }], ramp(800), { startsAt }),
    ];
    const board = open({ traces });
    assert.equal(board.lines[0]?.sense.hook(), 'off-hook');
    const seen = log(board, { audio: false });
    await board.play({ settled: atOnce });
    assert.deepEqual(seen, [
      '50 ms line-1 on-hook',
      '80 ms line-1 off-hook',
      '90 ms line-1 ring true',
      '500 ms line-1 ring false',
      '500 ms line-1 on-hook',
      '510 ms line-1 off-hook',
      '610 ms line-1 on-hook',
    ]);
    assert.equal(board.lines[0]?.sense.hook(), 'on-hook');
  });

  it('passes over idle time of more than a minute without a gap, alarms and all', async () => {
    const traces = [
      make([{ atMs: 100, hook: 'off' }], ramp(800)),
      make([{ atMs: 100, hook: 'on' }], ramp(800), { startsAt: '2026-11-24T12:00:00+09:00' }),
      make([], ramp(8000 * 7), { line: 'line-2', startsAt: '2026-11-24T09:00:01+09:00' }),
    ];
    const board = open({ traces });
    const alarms: number[] = [];
    for (const ms of [3_600_000, 60_000]) board.clock.after$(ms).subscribe(() => alarms.push(board.clock.now()));
    const jumps: string[] = [];
    let next = 0;
    let lastMs = 0;
    board.lines[0]?.audio.blocks$.subscribe(({ firstSample, atMs, samples }) => {
      assert.equal(firstSample, next);
      if (atMs !== lastMs) jumps.push(`${lastMs} -> ${atMs}`);
      next += samples.length;
      lastMs = atMs + samples.length / 8;
    });
    const hooks = log(board, { audio: false });
    await board.play({ settled: atOnce });
    assert.deepEqual(jumps, [`${8000 + TAIL_MS} -> ${10_800_000 - 5000}`]);
    assert.deepEqual(alarms, [60_000, 3_600_000]);
    assert.deepEqual(hooks, ['100 ms line-1 off-hook', '10800100 ms line-1 on-hook']);
  });

  it('loses samples, devices and the time of day as the faults say', async () => {
    const faults = [
      'capture-overrun@40:20:line-1',
      'capture-gone@100:30:line-1',
      'capture-stall@200:100:line-2',
      'clock-step@150:-3600000',
    ];
    const traces = [make([], ramp(2400)), make([], ramp(2400), { line: 'line-2' })];
    const board = open({ traces, faults: faults.map(parseFault) });
    const seen = log(board);
    let walls = '';
    board.clock.after$(149).subscribe(() => {
      walls += `${board.clock.wall()} `;
    });
    board.clock.after$(151).subscribe(() => {
      walls += `${board.clock.wall()}`;
    });
    await board.play({ settled: atOnce });
    const of = (line: string, until: number) => seen.filter((one) => one.includes(line) && parseFloat(one) <= until);
    assert.deepEqual(of('line-1', 160), [
      '32 ms line-1 0+256 from 0',
      '40 ms line-1 256+64 from 32',
      '64 ms line-1 480+32 from 60',
      '96 ms line-1 512+256 from 64',
      '100 ms line-1 768+32 from 96',
      '100 ms line-1 DEVICE_GONE',
      '160 ms line-1 0+160 from 140',
    ]);
    assert.deepEqual(of('line-2', 352).slice(-4), [
      '192 ms line-2 1280+256 from 160',
      '200 ms line-2 1536+64 from 192',
      '320 ms line-2 2400+160 from 300',
      '352 ms line-2 2560+256 from 320',
    ]);
    const midnight = Date.parse('2026-11-24T00:00:00Z');
    assert.equal(walls, `${midnight + 149} ${midnight + 151 - 3_600_000}`);
  });

  it('errors a second opening as long as the device is missing', async () => {
    const board = open({ traces: [make([], ramp(1600))], faults: [parseFault('capture-gone@50:60')] });
    const seen = log(board);
    await board.play({ settled: atOnce });
    assert.deepEqual(
      seen.filter((one) => one.includes('DEVICE')),
      ['50 ms line-1 DEVICE_GONE', '90 ms line-1 DEVICE_MISSING'],
    );
    assert.ok(seen.includes('160 ms line-1 0+240 from 130'));
  });

  it('shows what the lamp is told', () => {
    const board = open({ traces: [make([], ramp(8))] });
    const shown: LampPattern[] = [];
    board.lampShown$.subscribe((pattern) => shown.push(pattern));
    board.lamp.show({ colour: 'amber', rhythmMs: [1000] });
    assert.equal(shown[1]?.colour, 'amber');
  });

  it('refuses traces and faults that do not go together', () => {
    const trace = make([], ramp(8));
    const other = make([], ramp(8), { sampleRateHz: 16_000 });
    assert.throws(() => open({ traces: [] }), { code: 'TRACE_MISSING' });
    assert.throws(() => open({ traces: [trace, other] }), { code: 'TRACE_RATE_DIFFERS' });
    const faults = [parseFault('capture-gone@1:1:line-7')];
    assert.throws(() => open({ traces: [trace], faults }), { code: 'FAULT_FIELDS', message: /line-7.*line-1/u });
    for (const speed of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => open({ traces: [trace], speed }), RangeError);
    }
  });

  it('rejects when a WAV is taken away or cut short, and plays once', async () => {
    const cut = make([], ramp(80_000));
    truncateSync(cut.audio.path, 100);
    const gone = make([], ramp(80_000));
    rmSync(gone.audio.path);
    for (const [trace, code] of [
      [cut, 'WAV_TRUNCATED'],
      [gone, 'WAV_MISSING'],
    ] as const) {
      const board = open({ traces: [trace] });
      log(board);
      await assert.rejects(board.play({ settled: atOnce }), { code });
      await assert.rejects(board.play({ settled: atOnce }), /plays once/u);
    }
  });

  it('gives the same events every time (seeds 1 to 4, two lines)', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const runs: string[][] = [];
      for (const run of [1, 2]) {
        const traces = ['line-1', 'line-2'].map((line, index) => {
          const { dir } = make([], ramp(8));
          return openTrace(makeRandomTrace({ seed: seed + 10 * index, calls: 3, line, dir: `${dir}-${run}` }).dir);
        });
        const board = open({ traces, faults: [parseFault('capture-gone@3000:500')] });
        const seen = log(board, { levels: true });
        await board.play({ settled: atOnce });
        runs.push(seen);
      }
      assert.ok(runs[0] && runs[0].length > 1000);
      assert.deepEqual(runs[0], runs[1]);
    }
  });
});
