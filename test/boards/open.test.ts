import assert from 'node:assert/strict';
import type { BoardData } from '../../boards/board-data.js';
import { openBoardData } from '../../boards/open.js';
import { board as tapHat } from '../../boards/tap-hat/board.js';
import { CharacterDeviceEdges, CharacterDeviceOutputs } from '../../drivers/gpio/character-device.js';
import type { Pins } from '../../drivers/gpio/pins.js';
import { SimulatedClock } from '../../drivers/simulated/clock.js';
import type { MonotonicMs, WallMs } from '../../hal/clock.js';
import type { LineEdge } from '../../hal/line.js';
import { Bench } from '../drivers/gpio/pins.js';
import { PaperPins } from './support/paper-pins.js';

describe('openBoardData', () => {
  const open = (data: BoardData, pins = new PaperPins()) => {
    const clock = new SimulatedClock(0 as WallMs);
    return { pins, board: openBoardData({ data, clock, pi: null, pins }) };
  };

  it('makes of the tap HAT what its data say', () => {
    const { board, pins } = open(tapHat);
    assert.equal(board.id, 'tap-hat');
    assert.deepEqual(
      board.lines.map(({ id, audio, modem }) => [id, audio.sampleRateHz, modem]),
      [['line-1', 8000, null]],
    );
    assert.deepEqual([...pins.taken].map(([role, lines]) => [role, lines.map(({ offset }) => offset)]).sort(), [
      ['button', [17]],
      ['buzzer', [25]],
      ['bypass', [26]],
      ['lamp', [23, 24]],
      ['lid', [27]],
      ['line-1', [5, 6, 13]],
      ['line-1-voltage', [12]],
    ]);
    assert.deepEqual(pins.lit.get('bypass'), [26], 'the box hangs on the line');
  });

  it('lets the bypass fall as it is closed, however often', () => {
    const { board, pins } = open(tapHat);
    board.close();
    board.close();
    assert.deepEqual(pins.lit.get('bypass'), [], 'the telephone goes straight through');
  });

  it('is told in one line where another process has the pins, and leaves that one alone', () => {
    const bench = new Bench();
    const kernel = () => bench.kernel;
    const pins: Pins = {
      inputs: (role, lines) => new CharacterDeviceEdges({ role, chip: 'board', lines }, kernel),
      outputs: (role, lines) => new CharacterDeviceOutputs({ role, chip: 'board', lines }, kernel),
    };
    const data = { ...tapHat, evdevKeypads: false, sticks: false };
    const first = openBoardData({ data, clock: bench.clock, pi: null, pins });
    assert.throws(() => openBoardData({ data, clock: bench.clock, pi: null, pins }), {
      code: 'DEVICE_BUSY',
      message: /^bypass \(board\): a line is in use by another program or driver: a recorder that runs [^\n]*$/u,
    });
    const relay = tapHat.bypassRelay?.offset ?? -1;
    assert.equal(bench.chip.high(relay), true, 'the recorder still hangs on the line');
    first.close();
    openBoardData({ data, clock: bench.clock, pi: null, pins }).close();
  });

  it('tells each detector by its own pin', () => {
    const { board, pins } = open(tapHat);
    const [line] = board.lines;
    assert.ok(line);
    pins.active.add(5);
    assert.equal(line.sense.hook(), 'off-hook');
    const edges: LineEdge[] = [];
    line.sense.edges$.subscribe((edge) => edges.push(edge));
    for (const [i, offset] of [5, 6, 13].entries()) {
      const atMs = (i * 1000) as MonotonicMs;
      pins.reports.get('line-1')?.next({ kind: 'edge', offset, active: true, atMs, sequence: i + 1 });
    }
    assert.deepEqual(edges, [
      { kind: 'hook', hook: 'off-hook', atMs: 0 },
      { kind: 'ring', ringing: true, atMs: 1000 },
      { kind: 'polarity', polarity: 'reversed', atMs: 2000 },
    ]);
  });

  it('lights both for amber', () => {
    const { board, pins } = open(tapHat);
    board.lamp.show({ colour: 'amber', rhythmMs: [100] });
    assert.deepEqual(pins.lit.get('lamp'), [23, 24]);
  });

  it('has nothing that the data leave out', () => {
    const [line] = tapHat.lines;
    assert.ok(line);
    const { id, hook, pcm, sampleRateHz } = line;
    const bare: BoardData = {
      id: 'bare',
      name: { ja: 'bare', en: 'bare' },
      tier: 'designed',
      chip: 'x',
      lines: [{ id, hook, pcm, sampleRateHz }],
      lamp: tapHat.lamp,
      evdevKeypads: false,
      sticks: false,
      hat: null,
    };
    const { board, pins } = open(bare);
    assert.deepEqual([board.button, board.buzzer, board.sticks, board.keypads.length], [null, null, null, 0]);
    assert.deepEqual([...pins.taken.keys()].sort(), ['lamp', 'line-1']);
  });

  it('needs a Pi where the data leave the chip to it, and a modem profile that exists', () => {
    const clock = new SimulatedClock(0 as WallMs);
    assert.throws(() => openBoardData({ data: tapHat, clock, pi: null }), { code: 'BOARD_NEEDS_PI' });
    const lines = tapHat.lines.map((line) => ({ ...line, modem: { path: '/dev/ttyACM0', profile: 'nosuch' } }));
    assert.throws(() => open({ ...tapHat, lines }), { code: 'BOARD_FILE_FIELDS', message: /nosuch/u });
  });
});
