import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AlsaCapture } from '../../drivers/alsa/capture.js';
import { openPinHash } from '../../drivers/argon2/pin-hash.js';
import { SystemClock } from '../../drivers/clock/system.js';
import { loadOnoff } from '../../drivers/gpio/onoff-library.js';
import { openKernel } from '../../drivers/kernel/kernel.js';
import { openNativeLame } from '../../drivers/lame/native.js';
import { loadSerialPorts } from '../../drivers/serial/port.js';
import { HalError } from '../../hal/errors.js';
import { LevelMap } from '../../storage/level-map.js';

/**
 * `natives.ts PORT`, beside the drivers of an installed recorder: has every native package do on this machine what the recorder has it do.
 * PORT is a serial port that sends back what it is sent. Says what was done; throws at the first that does not work.
 */
const TIOCGWINSZ = 0x5413;
const [port = ''] = process.argv.slice(2);
const clock = new SystemClock();

async function shown(what: string, work: () => Promise<string>): Promise<void> {
  const sinceMs = clock.now();
  const said = await work();
  console.log(`    ${what}: ${said} (${Math.round(clock.now() - sinceMs)} ms)`);
}

await shown('koffi, libmp3lame', async () => {
  const codec = openNativeLame();
  const encoder = codec.open({ sampleRateHz: 8000, bitRate: 32_000, leadIn: new Int16Array(0) });
  const second = Int16Array.from({ length: 8000 }, (_, i) => 8000 * Math.sin((2 * Math.PI * 440 * i) / 8000));
  const frames = [...encoder.encode(second), ...encoder.finish()];
  encoder.close();
  assert.equal(frames.length, Math.ceil(8000 / encoder.samplesPerFrame));
  for (const frame of frames) assert.equal(frame[0], 0xff);
  return `${codec.name}, a second is ${frames.length} frames`;
});

await shown('koffi, libasound', async () => {
  const capture = new AlsaCapture({ role: 'line-1', pcm: 'null', sampleRateHz: 8000, clock });
  const samples = await new Promise<number>((done, failed) => {
    let heard = 0;
    const listening = capture.blocks$.subscribe({
      next: (block) => {
        heard += block.samples.length;
        if (heard < 4000) return;
        listening.unsubscribe();
        done(heard);
      },
      error: failed,
    });
  });
  return `${samples} samples of the null device`;
});

await shown('koffi, the C library', async () => {
  const kernel = openKernel();
  const handle = kernel.open(port);
  assert.equal(kernel.ioctl(handle, TIOCGWINSZ, new Uint8Array(8)), 0);
  kernel.close(handle);
  assert.ok(kernel.ioctl(handle, TIOCGWINSZ, new Uint8Array(8)) < 0, 'of a handle that is none');
  return 'an ioctl as the GPIO driver makes it';
});

await shown('@serialport/bindings-cpp', async () => {
  const ports = await loadSerialPorts();
  const open = await ports.open(port, 115_200);
  const heard = await new Promise<string>((done, failed) => {
    let text = '';
    open.listen({
      bytes: (bytes) => {
        text += Buffer.from(bytes).toString('latin1');
        if (text.length >= 4) done(text);
      },
      lost: failed,
    });
    open.write('AT\r\n');
  });
  await open.close();
  assert.equal(heard, 'AT\r\n');
  return 'a word there and back over a pty';
});

await shown('@node-rs/argon2', async () => {
  const pins = await openPinHash();
  const hash = await pins.hash('402716');
  assert.equal(await pins.verify(hash, '402716'), true);
  assert.equal(await pins.verify(hash, '402717'), false);
  return pins.name;
});

await shown('classic-level', async () => {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'kikitome-level-')), 'index');
  const puts = Array.from({ length: 1000 }, (_, i) => ({ type: 'put', key: `k${i}`, value: `${i}` }) as const);
  const map = await LevelMap.open(folder);
  await map.batch(puts);
  await map.close();
  const again = await LevelMap.open(folder);
  assert.equal(await again.get('k999'), '999');
  assert.equal((await again.page({ gte: 'k', lt: 'l', reverse: true }, 1))[0]?.[0], 'k999');
  await again.close();
  return '1000 entries put, closed and read back';
});

await shown('onoff', async () => {
  // Its addon is compiled where it is installed, and is not installed by default: the driver says so.
  assert.throws(loadOnoff, (error) => error instanceof HalError && error.code === 'LIBRARY_MISSING');
  return 'not built by default, and said so';
});
