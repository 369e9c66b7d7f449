import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { firstValueFrom, Subject, take, toArray } from 'rxjs';
import { inputEvent } from '../../../drivers/input/event.js';
import { changes$ } from '../../../drivers/input/folder-watch.js';
import { EvdevKeypad } from '../../../drivers/input/keypad.js';
import { Errno } from '../../../drivers/kernel/errno.js';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import type { WallMs } from '../../../hal/clock.js';
import type { KeyPress } from '../../../hal/panel.js';
import { type SimulatedFile, SimulatedKernel } from '../kernel/simulated-kernel.js';

const BLOCK = [71, 72, 73, 75, 76, 77, 79, 80, 81, 82, 96];

/** An evdev node. Events are laid out as on a 64-bit machine, which the tests run on. */
class SimulatedPad {
  readonly #events: Uint8Array[] = [];
  readonly keys: readonly number[];
  grabbed = false;
  gone = false;
  openNow = 0;

  constructor(keys: readonly number[] = BLOCK) {
    this.keys = keys;
  }

  readonly device = (): SimulatedFile | number => {
    if (this.gone) return Errno.NODEV;
    this.openNow += 1;
    const pad = this;
    return {
      get readable() {
        return pad.gone || pad.#events.length > 0;
      },
      ioctl(request, argument) {
        if (request === 0x80604521) {
          for (const code of pad.keys) argument[code >> 3] = (argument[code >> 3] ?? 0) | (1 << (code & 7));
          return 0;
        }
        if (request === 0x400445a0) return argument[0] === 1 ? 0 : Errno.INVAL;
        if (request !== 0x40044590) return Errno.INVAL;
        if (pad.grabbed) return Errno.BUSY;
        pad.grabbed = true;
        return 0;
      },
      read(into) {
        if (pad.gone) return Errno.NODEV;
        const event = pad.#events.shift();
        if (event === undefined) return Errno.AGAIN;
        into.set(event);
        return event.length;
      },
      close() {
        pad.openNow -= 1;
        pad.grabbed = false;
      },
    };
  };

  send(type: number, code: number, value: number, seconds = 1, us = 500_250): void {
    const event = new Uint8Array(24);
    const fields = new DataView(event.buffer);
    fields.setBigInt64(0, BigInt(seconds), true);
    fields.setBigInt64(8, BigInt(us), true);
    fields.setUint16(16, type, true);
    fields.setUint16(18, code, true);
    fields.setInt32(20, value, true);
    this.#events.push(event);
  }

  tap(code: number): void {
    for (const value of [1, 2, 0]) {
      this.send(1, code, value);
      this.send(0, 0, 0);
    }
  }
}

class Desk {
  readonly clock = new SimulatedClock(0 as WallMs);
  readonly kernel = new SimulatedKernel();
  readonly changes$ = new Subject<void>();
  readonly presses: KeyPress[] = [];
  readonly keypad = new EvdevKeypad(
    this.clock,
    () => this.kernel,
    () => this.changes$,
  );
  readonly subscription = this.keypad.keys$.subscribe((press) => this.presses.push(press));

  plug(name: string, pad: SimulatedPad): void {
    this.kernel.devices.set(`/dev/input/${name}`, pad.device);
    this.changed();
  }

  pull(name: string, pad: SimulatedPad): void {
    pad.gone = true;
    this.kernel.turn();
    this.kernel.devices.delete(`/dev/input/${name}`);
    this.changed();
  }

  changed(): void {
    this.changes$.next();
    this.clock.advanceTo(this.clock.now() + 1000);
    this.kernel.turn();
  }

  get keys(): string {
    this.kernel.turn();
    return this.presses.map(({ key }) => key).join(' ');
  }
}

