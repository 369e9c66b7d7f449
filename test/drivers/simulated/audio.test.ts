import assert from 'node:assert/strict';
import { SimulatedAudio } from '../../../drivers/simulated/audio.js';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import type { WallMs } from '../../../hal/clock.js';

describe('SimulatedAudio', () => {
  const rig = () => {
    const clock = new SimulatedClock(0 as WallMs);
    const audio = new SimulatedAudio('line-1', 8000, clock);
    const heard: string[] = [];
    const listen = () =>
      audio.blocks$.subscribe({
        next: ({ firstSample, atMs, samples }) => heard.push(`${firstSample}@${atMs}+${samples.length}`),
        error: ({ code }) => heard.push(code),
      });
    const hear = (first: number, count: number) => {
      clock.advanceTo((first + count) / 8);
      audio.hear(first, new Int16Array(count));
    };
    return { clock, audio, heard, listen, hear };
  };

  it('counts samples from each subscription, to the sample', () => {
    const { clock, heard, listen, hear } = rig();
    hear(0, 256);
    clock.advanceTo(50);
    const first = listen();
    hear(256, 256);
    hear(512, 256);
    first.unsubscribe();
    hear(768, 256);
    listen();
    hear(1024, 8);
    assert.deepEqual(heard, ['0@50+112', '112@64+256', '0@128+8']);
  });

  it('can be opened once at a time', () => {
    const { audio, heard, listen } = rig();
    const first = listen();
    listen();
    assert.deepEqual(heard, ['DEVICE_BUSY']);
    assert.equal(audio.listening, true);
    first.unsubscribe();
    assert.equal(audio.listening, false);
    listen();
    assert.deepEqual(heard, ['DEVICE_BUSY']);
  });

  for (const fault of ['capture-overrun', 'capture-stall'] as const) {
    it(`loses what is heard during ${fault}, with a jump of its size`, () => {
      const { audio, heard, listen, hear } = rig();
      listen();
      hear(0, 80);
      audio.begin(fault);
      audio.begin(fault);
      hear(80, 80);
      audio.end(fault);
      hear(160, 80);
      audio.end(fault);
      hear(240, 80);
      assert.deepEqual(heard, ['0@0+80', '240@30+80']);
    });
  }

  it('errors when the device goes, is missing until it is back, and then counts anew', () => {
    const { audio, heard, listen, hear } = rig();
    listen();
    hear(0, 80);
    audio.begin('capture-gone');
    listen();
    hear(80, 80);
    audio.end('capture-gone');
    listen();
    hear(160, 80);
    assert.deepEqual(heard, ['0@0+80', 'DEVICE_GONE', 'DEVICE_MISSING', '0@20+80']);
  });

  it('shows no gap for time that is passed over', () => {
    const { clock, audio, heard, listen, hear } = rig();
    listen();
    hear(0, 80);
    clock.advanceTo(1000);
    audio.skip(80, 8000);
    hear(8000, 80);
    assert.deepEqual(heard, ['0@0+80', '80@1000+80']);
  });

  it('opened while time is passed over, begins with what comes after', () => {
    const { clock, audio, heard, listen, hear } = rig();
    hear(0, 80);
    clock.advanceTo(500);
    listen();
    clock.advanceTo(1000);
    audio.skip(80, 8000);
    hear(8000, 80);
    assert.deepEqual(heard, ['0@1000+80']);
  });
});
