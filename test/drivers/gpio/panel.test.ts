import assert from 'node:assert/strict';
import { GpioButton } from '../../../drivers/gpio/button.js';
import { GpioBuzzer } from '../../../drivers/gpio/buzzer.js';
import { lidSense, lineVoltageSense } from '../../../drivers/gpio/health.js';
import { GpioKeypad } from '../../../drivers/gpio/keypad.js';
import { GpioLamp } from '../../../drivers/gpio/lamp.js';
import { GpioRelay } from '../../../drivers/gpio/relay.js';
import { HalError } from '../../../hal/errors.js';
import type { HealthReading } from '../../../hal/health.js';
import type { ButtonEdge, Key, KeyPress } from '../../../hal/panel.js';
import { Bench } from './pins.js';

const [GREEN, RED] = [20, 21];

/** What is lit, every 50 ms until `untilMs`: a letter for each light. */
function watch(bench: Bench, untilMs: number): string {
  let seen = '';
  for (let ms = bench.clock.now() as number; ms < untilMs; ms += 50) {
    bench.until(ms);
    const lit = [bench.chip.high(GREEN), bench.chip.high(RED)];
    seen += lit[0] && lit[1] ? 'a' : lit[0] ? 'g' : lit[1] ? 'r' : '.';
  }
  bench.until(untilMs);
  return seen;
}

describe('GpioLamp', () => {
  const lights = { green: [GREEN], red: [RED], amber: [GREEN, RED] };

  it('plays rhythms in the colours of its lights', () => {
    const bench = new Bench();
    const lamp = new GpioLamp(bench.outputs({ offset: GREEN }, { offset: RED }), lights, bench.clock);
    lamp.show({ colour: 'green', rhythmMs: [100, 50] });
    assert.equal(watch(bench, 450), 'gg.gg.gg.');
    lamp.show({ colour: 'amber', rhythmMs: [50, 50, 50, 150] });
    assert.equal(watch(bench, 1050), 'a.a...a.a...');
    lamp.show({ colour: 'red', rhythmMs: [1000] });
    assert.equal(watch(bench, 1250), 'rrrr');
    lamp.show({ colour: 'red', rhythmMs: [] });
    assert.equal(watch(bench, 1350), '..');
  });

  it('does not begin anew what it shows already', () => {
    const bench = new Bench();
    const lamp = new GpioLamp(bench.outputs({ offset: GREEN }, { offset: RED }), lights, bench.clock);
    lamp.show({ colour: 'red', rhythmMs: [100, 100] });
    bench.until(50);
    lamp.show({ colour: 'red', rhythmMs: [100, 100] });
    assert.equal(watch(bench, 450), 'r..rr..r');
  });

  it('never throws where it is dead, and lives again', () => {
    const bench = new Bench();
    bench.chip.gone = true;
    const lamp = new GpioLamp(bench.outputs({ offset: GREEN }, { offset: RED }), lights, bench.clock);
    lamp.show({ colour: 'green', rhythmMs: [100, 100] });
    bench.until(1000);
    bench.chip.gone = false;
    lamp.show({ colour: 'green', rhythmMs: [1000] });
    assert.equal(watch(bench, 1100), 'gg');
    bench.chip.gone = true;
    lamp.show({ colour: 'red', rhythmMs: [1000] });
    bench.chip.gone = false;
    lamp.show({ colour: 'red', rhythmMs: [1000] });
    assert.equal(watch(bench, 1200), 'rr');
  });
});

describe('GpioBuzzer', () => {
  it('sounds a rhythm once, in place of the one before', () => {
    const bench = new Bench();
    const buzzer = new GpioBuzzer(bench.outputs({ offset: GREEN }), GREEN, bench.clock);
    buzzer.sound([50, 50, 100]);
    assert.equal(watch(bench, 350), 'g.gg...');
    buzzer.sound([500]);
    bench.until(400);
    buzzer.sound([50]);
    assert.equal(watch(bench, 600), 'g...');
    bench.chip.gone = true;
    buzzer.sound([50]);
  });
});

describe('GpioRelay', () => {
  it('pulls while it is held', () => {
    const bench = new Bench();
    const relay = new GpioRelay(bench.outputs({ offset: GREEN, activeLow: true }), GREEN);
    relay.pull();
    assert.equal(bench.chip.high(GREEN), false);
    relay.release();
    assert.equal(bench.chip.high(GREEN), true);
    assert.deepEqual(bench.chip.taken, []);
    bench.chip.gone = true;
    assert.throws(() => relay.pull(), HalError);
    relay.release();
  });
});

describe('GpioButton', () => {
  it('tells presses freed of bounce, at the moment the level that held began', () => {
    const bench = new Bench();
    const edges: ButtonEdge[] = [];
    new GpioButton(bench.inputs({ offset: 6, activeLow: true }), 6, bench.clock).edges$.subscribe((edge) =>
      edges.push(edge),
    );
    bench.drive(0, 6, true);
    bench.until(100);
    for (const ms of [200, 201, 202, 203, 204]) bench.drive(ms, 6, ms % 2 === 1);
    bench.until(300);
    // Too short for a finger.
    bench.drive(400, 6, true);
    bench.drive(410, 6, false);
    bench.until(500);
    bench.drive(900, 6, true);
    bench.until(1000);
    assert.deepEqual(edges, [
      { pressed: false, atMs: 0 },
      { pressed: true, atMs: 204 },
      { pressed: false, atMs: 900 },
    ]);
  });
});