describe('EvdevKeypad', () => {
  it('tells what is pressed, once, with the kernel’s time', () => {
    const desk = new Desk();
    const pad = new SimulatedPad();
    desk.plug('event3', pad);
    for (const code of [82, 79, 80, 81, 75, 76, 77, 71, 72, 73, 11, 2, 10, 96, 14, 69, 55]) pad.tap(code);
    assert.equal(desk.keys, '0 1 2 3 4 5 6 7 8 9 0 1 9 enter clear');
    assert.equal(desk.presses[0]?.atMs, 1500.25);
  });

  it('takes a ten-key pad for itself and leaves everything else alone', () => {
    const desk = new Desk();
    const [pad, mouse, button] = [new SimulatedPad(), new SimulatedPad([272, 273]), new SimulatedPad([116])];
    desk.plug('event0', button);
    desk.plug('event1', mouse);
    desk.plug('event2', pad);
    assert.deepEqual([button.openNow, mouse.openNow, pad.openNow], [0, 0, 1]);
    assert.ok(pad.grabbed && !mouse.grabbed);
    desk.subscription.unsubscribe();
    assert.equal(pad.openNow, 0);
    assert.equal(desk.kernel.openHandles, 0);
  });

  it('is silent while pulled, and works on when it is back, under another name too', () => {
    const desk = new Desk();
    const pad = new SimulatedPad();
    desk.plug('event3', pad);
    pad.tap(79);
    assert.equal(desk.keys, '1');
    desk.pull('event3', pad);
    assert.equal(desk.kernel.openHandles, 0);
    const again = new SimulatedPad();
    desk.plug('event4', again);
    again.tap(80);
    assert.equal(desk.keys, '1 2');
    desk.pull('event4', again);
    const third = new SimulatedPad();
    desk.plug('event4', third);
    third.tap(81);
    assert.equal(desk.keys, '1 2 3');
  });

  it('gives a keyboard back to the console, until it is pulled, as soon as a letter is pressed on it', () => {
    const desk = new Desk();
    const board = new SimulatedPad([...BLOCK, 16, 30, 44]);
    desk.plug('event3', board);
    board.tap(79);
    assert.ok(board.grabbed && desk.keys === '1');
    board.tap(30);
    board.tap(80);
    assert.equal(desk.keys, '1');
    assert.ok(!board.grabbed);
    desk.changed();
    assert.ok(!board.grabbed, 'not taken again with the next thing that is plugged in');
    board.tap(81);
    assert.equal(desk.keys, '1');
    desk.pull('event3', board);
    assert.equal(desk.kernel.openHandles, 0);
    const again = new SimulatedPad();
    desk.plug('event3', again);
    again.tap(81);
    assert.equal(desk.keys, '1 3');
  });

  it('hears several pads', () => {
    const desk = new Desk();
    const [first, second] = [new SimulatedPad(), new SimulatedPad()];
    desk.plug('event3', first);
    desk.plug('event4', second);
    first.tap(79);
    assert.equal(desk.keys, '1');
    second.tap(80);
    assert.equal(desk.keys, '1 2');
  });

  it('does not make keys of what was lost in between', () => {
    const desk = new Desk();
    const pad = new SimulatedPad();
    desk.plug('event3', pad);
    pad.send(0, 3, 0);
    pad.send(1, 79, 1);
    pad.send(0, 0, 0);
    pad.tap(80);
    assert.equal(desk.keys, '2');
  });

  it('looks again where there is no folder to watch', () => {
    const desk = new Desk();
    desk.changes$.error(new Error('ENOENT'));
    const pad = new SimulatedPad();
    desk.kernel.devices.set('/dev/input/event0', pad.device);
    desk.clock.advanceTo(6000);
    pad.tap(79);
    assert.equal(desk.keys, '1');
  });

  it('reads the events of 32-bit programs', () => {
    const bytes = new Uint8Array(16);
    const fields = new DataView(bytes.buffer);
    fields.setUint32(0, 3_000_000_000, true);
    fields.setUint32(4, 250_000, true);
    fields.setUint16(8, 1, true);
    fields.setUint16(10, 79, true);
    fields.setInt32(12, 1, true);
    assert.deepEqual(inputEvent(bytes, 4), { atMs: 3_000_000_000_250, type: 1, code: 79, value: 1 });
  });
});

describe('a watch on a folder', () => {
  it('tells of what comes, and ends with the folder', async () => {
    const folder = path.join(mkdtempSync(path.join(tmpdir(), 'kikitome-')), 'input');
    mkdirSync(folder);
    // The watch itself keeps no process alive.
    const first = firstValueFrom(changes$(folder).pipe(take(1), toArray()));
    writeFileSync(path.join(folder, 'event0'), '');
    const keep = setInterval(() => undefined, 1000);
    assert.equal((await first).length, 1);
    const ended = new Promise<void>((resolve) => changes$(folder).subscribe({ complete: resolve }));
    rmSync(folder, { recursive: true });
    await ended;
    clearInterval(keep);
    await assert.rejects(
      new Promise((resolve, error) => changes$(folder).subscribe({ complete: () => resolve(0), error })),
    );
  });
});
