import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import sinon from 'sinon';
import { openMp3Codec } from '../../../drivers/lame/codec.js';
import { bitRatesAt, parseFrame } from '../../../drivers/lame/frames.js';
import { openNativeLame } from '../../../drivers/lame/native.js';
import { openWasmLame } from '../../../drivers/lame/wasm.js';
import type { Mp3Codec, Mp3Encoder } from '../../../hal/codec.js';
import { HalError } from '../../../hal/errors.js';
import { align } from '../../support/align.js';
import { checkMp3, decodeMp3 } from '../../support/mp3.js';
import { voice } from './voice.js';

const NONE = new Int16Array(0);
const RATES_HZ = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000];

interface Take {
  readonly sampleRateHz?: number;
  readonly bitRate?: number;
  readonly leadIn?: Int16Array;
  readonly chunk?: number;
}

function record(codec: Mp3Codec, samples: Int16Array, take: Take = {}): Uint8Array[] {
  const { sampleRateHz = 8000, bitRate = 32000, leadIn = NONE, chunk = 160 } = take;
  const encoder = codec.open({ sampleRateHz, bitRate, leadIn });
  const frames: Uint8Array[] = [];
  for (let i = 0; i < samples.length; i += chunk) frames.push(...encoder.encode(samples.subarray(i, i + chunk)));
  frames.push(...encoder.finish());
  encoder.close();
  return frames;
}

const refusal = (code: string, said: RegExp) => (error: unknown) =>
  error instanceof HalError && error.code === code && said.test(error.message) && !error.message.includes('\n');

