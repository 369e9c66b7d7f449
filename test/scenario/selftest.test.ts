import assert from 'node:assert/strict';
import { EMPTY, NEVER, Observable, of, Subject } from 'rxjs';
import stringWidth from 'string-width';
import { SimulatedButton } from '../../drivers/simulated/button.js';
import { SimulatedClock } from '../../drivers/simulated/clock.js';
import { SimulatedHealth } from '../../drivers/simulated/health.js';
import { SimulatedLamp } from '../../drivers/simulated/lamp.js';
import type { Keyboard } from '../../firmware/cli/world.js';
import { ANSWER_MAX_MS } from '../../firmware/selftest/selftest.js';
import type { StepResult } from '../../firmware/selftest/step.js';
import type { Board } from '../../hal/board.js';
import type { WallMs } from '../../hal/clock.js';
import { HalError } from '../../hal/errors.js';
import type { HealthReading } from '../../hal/health.js';
import { HOME, kikitome } from '../support/world.js';

const TRACE = `${HOME}/boards/virtual/office-morning/04-missed`;
const COLUMNS = 80;

/** Somebody at a terminal: what each key does is up to the test. */
class Typist implements Keyboard {
  listening: ((character: string) => void) | null = null;
  given = 0;
  listen(onKey: (character: string) => void): () => void {
    this.listening = onKey;
    return () => {
      this.listening = null;
      this.given += 1;
    };
  }
}

/** A box that is all right, with a panel, and a clock that goes as long as the command runs. */
class Bench {
  readonly clock = new SimulatedClock(Date.parse('2026-11-24T09:00:00+09:00') as WallMs);
  readonly lamp = new SimulatedLamp();
  readonly button = new SimulatedButton(this.clock);
  readonly typist = new Typist();
  readonly board: Board;
  closed = 0;

  constructor(readings: readonly HealthReading[] = [], changes: Partial<Board> = {}) {
    const { clock, lamp, button } = this;
    const silence = { firstSample: 0, atMs: clock.now(), samples: new Int16Array(8000) };
    this.board = {
      id: 'bench',
      clock,
      lines: [
        {
          id: 'line-1',
          sense: { hook: () => 'on-hook', edges$: NEVER, lost$: NEVER },
          audio: { sampleRateHz: 8000, blocks$: of(silence) },
          modem: null,
        },
      ],
      lamp,
      button,
      buzzer: null,
      keypads: [],
      sticks: null,
      health: [new SimulatedHealth(readings)],
      ...changes,
    };
  }

  /** The command at a terminal. `meanwhile`: what goes on at the box, ten times a second. */
  async run(argv: readonly string[], meanwhile: (bench: Bench) => void, stop = new AbortController()) {
    let over = false;
    const keyboard = this.typist;
    const close = (): void => {
      this.closed += 1;
    };
    const openBoard = async () => ({ board: this.board, close });
    const ended = kikitome(['selftest', ...argv], { openBoard, keyboard, stop: stop.signal }).finally(() => {
      over = true;
    });
    while (!over) {
      this.clock.advanceTo(this.clock.now() + 100);
      meanwhile(this);
      await new Promise(setImmediate);
    }
    return await ended;
  }
}

const answers = (character: string) => (bench: Bench) => {
  bench.typist.listening?.(character);
  if (bench.clock.now() % 5000 === 0) bench.button.hold(200);
};
const rowOf = (out: string, part: string): string =>
  out.split('\n').find((row) => /^(pass|FAIL|skipped|absent) /u.test(row) && row.includes(part)) ?? '';

