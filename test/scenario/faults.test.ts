import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { openVirtualBoard } from '../../boards/virtual/board.js';
import { parseFault } from '../../drivers/simulated/fault.js';
import { openTrace } from '../../drivers/simulated/trace.js';
import { detailIn } from '../../firmware/cli/japanese-details.js';
import { FAULT_CATALOGUE, FAULT_CODES, faultNumber } from '../../firmware/faults/catalogue.js';
import type { FaultCode } from '../../firmware/faults/fault.js';
import type { FaultHistory, FaultReport, FaultsReport } from '../../firmware/faults/fault-report.js';
import { openStore } from '../../firmware/open-store.js';
import { faultPattern } from '../../firmware/panel/view.js';
import { RING_FILE } from '../../storage/ring.js';
import { particulars } from '../firmware/faults/support/particulars.js';
import { runOn } from '../firmware/faults/support/run-on.js';
import { Chance } from '../support/chance.js';
import { Murmur } from '../support/murmur.js';
import { Running } from '../support/program.js';
import { cleanTrace, type EdgeJson, makeRandomTrace } from '../support/traces.js';
import { HOME, must } from '../support/world.js';
import { scratch } from './recorded.js';
import { TelephoneLine } from './telephone-line.js';

const RATE_HZ = 8000;

/** What came of it: what the register has, what is left to take note of, and every pattern the lamp has shown. */
interface Suffered {
  readonly subject: string;
  readonly history: FaultHistory;
  readonly left: readonly FaultReport[];
  readonly shown: readonly string[];
}

/** Codes that other parts of the firmware find, with the test that causes each. */
const FOUND_ELSEWHERE: Partial<Record<FaultCode, string>> = {
  MODEM_LOST: 'test/scenario/modem.test.ts',
  STICK_REFUSED: 'test/firmware/retrieval/faults.test.ts',
  STICK_FULL: 'test/firmware/retrieval/faults.test.ts',
  STICK_PULLED: 'test/firmware/retrieval/faults.test.ts',
  STICK_FALSE: 'test/firmware/retrieval/faults.test.ts',
  PIN_LOCKED: 'test/firmware/retrieval/faults.test.ts',
  SOCKET_UNWATCHED: 'test/firmware/retrieval/decisions.test.ts',
  STILL_ON: 'test/scenario/switch-off.test.ts',
};

