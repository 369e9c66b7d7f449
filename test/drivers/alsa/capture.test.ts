import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import sinon from 'sinon';
import { AlsaCapture } from '../../../drivers/alsa/capture.js';
import { openAlsa } from '../../../drivers/alsa/library.js';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import type { Clock, MonotonicMs, WallMs } from '../../../hal/clock.js';
import { HalError } from '../../../hal/errors.js';
import { SimulatedAlsa } from './simulated-alsa.js';

interface Heard {
  readonly firstSample: number;
  readonly atMs: number;
  readonly samples: Int16Array;
}

/** How often a device is looked at: what is lost ends with a look. */
const LOOK_MS = 100;

function rig(setUp: (card: SimulatedAlsa) => void = () => undefined) {
  const time = new SimulatedClock(0 as WallMs);
  let busyMs = 0;
  const clock: Clock = {
    now: () => (time.now() + busyMs) as MonotonicMs,
    wall: () => time.wall(),
    trust: () => time.trust(),
    after$: (delayMs) => time.after$(delayMs),
  };
  const card = new SimulatedAlsa(clock);
  setUp(card);
  const capture = new AlsaCapture({ role: 'line-1', pcm: 'hw:7', sampleRateHz: 8000, clock }, () => card);
  const heard: Heard[] = [];
  const errors: unknown[] = [];
  const listen = () =>
    capture.blocks$.subscribe({
      next: ({ firstSample, atMs, samples }) => heard.push({ firstSample, atMs, samples: samples.slice() }),
      error: (error: unknown) => errors.push(error),
    });
  return {
    card,
    capture,
    heard,
    errors,
    listen,
    pass: (ms: number) => time.advanceTo(time.now() + ms),
    /** Time goes by and this process does not get to run. */
    beBusy: (ms: number) => {
      busyMs += ms;
    },
    total: () => heard.reduce((sum, { samples }) => sum + samples.length, 0),
  };
}

/** Where blocks do not abut: the index before which, and the size. */
function gaps(heard: readonly Heard[]): { at: number; samples: number }[] {
  return heard.slice(1).flatMap((block, i) => {
    const before = heard[i];
    const at = before === undefined ? 0 : before.firstSample + before.samples.length;
    return block.firstSample === at ? [] : [{ at, samples: block.firstSample - at }];
  });
}

/** Every sample in its place: the card's sample number is the driver's, since both began at 0. */
function assertTrue(heard: readonly Heard[], slackSamples = 0): void {
  for (const { firstSample, samples } of heard) {
    const off = Math.abs((((samples[0] ?? 0) - (firstSample % 30000) + 45000) % 30000) - 15000);
    assert.ok(off <= slackSamples, `sample ${firstSample} is ${off} off`);
  }
}

const fault = (code: string, said: RegExp) => (error: unknown) =>
  error instanceof HalError && error.code === code && said.test(error.message) && !error.message.includes('\n');