for (const [name, open] of [
  ['native', async () => openNativeLame()],
  ['wasm', openWasmLame],
] as const) {
  describe(`lame: ${name}`, () => {
    let codec: Mp3Codec;
    before(async () => {
      codec = await open();
    });

    it('says which LAME it is', () => assert.match(codec.name, /^(libmp3lame|wasm lame) 3\.\d+/));

    for (const [sampleRateHz, bitRate] of [
      [8000, 16000],
      [8000, 32000],
      [11025, 24000],
      [16000, 32000],
      [22050, 56000],
      [32000, 64000],
      [44100, 64000],
      [48000, 64000],
    ] as const) {
      it(`is aligned to the sample at ${sampleRateHz} Hz, ${bitRate} bit/s (seed 1)`, () => {
        const all = voice(sampleRateHz, 4, 1);
        const said = all.subarray(sampleRateHz / 2);
        const leadIn = all.subarray(0, sampleRateHz / 2);
        const mp3 = Buffer.concat(record(codec, said, { sampleRateHz, bitRate, leadIn }));
        checkMp3(mp3);
        const { lagSamples, correlation } = align(said, decodeMp3(mp3), 3000);
        assert.equal(lagSamples, 0);
        assert.ok(correlation > 0.95, `correlation ${correlation}`);
      });
    }

    it('is aligned without lead-in, with a little, and with more than it can use (seed 2)', () => {
      const all = voice(8000, 3, 2);
      for (const start of [0, 1, 46, 48, codec.leadInSamples, codec.leadInSamples + 1, 12000]) {
        const frames = record(codec, all.subarray(start), { leadIn: all.subarray(0, start) });
        assert.equal(
          align(all.subarray(start), decodeMp3(Buffer.concat(frames)), 2000).lagSamples,
          0,
          `lead-in ${start}`,
        );
      }
    });

    it('uses the last leadInSamples of the lead-in and nothing before (seed 3)', () => {
      const all = voice(8000, 2, 3);
      const start = codec.leadInSamples + 500;
      const whole = record(codec, all.subarray(start), { leadIn: all.subarray(0, start) });
      const last = record(codec, all.subarray(start), { leadIn: all.subarray(500, start) });
      const other = record(codec, all.subarray(start), { leadIn: new Int16Array(start) });
      assert.ok(Buffer.concat(whole).equals(Buffer.concat(last)));
      assert.ok(!Buffer.concat(whole).equals(Buffer.concat(other)));
    });

    it('makes ceil(given / samplesPerFrame) whole frames, each by itself, at every pair of rates', () => {
      for (const sampleRateHz of RATES_HZ) {
        for (const bitRate of bitRatesAt(sampleRateHz) ?? []) {
          const perFrame = sampleRateHz >= 32000 ? 1152 : 576;
          const frames = record(codec, voice(sampleRateHz, (perFrame * 3.5) / sampleRateHz, 4), {
            sampleRateHz,
            bitRate,
          });
          assert.equal(frames.length, 4);
          for (const bytes of frames) {
            const info = parseFrame(bytes);
            assert.deepEqual(
              [
                info?.sampleRateHz,
                info?.bitRate,
                info?.samplesPerFrame,
                info?.channels,
                info?.bytes,
                info?.mainDataBegin,
              ],
              [sampleRateHz, bitRate, perFrame, 1, bytes.length, 0],
            );
          }
        }
      }
    });

    it('gives the same bytes in any chunks, and the right number of frames', () => {
      const all = voice(8000, 1, 5);
      fc.assert(
        fc.property(fc.integer({ min: 0, max: all.length }), fc.infiniteStream(fc.nat(1500)), (given, chunks) => {
          const encoder = codec.open({ sampleRateHz: 8000, bitRate: 24000, leadIn: NONE });
          const frames: Uint8Array[] = [];
          for (let at = 0; at < given; ) {
            const to = Math.min(given, at + (chunks.next().value ?? 1));
            frames.push(...encoder.encode(all.subarray(at, to)));
            at = to;
          }
          frames.push(...encoder.finish());
          encoder.close();
          assert.equal(frames.length, Math.ceil(given / 576));
          const atOnce = record(codec, all.subarray(0, given), { bitRate: 24000, chunk: all.length });
          assert.ok(Buffer.concat(frames).equals(Buffer.concat(atOnce)));
        }),
        { seed: 5, numRuns: 40 },
      );
    });

    it('lets a frame go with the sample that completes it', () => {
      const encoder = codec.open({ sampleRateHz: 8000, bitRate: 32000, leadIn: NONE });
      const left: number[] = [];
      for (let i = 1; i <= 576 * 5; i += 1) if (encoder.encode(new Int16Array(1)).length > 0) left.push(i);
      encoder.close();
      // 1105 samples of codec delay and LAME's look-ahead of 224 behind the frame's own end.
      assert.deepEqual(left, [576 + 1329, 2 * 576 + 1329]);
    });

    it('keeps streams apart that are made at the same time, and outgrows its memory unharmed (seeds 6 and 7)', () => {
      const voices = [voice(8000, 2, 6), voice(8000, 2, 7)];
      const open = () => codec.open({ sampleRateHz: 8000, bitRate: 32000, leadIn: NONE });
      const takes = voices.map((said) => ({ said, encoder: open(), frames: [] as Uint8Array[] }));
      const others: Mp3Encoder[] = [];
      for (let i = 0; i < 16000; i += 400) {
        for (const { said, encoder, frames } of takes) frames.push(...encoder.encode(said.subarray(i, i + 400)));
        if (i % 1600 === 0) others.push(open());
      }
      for (const other of others) other.close();
      for (const { said, encoder, frames } of takes) {
        frames.push(...encoder.finish());
        encoder.close();
        assert.ok(Buffer.concat(frames).equals(Buffer.concat(record(codec, said))));
      }
    });

    it('refuses rates that Layer III does not have, naming those it has', () => {
      const asking = (sampleRateHz: number, bitRate: number) => () =>
        codec.open({ sampleRateHz, bitRate, leadIn: NONE });
      assert.throws(asking(9000, 32000), refusal('FORMAT_REFUSED', /9000 Hz.* 8000, .*48000 Hz/));
      assert.throws(asking(8000, 12000), refusal('FORMAT_REFUSED', /8000 Hz has no 12 kbit\/s.* 8, 16, .*64 kbit/));
      assert.throws(asking(8000, 128000), refusal('FORMAT_REFUSED', /64 kbit\/s$/));
      assert.throws(asking(48000, 16000), refusal('FORMAT_REFUSED', / 32, .*320 kbit/));
    });

    it('closes at any time, any number of times, and is unusable afterwards', () => {
      const encoder = codec.open({ sampleRateHz: 8000, bitRate: 32000, leadIn: NONE });
      encoder.encode(new Int16Array(3000));
      encoder.close();
      encoder.close();
      assert.throws(() => encoder.encode(new Int16Array(1000)), /closed/);
      assert.throws(() => encoder.finish(), /closed/);
    });

    it('takes nothing after finish', () => {
      const encoder = codec.open({ sampleRateHz: 8000, bitRate: 32000, leadIn: NONE });
      encoder.encode(new Int16Array(577));
      assert.equal(encoder.finish().length, 2);
      assert.deepEqual(encoder.finish(), []);
      assert.throws(() => encoder.encode(new Int16Array(1)), /finish/);
      encoder.close();
    });
  });
}

describe('lame: choice', () => {
  afterEach(() => sinon.restore());
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');

  it('takes the system library where there is one', async () => {
    assert.match((await openMp3Codec()).name, /^libmp3lame /);
  });

  it('says so in one line when the system library is missing', () => {
    sinon.stub(koffi, 'load').throws(new Error('libmp3lame.so.0: cannot open shared object file'));
    assert.throws(openNativeLame, refusal('LIBRARY_MISSING', /libmp3lame0/));
  });

  it('falls back to WebAssembly', async () => {
    sinon.stub(koffi, 'load').throws(new Error('no such file'));
    assert.equal((await openMp3Codec()).name, 'wasm lame 3.100');
  });

  // The native library is told a quality that the package has no word for.
  it('sounds the same from either (seed 8)', async () => {
    const said = voice(8000, 4, 8);
    const [native, wasm] = [openNativeLame(), await openWasmLame()].map((c) =>
      decodeMp3(Buffer.concat(record(c, said))),
    );
    const { lagSamples, correlation } = align(native ?? NONE, wasm ?? NONE, 100);
    assert.equal(lagSamples, 0);
    assert.ok(correlation > 0.99, `correlation ${correlation}`);
  });
});
