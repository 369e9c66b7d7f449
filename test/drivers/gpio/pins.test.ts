import assert from 'node:assert/strict';
import { openBoardData } from '../../../boards/open.js';
import { board as tapHat } from '../../../boards/tap-hat/board.js';
import { loadOnoff } from '../../../drivers/gpio/onoff-library.js';
import { pinsOf, wayToPins } from '../../../drivers/gpio/pins.js';
import { Errno } from '../../../drivers/kernel/errno.js';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import type { WallMs } from '../../../hal/clock.js';
import { HalError } from '../../../hal/errors.js';
import type { LineEdge } from '../../../hal/line.js';
import { SimulatedKernel } from '../kernel/simulated-kernel.js';
import { SimulatedChip } from './simulated-chip.js';
import { SimulatedOnoff } from './simulated-onoff.js';

const LABEL = 'pinctrl-bcm2711';

describe('the way to the pins', () => {
  const clock = new SimulatedClock(0 as WallMs);
  const wayOf = (prepare: (kernel: SimulatedKernel) => void) => {
    const kernel = new SimulatedKernel();
    prepare(kernel);
    const way = wayToPins({ openKernel: () => kernel });
    assert.equal(kernel.openHandles, 0);
    return way;
  };
  const sysfs = (kernel: SimulatedKernel) => kernel.devices.set('/sys/class/gpio/gpiochip512', () => Errno.ACCES);
  const chip = (kernel: SimulatedKernel, old: boolean, path = '/dev/gpiochip0') => {
    new SimulatedChip(kernel, path, LABEL, clock).old = old;
  };

  it('is the character device where the kernel has its second ABI, sysfs beside it or not', () => {
    assert.equal(
      wayOf((kernel) => chip(kernel, false)),
      'character-device',
    );
    assert.equal(
      wayOf((kernel) => {
        chip(kernel, false);
        sysfs(kernel);
      }),
      'character-device',
    );
  });

  it('is sysfs where the kernel has the first ABI alone, or no character device at all', () => {
    assert.equal(
      wayOf((kernel) => {
        chip(kernel, true);
        sysfs(kernel);
      }),
      'sysfs',
    );
    assert.equal(
      wayOf((kernel) => sysfs(kernel)),
      'sysfs',
    );
  });

  it('is the character device, which says what is missing, where nothing can be asked', () => {
    const refused = (kernel: SimulatedKernel) => kernel.devices.set('/dev/gpiochip0', () => Errno.ACCES);
    for (const prepare of [() => undefined, refused]) assert.equal(wayOf(prepare), 'character-device');
    const openKernel = (): never => {
      throw new HalError('LIBRARY_MISSING', 'kernel', 'no koffi');
    };
    assert.equal(wayToPins({ openKernel }), 'character-device');
  });

  it('asks the next chip where one may not be opened', () => {
    assert.equal(
      wayOf((kernel) => {
        kernel.devices.set('/dev/gpiochip0', () => Errno.ACCES);
        chip(kernel, true, '/dev/gpiochip1');
      }),
      'sysfs',
    );
  });
});

describe('a board on a kernel before 5.10', () => {
  const clock = new SimulatedClock(0 as WallMs);
  const { bias: _, ...hook } = tapHat.lines[0]?.hook ?? { offset: -1 };
  const [line] = tapHat.lines;
  assert.ok(line);
  /** As a board file has it whose resistors are set at boot. */
  const unbiased = { ...tapHat, lines: [{ id: line.id, hook, pcm: line.pcm, sampleRateHz: line.sampleRateHz }] };
  const openKernel = () => new SimulatedKernel();

  it('has its line, its lamp and its bypass by sysfs', () => {
    const sysfs = new SimulatedOnoff(LABEL);
    const pins = pinsOf(LABEL, 'sysfs', clock, { openKernel, loadOnoff: () => sysfs });
    sysfs.drive(hook.offset, true);
    const { lines, lamp, close } = openBoardData({ data: unbiased, clock, pi: null, pins });
    assert.equal(sysfs.high(tapHat.bypassRelay?.offset ?? -1), true);
    assert.equal(lines[0]?.sense.hook(), 'on-hook');
    const edges: LineEdge[] = [];
    const listening = lines[0]?.sense.edges$.subscribe((edge) => edges.push(edge));
    sysfs.drive(hook.offset, false);
    sysfs.turn();
    assert.deepEqual(
      edges.map((edge) => edge.kind === 'hook' && edge.hook),
      ['off-hook'],
    );
    lamp.show({ colour: 'green', rhythmMs: [] });
    listening?.unsubscribe();
    close();
    assert.equal(sysfs.high(tapHat.bypassRelay?.offset ?? -1), false);
  });

  it('is told what to do where it wants resistors that sysfs does not set', () => {
    const pins = pinsOf(LABEL, 'sysfs', clock, { openKernel, loadOnoff: () => new SimulatedOnoff(LABEL) });
    const { lines } = openBoardData({ data: tapHat, clock, pi: null, pins });
    const message =
      /^line-1 \(pinctrl-bcm2711 by sysfs\): .* line 5 wants one: have it set at boot \(config\.txt: gpio=5=pu\) /u;
    assert.throws(() => lines[0]?.sense.hook(), { code: 'FORMAT_REFUSED', message });
  });

  it('is told what to do where the addon is not built', () => {
    const unbuilt = () => {
      throw new Error('no addon');
    };
    const pins = pinsOf(LABEL, 'sysfs', clock, { openKernel, loadOnoff: () => loadOnoff(unbuilt) });
    assert.throws(() => openBoardData({ data: unbiased, clock, pi: null, pins }), {
      code: 'LIBRARY_MISSING',
      message:
        /^gpio \(onoff\): a kernel before 5\.10 wants the package onoff, .* npm rebuild epoll --ignore-scripts=false/u,
    });
  });
});
