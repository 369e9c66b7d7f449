import assert from 'node:assert/strict';
import { chmodSync, mkdirSync } from 'node:fs';
import { SimulatedClock } from '../../drivers/simulated/clock.js';
import { SimulatedLamp } from '../../drivers/simulated/lamp.js';
import type { FaultCode } from '../../firmware/faults/fault.js';
import { faultPattern, PATTERNS } from '../../firmware/panel/view.js';
import type { Board } from '../../hal/board.js';
import type { WallMs } from '../../hal/clock.js';
import type { LampPattern } from '../../hal/panel.js';
import { kikitome, must } from '../support/world.js';
import { scratch } from './recorded.js';

describe('scenario: a box that starts without its medium', () => {
  const at = scratch();
  const clock = new SimulatedClock(Date.parse('2026-11-24T09:00:00+09:00') as WallMs);
  const lamp = new SimulatedLamp();
  /** A box without lines, and without an end. */
  const board: Board = {
    id: 'bare',
    clock,
    lines: [],
    lamp,
    button: null,
    buzzer: null,
    keypads: [],
    sticks: null,
    health: [],
  };
  const shows = (pattern: LampPattern) =>
    new Promise<void>((done) => {
      const looking = lamp.shown$.subscribe(({ rhythmMs }) => {
        if (String(rhythmMs) !== String(pattern.rhythmMs)) return;
        done();
        setImmediate(() => looking.unsubscribe());
      });
    });
  const start = () => {
    const stop = new AbortController();
    lamp.show(PATTERNS.done);
    const ended = kikitome(['run', '--data', at('store')], { openBoard: async () => ({ board }), stop: stop.signal });
    return { stop, ended };
  };

  it('says so by its lamp, and records once the medium is there', async () => {
    const { stop, ended } = start();
    await shows(faultPattern('STORAGE_MISSING'));
    mkdirSync(at('store'));
    clock.advanceTo(clock.now() + 5000); // a folder, and no store in it
    await must(['format', '--data', at('store'), '--capacity', '8MiB']);
    // How far it has come by now is its own business: it is tried again every five seconds.
    let ready = false;
    void shows(PATTERNS.ready).then(() => {
      ready = true;
    });
    while (!ready) {
      clock.advanceTo(clock.now() + 5000);
      await new Promise(setImmediate);
    }
    stop.abort();
    const { exit, err, out } = await ended;
    assert.equal(exit, 0);
    assert.match(out, /recording on/);
    assert.match(err, /^kikitome: DATA_MISSING: [^\n]*\n(kikitome: STORE_MISSING: [^\n]*\n)?$/);
  });

  it('stops when it is told to, with the reason', async () => {
    chmodSync(at('store'), 0o500);
    const code: FaultCode = 'STORAGE_READ_ONLY';
    if (process.getuid?.() === 0) {
      chmodSync(at('store'), 0o700); // whoever may do everything is refused nothing: take the store away instead
      await must(['dispose', '--data', at('store'), '--by', 'x', '--certificate', at('certificate.json')]);
    }
    const expected = process.getuid?.() === 0 ? ('STORAGE_MISSING' as const) : code;
    const { stop, ended } = start();
    await shows(faultPattern(expected));
    stop.abort();
    const { exit } = await ended;
    chmodSync(at('store'), 0o700);
    assert.equal(exit, process.getuid?.() === 0 ? 1 : 3);
  });
});