describe('senses of the box', () => {
  it('say how it stands at first, then what has held', () => {
    const bench = new Bench();
    const readings: HealthReading[] = [];
    const inputs = bench.inputs({ offset: 1 }, { offset: 2 });
    bench.chip.drive(2, true);
    lidSense(inputs, 1, bench.clock).readings$.subscribe((reading) => readings.push(reading));
    lineVoltageSense(inputs, 2, 'line-1', bench.clock).readings$.subscribe((reading) => readings.push(reading));
    bench.drive(1000, 2, false);
    bench.drive(2000, 2, true);
    bench.drive(6000, 1, true);
    bench.drive(7000, 2, false);
    bench.until(9999);
    assert.deepEqual(readings, [
      { kind: 'lid', open: false },
      { kind: 'line-voltage', line: 'line-1', present: true, seenOffHook: false },
      { kind: 'lid', open: true },
    ]);
    bench.until(10_000);
    assert.deepEqual(readings.at(-1), { kind: 'line-voltage', line: 'line-1', present: false, seenOffHook: false });
  });

  it('say that they cannot be looked at, and look again', () => {
    const bench = new Bench();
    const readings: HealthReading[] = [];
    lidSense(bench.inputs({ offset: 1 }), 1, bench.clock).readings$.subscribe((reading) => readings.push(reading));
    bench.chip.gone = true;
    bench.kernel.turn();
    bench.until(5000);
    assert.deepEqual(
      readings.map(({ kind }) => kind),
      ['lid', 'unseen', 'unseen'],
    );
    bench.chip.gone = false;
    bench.until(10_000);
    assert.deepEqual(readings.at(-1), { kind: 'lid', open: false });
  });
});

describe('GpioKeypad', () => {
  const rows = [30, 31];
  const columns = [40, 41];
  const keys: Key[][] = [
    ['1', '2'],
    ['enter', 'clear'],
  ];

  /** Wires: a pressed key joins its row to its column. A column is low where some joined row is. */
  class Matrix {
    readonly bench = new Bench();
    readonly pressed = new Set<string>();
    readonly presses: KeyPress[] = [];
    writes = 0;

    constructor() {
      const { bench } = this;
      for (const column of columns) bench.chip.drive(column, true);
      const outputs = bench.outputs(
        ...rows.map((offset) => ({ offset, activeLow: true, drive: 'open-drain' as const })),
      );
      const write = outputs.write.bind(outputs);
      outputs.write = (active) => {
        this.writes += 1;
        write(active);
        this.settle();
      };
      const inputs = bench.inputs(...columns.map((offset) => ({ offset, activeLow: true, bias: 'pull-up' as const })));
      const options = { rows, columns, keys, clock: bench.clock };
      new GpioKeypad(outputs, inputs, options).keys$.subscribe((press) => this.presses.push(press));
    }

    settle(): void {
      for (const [c, column] of columns.entries()) {
        const low = rows.some((row, r) => this.pressed.has(`${r},${c}`) && !this.bench.chip.high(row));
        this.bench.chip.drive(column, !low);
      }
    }

    at(ms: number, key: string, down: boolean): void {
      for (let t = this.bench.clock.now() as number; t < ms; t += 1) this.bench.until(t);
      this.bench.clock.advanceTo(ms);
      if (down) this.pressed.add(key);
      else this.pressed.delete(key);
      this.settle();
      this.bench.kernel.turn();
    }
  }

  it('tells each press once, bounce or not, and rests when all keys are up', () => {
    const matrix = new Matrix();
    matrix.at(100, '0,1', true);
    matrix.at(101, '0,1', false);
    matrix.at(103, '0,1', true);
    matrix.at(250, '0,1', false);
    matrix.at(400, '1,0', true);
    matrix.at(500, '1,0', false);
    matrix.at(1000, '', false);
    assert.deepEqual(
      matrix.presses.map(({ key }) => key),
      ['2', 'enter'],
    );
    const { writes } = matrix;
    matrix.at(5000, '', false);
    assert.equal(matrix.writes, writes);
  });

  it('tells nothing of keys that go down together', () => {
    const matrix = new Matrix();
    matrix.at(100, '0,0', true);
    matrix.at(100, '1,1', true);
    matrix.at(200, '0,0', false);
    matrix.at(300, '1,1', false);
    matrix.at(400, '0,0', true);
    matrix.at(500, '0,0', false);
    matrix.at(600, '', false);
    assert.deepEqual(
      matrix.presses.map(({ key }) => key),
      ['1'],
    );
  });

  it('is silent while its chip is away, and then works on', () => {
    const matrix = new Matrix();
    matrix.bench.chip.gone = true;
    matrix.bench.kernel.turn();
    matrix.at(2500, '', false);
    matrix.bench.chip.gone = false;
    matrix.at(5000, '', false);
    matrix.at(5100, '1,1', true);
    matrix.at(5200, '1,1', false);
    matrix.at(5300, '', false);
    assert.deepEqual(
      matrix.presses.map(({ key }) => key),
      ['clear'],
    );
  });
});
