import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { firstValueFrom, NEVER, type Subscription, skip } from 'rxjs';
import type { BoardData } from '../../boards/board-data.js';
import { board as modemHat } from '../../boards/modem-hat/board.js';
import { openBoardData } from '../../boards/open.js';
import { PI_MODELS } from '../../boards/pi/models.js';
import { board as usbModem } from '../../boards/usb-modem/board.js';
import { SystemClock } from '../../drivers/clock/system.js';
import type { Pins } from '../../drivers/gpio/pins.js';
import { loadSerialPorts, type SerialPortLike } from '../../drivers/serial/port.js';
import type { LinePort } from '../../hal/board.js';
import type { HealthSense } from '../../hal/health.js';
import type { ModemReport } from '../../hal/modem.js';
import { noPtyPair, PtyPair } from '../drivers/serial/pty-pair.js';

/** Pins by role: which are on, time by time. */
class PaperPins implements Pins {
  readonly driven: string[] = [];

  inputs(): ReturnType<Pins['inputs']> {
    throw new Error('this board has no detector on a pin');
  }

  outputs(role: string): ReturnType<Pins['outputs']> {
    return { write: (active) => void this.driven.push(`${role} ${active.join()}`), close: () => undefined };
  }
}

describe('a board that sees its line through a modem, over a pair of pseudo terminals', () => {
  let dir = '';
  let pair: PtyPair | undefined;
  let far: SerialPortLike | undefined;
  let listening: Subscription | undefined;

  before(function () {
    const reason = noPtyPair();
    if (reason !== null) {
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    dir = mkdtempSync(path.join(tmpdir(), 'kikitome-board-'));
  });
  after(async () => {
    listening?.unsubscribe();
    await far?.close();
    await pair?.pull();
    if (dir) rmSync(dir, { recursive: true });
  });

  /** What the modem HAT is, with its port at `port` and nothing on pins that this test has not. */
  function openAt(port: string, pins: Pins): { line: LinePort; voltage: HealthSense } {
    const lines = modemHat.lines.map((line) => ({ ...line, modem: line.modem && { ...line.modem, path: port } }));
    const { button: _button, ...rest } = modemHat;
    const data: BoardData = { ...rest, lines, evdevKeypads: false, sticks: false };
    const board = openBoardData({ data, clock: new SystemClock(), pi: null, pins });
    const [line] = board.lines;
    assert.ok(line);
    const voltage = board.health.find(({ name }) => name === 'voltage of line-1');
    assert.ok(voltage, 'the modem tells whether the line is fed');
    return { line, voltage };
  }

  it('resets the modem, sets it up, and tells hook and caller', async () => {
    const near = path.join(dir, 'modem');
    pair = await PtyPair.open(near, path.join(dir, 'far'));
    far = await (await loadSerialPorts()).open(path.join(dir, 'far'), 115_200);
    const port = far;
    const world = { register: '3000' };
    let rest = '';
    port.listen({
      bytes: (bytes) => {
        const commands = (rest + Buffer.from(bytes).toString('latin1')).split('\r');
        rest = commands.pop() ?? '';
        for (const command of commands) {
          if (command === 'AT:R6C') port.write(`\r\n${world.register}\r\n`);
          port.write('\r\nOK\r\n');
        }
      },
      lost: () => undefined,
    });
    const pins = new PaperPins();
    const { line, voltage } = openAt(near, pins);
    const reports: ModemReport[] = [];
    const edge = firstValueFrom(line.sense.edges$);
    const fed = firstValueFrom(voltage.readings$);
    const cut = firstValueFrom(voltage.readings$.pipe(skip(1)));
    const told = new Promise<void>((resolve, reject) => {
      listening = line.modem?.reports$.subscribe({
        next: (report) => {
          reports.push(report);
          if (report.kind === 'ready') port.write('\r\nNMBR = 0312345678\r\n');
          if (report.kind === 'caller') resolve();
        },
        error: reject,
      });
    });
    await told;
    assert.deepEqual(pins.driven.slice(-2), ['line-1-modem-reset 4', 'line-1-modem-reset ']);
    assert.deepEqual(
      reports.map(({ kind }) => kind),
      ['ready', 'caller'],
    );
    assert.equal(line.sense.hook(), 'on-hook');
    world.register = 'F900'; // 7 V, reversed or not: the first that is told is the hook
    const { kind } = await edge;
    assert.ok(kind === 'hook' || kind === 'polarity');
    assert.equal(line.sense.hook(), 'off-hook');
    assert.deepEqual(await fed, { kind: 'line-voltage', line: 'line-1', present: true, seenOffHook: true });
    world.register = '0000';
    assert.deepEqual(await cut, { kind: 'line-voltage', line: 'line-1', present: false, seenOffHook: true });
    assert.equal(line.sense.hook(), 'off-hook', 'cut, not hung up');
  });
});

describe('boards with a modem', () => {
  const clock = new SystemClock();

  it('take the UART that the Pi has on its header', () => {
    for (const pi of PI_MODELS) {
      const [line] = openBoardData({ data: modemHat, clock, pi, pins: new HeaderPins() }).lines;
      assert.equal(line?.sense.hook(), 'on-hook');
      assert.ok(line?.modem);
    }
  });

  it('have the hook from pins where the modem cannot tell it', () => {
    const [pi] = PI_MODELS;
    assert.ok(pi);
    const pins = new HeaderPins();
    const [line] = openBoardData({ data: usbModem, clock, pi, pins }).lines;
    assert.ok(line?.modem);
    assert.deepEqual(pins.taken.get('line-1'), [5, 6]);
  });

  it('are refused with neither pin nor a modem that polls', () => {
    const [line] = modemHat.lines;
    assert.ok(line);
    const { modem: _modem, ...without } = line;
    const deaf = { ...line, modem: { path: '/dev/ttyACM0', profile: 'conexant-cx93001' } };
    for (const lines of [[without], [deaf]]) {
      assert.throws(() => openBoardData({ data: { ...modemHat, lines }, clock, pi: null, pins: new HeaderPins() }), {
        code: 'BOARD_FILE_FIELDS',
        message: /neither a hook detector nor a modem/,
      });
    }
  });
});

/** Pins that are never moved. */
class HeaderPins implements Pins {
  readonly taken = new Map<string, readonly number[]>();

  inputs(role: string, lines: Parameters<Pins['inputs']>[1]): ReturnType<Pins['inputs']> {
    this.taken.set(
      role,
      lines.map(({ offset }) => offset),
    );
    return { active: () => false, reports$: NEVER };
  }

  outputs(): ReturnType<Pins['outputs']> {
    return { write: () => undefined, close: () => undefined };
  }
}