describe('alsa: capture', () => {
  afterEach(() => sinon.restore());

  it('opens on subscribe and closes on unsubscribe, as often as one likes', () => {
    const { card, listen, pass } = rig();
    assert.equal(card.opened, 0);
    for (let i = 1; i <= 3; i += 1) {
      const subscription = listen();
      assert.deepEqual([card.openNow, card.opened], [1, i]);
      pass(50);
      subscription.unsubscribe();
      assert.equal(card.openNow, 0);
      pass(50);
    }
  });

  it('delivers every sample once, in order, at the time it was at the line', () => {
    const { heard, listen, pass, total } = rig();
    listen();
    pass(10000);
    assert.equal(total(), 80000);
    assert.deepEqual(gaps(heard), []);
    assertTrue(heard);
    for (const { firstSample, atMs } of heard) assert.ok(Math.abs(atMs - firstSample / 8) < 0.2);
  });

  it('counts from 0 whenever it is opened', () => {
    const { heard, listen, pass } = rig();
    listen().unsubscribe();
    pass(5000);
    listen();
    pass(100);
    assert.equal(heard[0]?.firstSample, 0);
    assert.ok(Math.abs((heard[0]?.atMs ?? 0) - 5000) < 0.2);
  });

  it('catches up after a pause shorter than the buffer, in blocks of at most 4096', () => {
    const { heard, listen, pass, beBusy, total } = rig();
    listen();
    pass(100);
    beBusy(1900);
    pass(100);
    assert.equal(total(), 16800);
    assert.ok(heard.every(({ samples }) => samples.length <= 4096));
    assert.deepEqual(gaps(heard), []);
    assertTrue(heard);
    for (const { firstSample, atMs } of heard) assert.ok(Math.abs(atMs - firstSample / 8) < 0.2);
  });

  it('looks at the round tenths of a second, whenever it was opened', () => {
    const { heard, listen, pass } = rig();
    pass(137);
    listen();
    pass(1000);
    const ends = heard.map(({ atMs, samples }) => atMs + samples.length / 8);
    assert.equal(ends.length, 10);
    for (const [i, endMs] of ends.entries())
      assert.ok(Math.abs(endMs - 200 - i * LOOK_MS) < 0.2, `a block to ${endMs} ms`);
  });

  it('looks more often at a device that keeps little', () => {
    const { card, heard, listen, pass, beBusy, total } = rig((small) => {
      small.bufferSamples = 1600;
    });
    listen();
    pass(1000);
    assert.equal(heard.length, 40);
    beBusy(170);
    pass(1000);
    assert.equal(card.recovered, 0);
    assert.equal(total(), 8 * 2150); // the last round time
    assert.deepEqual(gaps(heard), []);
  });

  it('stops in the middle of a catch-up when unsubscribed from inside', () => {
    const { card, capture, pass, beBusy } = rig();
    let blocks = 0;
    const subscription = capture.blocks$.subscribe(() => {
      blocks += 1;
      subscription.unsubscribe();
    });
    beBusy(1900);
    pass(1000);
    assert.deepEqual([blocks, card.openNow], [1, 0]);
  });

  for (const lostMs of [2500, 10000]) {
    it(`makes an overrun of ${lostMs} ms a gap of its length`, () => {
      const { card, heard, listen, pass, beBusy } = rig();
      listen();
      pass(1000);
      beBusy(lostMs);
      pass(1000);
      assert.equal(card.recovered, 1);
      assert.equal(gaps(heard).length, 1);
      const [gap] = gaps(heard);
      assert.equal(gap?.at, 8000);
      assert.ok(Math.abs((gap?.samples ?? 0) - 8 * (lostMs + LOOK_MS)) <= 1, `gap of ${gap?.samples}`);
      assertTrue(heard, 1);
    });
  }

  it('makes a suspend a gap of its length', () => {
    const { card, heard, errors, listen, pass } = rig();
    listen();
    pass(1000);
    card.suspended = true;
    pass(3000);
    card.suspended = false;
    pass(1000);
    assert.deepEqual(errors, []);
    assert.equal(gaps(heard).length, 1);
    assert.ok(Math.abs((gaps(heard)[0]?.samples ?? 0) - 8 * (3000 + LOOK_MS)) <= 1);
    assertTrue(heard, 1);
  });

  it('takes short reads for what they are', () => {
    const { heard, listen, pass, total } = rig((card) => {
      card.mostRead = 37;
    });
    listen();
    pass(1000);
    assert.equal(total(), 8000);
    assert.deepEqual(gaps(heard), []);
    assertTrue(heard);
  });

  it('makes a hole in the stream a gap, although the device reports none', () => {
    const { card, heard, listen, pass } = rig();
    listen();
    pass(1000);
    card.frozen = true;
    pass(500);
    card.lost = 4000;
    card.frozen = false;
    pass(1000);
    assert.deepEqual(gaps(heard), [{ at: 8000, samples: 4000 }]);
  });

  for (const [driftPpm, lump] of [
    [300, 160],
    [-300, 160],
    [0, 320],
    [-10000, 1],
  ] as const) {
    it(`finds no gap in an hour of a card ${driftPpm} ppm off that tells in lumps of ${lump}`, () => {
      const { heard, listen, pass, total } = rig((card) => {
        card.driftPpm = driftPpm;
        card.lump = lump;
      });
      listen();
      for (let i = 0; i < 3600; i += 1) {
        pass(1000);
        assert.deepEqual(gaps(heard.slice(-51)), []);
        heard.splice(0, heard.length - 1);
      }
      const last = heard[0];
      const made = Math.floor((3600e3 * 8 * (1 + driftPpm / 1e6)) / lump) * lump;
      assert.equal((last?.firstSample ?? 0) + total(), made);
    });
  }

  it('says DEVICE_GONE when the device vanishes, is closed by then, and comes back', () => {
    const { card, heard, errors, listen, pass } = rig();
    listen();
    pass(1000);
    card.unplugged = true;
    pass(1000);
    assert.equal(errors.length, 1);
    assert.ok(fault('DEVICE_GONE', /^line-1 \(hw:7\): lost while recording \(NODEV\)$/)(errors[0]));
    assert.equal(card.openNow, 0);
    listen();
    assert.ok(fault('DEVICE_MISSING', /^line-1 \(hw:7\): no such device/)(errors[1]));
    card.unplugged = false;
    listen();
    pass(100);
    assert.equal(errors.length, 2);
    const last = heard.at(-1);
    assert.deepEqual([last?.firstSample, last?.samples.length], [0, 800]);
  });

  it('says DEVICE_GONE when the device goes silent for good', () => {
    const { card, errors, listen, pass } = rig();
    listen();
    pass(1000);
    card.frozen = true;
    pass(1999);
    card.bufferSamples = Number.POSITIVE_INFINITY;
    pass(2900);
    assert.deepEqual(errors, []);
    pass(200);
    assert.ok(fault('DEVICE_GONE', /no samples for 5 s/)(errors[0]));
    assert.equal(card.openNow, 0);
  });

  it('says DEVICE_GONE when a suspended device never wakes', () => {
    const { card, errors, listen, pass } = rig();
    listen();
    card.suspended = true;
    pass(6000);
    assert.ok(fault('DEVICE_GONE', /no samples/)(errors[0]));
  });

  it('names a device that is missing or taken', () => {
    for (const [what, code, said] of [
      ['missing', 'DEVICE_MISSING', /^line-1 \(hw:7\): no such PCM/],
      ['busy', 'DEVICE_BUSY', /^line-1 \(hw:7\): in use/],
    ] as const) {
      const { card, errors, listen } = rig((simulated) => {
        simulated.fault = what;
      });
      listen();
      assert.ok(fault(code, said)(errors[0]));
      assert.equal(card.openNow, 0);
    }
  });

  it('refuses another rate, number of channels or format, and closes the device', () => {
    for (const [insists, said] of [
      [{ rateHz: 44100 }, /asked for 8000 Hz, 1 channel, S16_LE, the device gives 44100 Hz, 1 channel, S16_LE$/],
      [{ channels: 2 }, /the device gives 8000 Hz, 2 channels, S16_LE$/],
      [{ sample: 'S32_LE' }, /the device gives 8000 Hz, 1 channel, S32_LE$/],
    ] as const) {
      const { card, errors, listen } = rig((simulated) => {
        simulated.insists = insists;
      });
      listen();
      assert.ok(fault('FORMAT_REFUSED', said)(errors[0]));
      assert.equal(card.openNow, 0);
    }
  });

  it('refuses a device that cannot be set up at all', () => {
    const { card, errors, listen } = rig((simulated) => {
      simulated.fault = 'unfit';
    });
    listen();
    assert.ok(fault('FORMAT_REFUSED', /asked for 8000 Hz, .* nothing like it$/)(errors[0]));
    assert.equal(card.openNow, 0);
  });

  it('says so in one line when the library is missing', () => {
    sinon
      .stub(createRequire(import.meta.url)('koffi') as typeof import('koffi'), 'load')
      .throws(new Error('no such file'));
    assert.throws(openAlsa, fault('LIBRARY_MISSING', /libasound2/));
    const clock = new SimulatedClock(0 as WallMs);
    const errors: unknown[] = [];
    const capture = new AlsaCapture({ role: 'line-1', pcm: 'hw:7', sampleRateHz: 8000, clock });
    capture.blocks$.subscribe({ error: (error: unknown) => errors.push(error) });
    assert.ok(fault('LIBRARY_MISSING', /libasound2/)(errors[0]));
  });
});