describe('scenario: every fault', () => {
  const at = scratch();
  const idle = (seconds = 30, startsAt = '2026-11-24T09:00:00+09:00'): string =>
    cleanTrace([], new Int16Array(seconds * RATE_HZ), { dir: at(`idle-${seconds}`), startsAt });
  const talk = (seconds: number): string => {
    const edges: EdgeJson[] = [
      { atMs: 2000, hook: 'off' },
      { atMs: (seconds + 2) * 1000, hook: 'on' },
    ];
    const said = new Murmur(new Chance(7), RATE_HZ).speak((seconds + 4) * RATE_HZ);
    return cleanTrace(edges, said, { dir: at(`talk-${seconds}`) });
  };
  const format = (name: string, capacity = '16MiB') => must(['format', '--data', at(name), '--capacity', capacity]);
  const jsonOf = async <T>(...argv: string[]): Promise<T> => JSON.parse((await must([...argv, '--json'])).out) as T;

  /** A run on the virtual board, as somebody would type it, with an eye on the lamp. */
  async function run(
    name: string,
    subject: string,
    traces: string | readonly string[],
    ...faults: string[]
  ): Promise<Suffered> {
    const shown: string[] = [];
    const played = [traces].flat().flatMap((trace) => ['--trace', trace]);
    const argv = ['run', '--data', at(name), '--speed', 'max', ...played];
    await must([...argv, ...faults.flatMap((fault) => ['--fault', fault])], {
      openBoard: async ({ traces, speed, faults: named }) => {
        const board = openVirtualBoard({
          traces: traces.map(openTrace),
          speed,
          faults: named.map(parseFault),
          realClock: { now: unasked, wall: unasked, trust: unasked, after$: unasked },
        });
        board.lampShown$.subscribe(({ rhythmMs }) => shown.push(String(rhythmMs)));
        return { board, play: (play) => board.play(play) };
      },
    });
    const history = await jsonOf<FaultHistory>('faults', '--data', at(name), '--history');
    const { faults: left } = await jsonOf<FaultsReport>('faults', '--data', at(name));
    return { subject, history, left, shown };
  }
  const named = async (fault: string, subject: string, trace: string = idle()): Promise<Suffered> => {
    const name = `store ${fault}`;
    await format(name);
    return run(name, subject, trace, fault);
  };

  /** Recordings that ended just now, until the ring has been filled `share` times. */
  async function fill(name: string, share: number, hold: (heldShare: number) => boolean = () => false): Promise<void> {
    const startedWallMs = Date.parse('2026-11-24T08:00:00+09:00');
    const wall = () => startedWallMs + 60_000;
    const store = await openStore({ folder: at(name), chance: randomBytes, wall });
    const { superblock } = store.status;
    const frame = Buffer.alloc(288, 1);
    const frames = 208;
    for (let filled = 0; filled < superblock.capacityBytes * share; filled += frames * frame.length) {
      const writer = store.begin(particulars(startedWallMs), startedWallMs);
      for (let i = 0; i < frames; i += 1) writer.append(frame);
      const closed = { ...particulars(startedWallMs), outcome: 'answered', durationMs: 15_000 } as const;
      writer.close({ endedWallMs: startedWallMs + 15_000, party: null, particulars: closed });
      await store.commit();
      const { heldBytes, budgetBytes } = store.holdBudget(0.5);
      if (hold(heldBytes / budgetBytes)) await store.hold(writer.number, { by: 'x', reason: 'y', atWallMs: 0 }, 0.5);
    }
    await store.close();
  }

  /** The medium refuses everything with `code` for ten seconds of a call. */
  async function mediumSays(code: string): Promise<Suffered> {
    const { history, left, shown } = await runOn({
      traces: [openTrace(talk(30))],
      medium: (nowMs) => (nowMs >= 10_000 && nowMs < 20_000 ? code : undefined),
    });
    return { subject: 'store', history, left, shown };
  }

  const line = (seed: number): TelephoneLine => new TelephoneLine({ seed });
  /** Three calls that are alike, and one in which all is well. */
  const threeCalls = (name: string, call: (each: TelephoneLine) => void): string => {
    const one = line(11);
    for (let i = 0; i < 4; i += 1) {
      one.lift();
      if (i < 3) call(one);
      else one.say(12_000);
      one.hangUp();
      one.wait(5000);
    }
    return one.write(at(name), 'line-1');
  };

  const causes: Partial<Record<FaultCode, () => Promise<Suffered>>> = {
    STORAGE_MISSING: () => mediumSays('ENODEV'),
    STORAGE_FAILING: () => mediumSays('EIO'),
    STORAGE_READ_ONLY: () => mediumSays('EROFS'),
    STORE_DAMAGED: async () => {
      await format('damaged');
      await run('damaged', 'store', talk(5));
      rmSync(path.join(at('damaged'), 'index'), { recursive: true });
      return run('damaged', 'store', idle());
    },
    CAPTURE_LOST: () => named('capture-gone@5000:4000', 'line-1'),
    CAPTURE_OVERRUN: () => named('capture-overrun@5000:250', 'line-1', idle(80)),
    SENSE_LOST: () => named('sense-gone@5000:4000', 'line-1'),
    SENSE_FALSE: async () => {
      const hum = Array.from(
        { length: 600 },
        (_, i): EdgeJson => ({
          atMs: 5000 + 8.3 * i,
          hook: i % 2 === 0 ? 'off' : 'on',
        }),
      );
      await format('hum');
      return run('hum', 'line-1-hook', cleanTrace(hum, new Int16Array(80 * RATE_HZ), { dir: at('hum-trace') }));
    },
    EDGES_LOST: () => named('edges-lost@1500:800', 'line-1', talk(80)),
    LINE_DEAD: () => named('line-dead@2000:18000', 'line-1'),
    LEVEL_DEAD: async () => {
      await format('silent');
      return run(
        'silent',
        'line-1',
        threeCalls('silent-calls', (each) => each.wait(12_000)),
      );
    },
    LEVEL_CLIPPING: async () => {
      await format('loud');
      return run(
        'loud',
        'line-1',
        threeCalls('loud-calls', (each) => each.say(12_000, 10)),
      );
    },
    HANDSET_OFF_HOOK: async () => {
      const left = line(12);
      left.lift();
      left.dialTone(20_000);
      left.busyTone(30);
      left.wait(200_000);
      left.hangUp();
      left.wait(5000);
      await format('left');
      return run('left', 'line-1', left.write(at('left-off'), 'line-1'));
    },
    CLOCK_DOUBTFUL: async () => {
      await format('stepped');
      const { shown } = await run('stepped', 'clock', talk(60), 'clock-step@5000:3600000');
      // Started with a clock that is right.
      return { ...(await run('stepped', 'clock', idle(40, '2026-11-24T12:00:00+09:00'))), shown };
    },
    PROCESS_STALLED: () => named('process-stall@5000:12000', 'recorder'),
    UNDER_VOLTAGE: () => named('under-voltage@5000:1000', 'supply'),
    OVER_TEMPERATURE: () => named('over-temperature@5000:5000', 'board'),
    STORAGE_WORN: () => named('medium-worn@5000:5000', 'medium'),
    LID_OPENED: () => named('lid-open@5000:1000', 'lid'),
    STORAGE_CROWDED: async () => {
      const { history, left, shown } = await runOn({
        traces: [openTrace(talk(100))],
        freeBytes: (nowMs) => (nowMs >= 20_000 && nowMs < 50_000 ? 4096 : undefined),
      });
      return { subject: 'medium', history, left, shown };
    },
    RETENTION_CUT: async () => {
      await format('small', '8MiB');
      await fill('small', 2);
      const { shown } = await run('small', 'ring', talk(60));
      return { ...(await run('small', 'ring', idle(660))), shown }; // nothing went in ten minutes after another start
    },
    HOLD_BUDGET_NEAR: async () => {
      await format('held', '8MiB');
      await fill('held', 1, (share) => share < 0.8);
      const { shown } = await run('held', 'holds', idle());
      const store = await openStore({ folder: at('held'), chance: randomBytes, wall: () => 0 });
      for await (const { row } of store.recordings()) if (row.hold !== null) await store.release(row.n);
      await store.close();
      return { ...(await run('held', 'holds', idle())), shown };
    },
  };

  it('has a test that causes it, here or where it is found', () => {
    const covered = [...Object.keys(causes), ...Object.keys(FOUND_ELSEWHERE)].sort();
    assert.deepEqual(covered, [...FAULT_CODES].sort());
    for (const [code, file] of Object.entries(FOUND_ELSEWHERE)) {
      assert.ok(readFileSync(path.join(HOME, file), 'utf8').includes(`'${code}'`), `${file} does not speak of ${code}`);
    }
  });

  for (const [code, cause] of Object.entries(causes) as [FaultCode, () => Promise<Suffered>][]) {
    it(`${faultNumber(code)} ${code} is noticed, shown, and in the register until it is over`, async () => {
      const { subject, history, left, shown } = await cause();
      const events = history.events.filter((event) => event.code === code && event.subject === subject);
      assert.equal(events[0]?.kind, 'fault-raised', JSON.stringify(history.events));
      assert.notEqual(events[0]?.detail, '');
      assert.equal(events.at(-1)?.kind, 'fault-cleared', JSON.stringify(history.events));
      // And told in Japanese where that is the language.
      assert.doesNotMatch(detailIn('ja', events[0]?.detail ?? ''), /[a-z]{2,} [a-z]{2,} [a-z]{2,}/u);
      // What was over before the lamp could count it is shown as something to look at.
      const passed = history.events.every((event) => event.at === events[0]?.at);
      assert.ok(shown.includes(String(faultPattern(code).rhythmMs)) || passed, `shown: ${shown.join(' | ')}`);
      const unnoted = left.filter((each) => each.code === code).map(({ acknowledged }) => acknowledged);
      assert.deepEqual(unnoted, FAULT_CATALOGUE[code].stays ? [false] : []);
    });
  }

  it('4-1 PROCESS_STALLED is noticed after a run that was killed, and not after one that was stopped', async () => {
    await format('killed');
    const argv = ['run', '--data', at('killed'), '--trace', talk(60), '--speed', '1'];
    const recorder = new Running(argv);
    await recorder.says(/line-1: recording #1/);
    recorder.kill('SIGKILL');
    await recorder.ended();
    const { history } = await run('killed', 'run', idle());
    assert.deepEqual(
      history.events.map(({ kind, code, subject }) => [kind, code, subject]),
      [
        ['fault-raised', 'PROCESS_STALLED', 'run'],
        ['fault-cleared', 'PROCESS_STALLED', 'run'],
      ],
    );
    await must(['faults', '--data', at('killed'), '--acknowledge', 'all']);
    const again = await run('killed', 'run', idle());
    assert.equal(again.history.events.length, 3);
    assert.deepEqual(again.left, []);
  });

  const costs: readonly [code: FaultCode, subject: string, cause: () => Promise<Suffered>][] = [
    ['CAPTURE_LOST', 'line-1', () => named('capture-gone@5000:6000', 'line-1', talk(80))],
    ['CAPTURE_OVERRUN', 'line-1', () => named('capture-overrun@5000:300', 'line-1', talk(80))],
    [
      'STORAGE_FAILING',
      'store',
      async () => {
        // Longer than memory lasts.
        const medium = (nowMs: number) => (nowMs >= 5000 && nowMs < 300_000 ? 'EIO' : undefined);
        return { subject: 'store', ...(await runOn({ traces: [openTrace(talk(320))], medium })) };
      },
    ],
  ];
  for (const [code, subject, cause] of costs) {
    it(`${faultNumber(code)} ${code} that has cost sound of a call stays when it is over`, async () => {
      const { history, left } = await cause();
      const kinds = history.events.filter((event) => event.code === code && event.subject === subject);
      assert.deepEqual(
        kinds.map(({ kind }) => kind),
        ['fault-raised', 'fault-cleared'],
      );
      const [first] = left; // a device that was lost has missed samples, too
      assert.deepEqual([first?.code, first?.active, first?.acknowledged], [code, false, false]);
    });
  }

  it('1-2 STORAGE_FAILING is there for as long as no commit goes through, though settings are taken', async () => {
    let came = 0;
    const { history, shown } = await runOn({
      traces: [openTrace(talk(120))],
      medium: (nowMs, file, call) =>
        file === RING_FILE && call === 'write' && nowMs >= 10_000 && nowMs < 110_000 ? 'EIO' : undefined,
      meanwhile: ({ board }) => board.buzzed$.subscribe(() => (came += 1)),
    });
    assert.deepEqual(
      history.events.map(({ kind, code, subject }) => [kind, code, subject]),
      [
        ['fault-raised', 'STORAGE_FAILING', 'store'],
        ['fault-cleared', 'STORAGE_FAILING', 'store'],
      ],
    );
    assert.equal(shown.filter((each) => each === String(faultPattern('STORAGE_FAILING').rhythmMs)).length, 1);
    assert.equal(came, 1);
  });

  it('ends in the register what was there when a run ended and is not noticed by the next', async () => {
    await format('off and on');
    await run('off and on', 'line-1', idle(), 'sense-gone@5000:600000');
    const { history } = await run('off and on', 'line-1', idle(660));
    assert.deepEqual(
      history.events.map(({ kind, code, subject }) => [kind, code, subject]),
      [
        ['fault-raised', 'SENSE_LOST', 'line-1'],
        ['fault-cleared', 'SENSE_LOST', 'line-1'],
      ],
    );
  });

  it('ends in the register at the first edge that a detector tells which was lost when a run ended', async () => {
    await format('off and rung');
    await run('off and rung', 'line-1', idle(), 'sense-gone@5000:600000');
    const { history } = await run('off and rung', 'line-1', talk(5));
    assert.equal(history.events.at(-1)?.kind, 'fault-cleared');
  });

  const well: readonly [what: string, traces: () => readonly string[]][] = [
    ['one call', () => [talk(30)]],
    ['an office morning', () => morning()],
    [
      'eighty calls of every kind, with contacts that tremble (seeds 91, 92)',
      () =>
        [91, 92].map(
          (seed) => makeRandomTrace({ seed, calls: 40, line: `line-${seed}`, dir: at(`random-${seed}`) }).dir,
        ),
    ],
    [
      'a caller on hold for ten minutes without music',
      () => {
        const held = line(13);
        held.lift();
        held.dialTone(1500);
        held.keys('0312345678');
        held.ringback(2);
        held.say(20_000);
        held.wait(600_000);
        held.say(5000);
        held.hangUp();
        return [held.write(at('held-caller'), 'line-1')];
      },
    ],
  ];
  for (const [what, traces] of well) {
    it(`is not seen in ${what}, where nothing is wrong`, async () => {
      await format(what, '64MiB');
      const { history, left, shown } = await run(what, '', traces());
      assert.deepEqual(history.events, []);
      assert.deepEqual(left, []);
      for (const code of FAULT_CODES) assert.ok(!shown.includes(String(faultPattern(code).rhythmMs)), code);
    });
  }
});

/** The traces that `demo` plays. */
function morning(): string[] {
  const folder = path.join(HOME, 'boards/virtual/office-morning');
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [path.join(folder, entry.name)] : [])).sort();
}

/** At speed max nobody asks what time it really is. */
function unasked(): never {
  throw new Error('the real clock was asked');
}
