import assert from 'node:assert/strict';
import { openVirtualBoard } from '../../boards/virtual/board.js';
import { SystemClock } from '../../drivers/clock/system.js';
import { openTrace } from '../../drivers/simulated/trace.js';
import type { World } from '../../firmware/cli/world.js';
import { HOME, kikitome, must } from '../support/world.js';
import { scratch } from './recorded.js';

const TRACE = `${HOME}/boards/virtual/office-morning/04-missed`;

describe('scenario: a box whose kernel gives pins by sysfs only', () => {
  const at = scratch();
  const openBoard: World['openBoard'] = async ({ speed }) => {
    const board = openVirtualBoard({ traces: [openTrace(TRACE)], speed, faults: [], realClock: new SystemClock() });
    return { board, pins: 'sysfs', play: (play) => board.play(play), hands: board.hands };
  };

  it('says so once, and what that costs, where it records', async () => {
    await must(['format', '--data', at('store'), '--capacity', '8MiB']);
    const argv = ['run', '--data', at('store'), '--trace', TRACE, '--speed', 'max'];
    const { exit, err } = await kikitome(argv, { openBoard });
    assert.equal(exit, 0);
    assert.match(err, /^kikitome: PINS_BY_SYSFS: the kernel is older than 5\.10; [^\n]*edges may be missed[^\n]*\n$/u);
  });

  it('says so where it is tried, in the language asked for', async () => {
    const { exit, err } = await kikitome(['selftest', '--trace', TRACE, '--lang', 'ja'], { openBoard });
    assert.equal(exit, 0);
    assert.match(err, /^kikitome: PINS_BY_SYSFS: カーネルが [^\n]*\n$/u);
  });
});