describe('selftest', () => {
  it('runs every step on the virtual board and says pass', async () => {
    const { exit, out, err } = await kikitome(['selftest', '--trace', TRACE, '--json']);
    assert.deepEqual([exit, err], [0, '']);
    const results = JSON.parse(out) as StepResult[];
    assert.deepEqual(
      results.map(({ step, line, verdict }) => [step, line, verdict]),
      [
        ['line', 'line-1', 'pass'],
        ['voltage', 'line-1', 'pass'],
        ['sound', 'line-1', 'pass'],
        ['modem', 'line-1', 'absent'],
        ['lamp', null, 'skipped'],
        ['button', null, 'pass'],
        ['stick', null, 'pass'],
        ['clock', null, 'pass'],
        ['battery-clock', null, 'absent'],
        ['watchdog', null, 'absent'],
      ],
    );
  });

  it('is said in both languages, in 80 columns', async () => {
    for (const [lang, sound] of [
      ['en', /^pass +sound +line-1 {2}peak \d+ of 32768$/mu],
      ['ja', /^合格 +音 +line-1 {2}最大 \d+ \/ 32768$/mu],
    ] as const) {
      const { out } = await kikitome(['selftest', '--trace', TRACE, '--lang', lang]);
      assert.match(out, sound);
      for (const line of out.split('\n')) assert.ok(stringWidth(line) <= COLUMNS, line);
      if (lang === 'ja') assert.doesNotMatch(out, /nobody|shown|down/u);
    }
  });

  it('fails, and the command with it, where a part fails', async () => {
    const gone = new HalError('DEVICE_MISSING', 'line-1', 'no such device');
    const clock = new SimulatedClock(0 as WallMs);
    const broken: Board = {
      id: 'broken',
      clock,
      lines: [
        {
          id: 'line-1',
          sense: {
            hook: () => {
              throw gone;
            },
            edges$: new Subject(),
            lost$: new Subject(),
          },
          audio: { sampleRateHz: 8000, blocks$: new Subject() },
          modem: null,
        },
      ],
      lamp: { show: () => undefined },
      button: null,
      buzzer: null,
      keypads: [],
      sticks: null,
      health: [],
    };
    const openBoard = async () => ({ board: broken, play: async () => undefined });
    const { exit, out } = await kikitome(['selftest', '--board', 'virtual'], { openBoard });
    assert.equal(exit, 1);
    assert.match(out, /^FAIL +line +line-1 {2}line-1: no such device$/mu);
    assert.match(out, /^FAIL +sound +line-1 {2}it was over before$/mu);
    assert.match(out, /^absent +button$/mu);
  });

  describe('at a terminal', () => {
    for (const [key, verdict, exit] of [
      ['y', 'pass', 0],
      ['Y', 'pass', 0],
      ['ｙ', 'pass', 0],
      ['n', 'FAIL', 1],
    ] as const) {
      it(`asks whether the lamp was seen, and takes ${key} for ${verdict}`, async () => {
        const bench = new Bench();
        const { exit: ended, out } = await bench.run([], answers(key));
        assert.equal(ended, exit, out);
        assert.match(rowOf(out, ' lamp '), new RegExp(`^${verdict} `, 'u'));
        assert.match(rowOf(out, ' button '), /^pass .*pressed$/u);
        assert.deepEqual([bench.typist.listening, bench.typist.given, bench.closed], [null, 1, 1]);
        // The lamp first, then the question, then the button: one thing at a time.
        const [look, question, press] = ['Look at the lamp', '[y/n]', 'Press the button'].map((text) =>
          out.indexOf(text),
        );
        assert.ok(look !== undefined && question !== undefined && press !== undefined);
        assert.ok(look >= 0 && look < question && question < press, out);
      });
    }

    it('goes on waiting at a key that is no answer', async () => {
      let typed = 0;
      const bench = new Bench();
      const { out } = await bench.run([], ({ typist, button, clock }) => {
        if (typist.listening) {
          typed += 1;
          typist.listening(typed < 5 ? 'x' : 'y');
        }
        if (clock.now() % 5000 === 0) button.hold(200);
      });
      assert.equal(typed, 5);
      assert.match(rowOf(out, ' lamp '), /^pass /u);
    });

    for (const [what, key] of [
      ['Ctrl-D', '\u0004'],
      ['Ctrl-C', '\u0003'],
      ['nobody at all', null],
    ] as const) {
      it(`does not hang, and fails for nothing, where the answer is ${what}`, async () => {
        const bench = new Bench();
        const { exit, out } = await bench.run([], ({ typist }) => key !== null && typist.listening?.(key));
        assert.equal(exit, 0, out);
        assert.match(rowOf(out, ' lamp '), /^skipped .*nobody answered$/u);
        assert.match(rowOf(out, ' button '), /^skipped /u);
        assert.ok(bench.clock.now() < ANSWER_MAX_MS + 30_000);
        assert.deepEqual([bench.typist.listening, bench.closed], [null, 1]);
      });
    }

    it('fails where the button is not pressed in time, and comes to an end when it is told to stop', async () => {
      const { exit, out } = await new Bench().run([], ({ typist }) => typist.listening?.('y'));
      assert.equal(exit, 1);
      assert.match(rowOf(out, ' button '), /^FAIL .*not pressed in 20 s$/u);
      const stop = new AbortController();
      const stopped = await new Bench().run([], ({ typist }) => typist.listening && stop.abort(), stop);
      assert.equal(stopped.exit, 1);
      assert.match(rowOf(stopped.out, ' lamp '), /^FAIL .*it was over before$/u);
    });

    for (const flag of ['--non-interactive', '--json']) {
      it(`asks nobody with ${flag}`, async () => {
        const bench = new Bench();
        const { exit, out } = await bench.run([flag], () => undefined);
        assert.equal(exit, 0);
        assert.doesNotMatch(out, /\[y\/n\]|Press/u);
        assert.equal(bench.typist.given, 0);
      });
    }
  });

  describe('of what the board senses', () => {
    const rows = async (readings: readonly HealthReading[], changes: Partial<Board> = {}) => {
      const bench = new Bench(readings, changes);
      const { exit, out } = await bench.run(['--non-interactive'], () => undefined);
      return { exit, out };
    };

    it('says what is well', async () => {
      const { exit, out } = await rows([
        { kind: 'line-voltage', line: 'line-1', present: true, seenOffHook: false },
        { kind: 'battery-clock', state: 'kept', offMs: 400 },
        { kind: 'watchdog', state: 'active', timeoutS: 14 },
      ]);
      assert.equal(exit, 0);
      assert.match(rowOf(out, ' voltage '), /^pass .*there is voltage$/u);
      assert.match(rowOf(out, ' battery clock '), /^pass .*kept the time$/u);
      assert.match(rowOf(out, ' watchdog '), /^pass .*active$/u);
    });

    for (const [what, reading, part, row] of [
      [
        'no voltage',
        { kind: 'line-voltage', line: 'line-1', present: false, seenOffHook: false },
        ' voltage ',
        /^FAIL .*no voltage: check/u,
      ],
      [
        'a battery that is empty',
        { kind: 'battery-clock', state: 'lost', offMs: null },
        ' battery clock ',
        /^FAIL .*change its battery/u,
      ],
      [
        'a clock chip that is not there',
        { kind: 'battery-clock', state: 'missing', offMs: null },
        ' battery clock ',
        /^FAIL .*not there/u,
      ],
      [
        'a battery clock that was never set',
        { kind: 'battery-clock', state: 'kept', offMs: -7_200_000 },
        ' battery clock ',
        /^FAIL .*-7200 s away/u,
      ],
      [
        'a watchdog that nobody feeds',
        { kind: 'watchdog', state: 'inactive', timeoutS: 60 },
        ' watchdog ',
        /^FAIL .*not active/u,
      ],
    ] as const) {
      it(`fails for ${what}`, async () => {
        const { exit, out } = await rows([reading]);
        assert.equal(exit, 1);
        assert.match(rowOf(out, part), row);
      });
    }

    it('does not take a call for a dead line, nor a kernel that says nothing for a watchdog that sleeps', async () => {
      const offHook = { hook: () => 'off-hook' as const, edges$: NEVER, lost$: NEVER };
      const { lines } = new Bench().board;
      const { exit, out } = await rows(
        [
          { kind: 'line-voltage', line: 'line-1', present: false, seenOffHook: false },
          { kind: 'watchdog', state: 'unknown', timeoutS: null },
        ],
        { lines: lines.map((port) => ({ ...port, sense: offHook })) },
      );
      assert.equal(exit, 0, out);
      assert.match(rowOf(out, ' voltage '), /^skipped .*the handset is up$/u);
      assert.match(rowOf(out, ' watchdog '), /^skipped /u);
    });

    it('tries the modem, and lets it go', async () => {
      let open = 0;
      const { lines } = new Bench().board;
      const modem = (answers: boolean) => ({
        reports$: new Observable<{ kind: 'ready'; atMs: never }>((told) => {
          open += 1;
          if (answers) told.next({ kind: 'ready', atMs: 0 as never });
          return () => {
            open -= 1;
          };
        }),
      });
      const tried = (answers: boolean) =>
        rows([], {
          lines: lines.map((port) => ({ ...port, modem: modem(answers) })),
          health: [{ name: 'x', readings$: EMPTY }],
        });
      assert.match(rowOf((await tried(true)).out, ' modem '), /^pass .*it answers$/u);
      const silent = await tried(false);
      assert.equal(silent.exit, 1);
      assert.match(rowOf(silent.out, ' modem '), /^FAIL .*no answer in 10 s$/u);
      assert.equal(open, 0);
    });
  });
});
