import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TraceError, type TraceErrorCode } from '../../../drivers/simulated/errors.js';
import { inspectWav, WavReader } from '../../../drivers/simulated/wav.js';
import { Chance } from '../../support/chance.js';
import { wavHead, wavSamples, writeWav } from '../../support/wav.js';

const chunk = (id: string, body: Buffer): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.length);
  return Buffer.concat([Buffer.from(id, 'latin1'), size, body, Buffer.alloc(body.length % 2)]);
};
const riff = (...chunks: Buffer[]): Buffer => chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), ...chunks]));
const noise = (seed: number, count: number): Int16Array => {
  const chance = new Chance(seed);
  return Int16Array.from({ length: count }, () => chance.integer(-32768, 32767));
};

describe('WavReader', () => {
  let dir = '';
  let file = '';
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'kikitome-wav-'));
    file = join(dir, 'a.wav');
  });
  after(() => rmSync(dir, { recursive: true }));

  const refuses = (code: TraceErrorCode, bytes: Buffer) => {
    writeFileSync(file, bytes);
    assert.throws(
      () => inspectWav(file),
      (error) => {
        assert.ok(error instanceof TraceError);
        assert.equal(error.code, code);
        assert.ok(error.message.startsWith(`${file}: `), error.message);
        assert.doesNotMatch(error.message, /\n/u);
        return true;
      },
    );
  };
  const pcm = wavHead({ sampleRateHz: 8000, dataBytes: 8 }).subarray(20, 36);
  const extensible = (tag: number, validBits: number, tail = '000000001000800000aa00389b71') => {
    const format = Buffer.alloc(40);
    pcm.copy(format);
    format.writeUInt16LE(0xfffe, 0);
    format.writeUInt16LE(22, 16);
    format.writeUInt16LE(validBits, 18);
    format.writeUInt16LE(tag, 24);
    Buffer.from(tail, 'hex').copy(format, 26);
    return riff(chunk('fmt ', format), chunk('data', Buffer.alloc(8)));
  };

  it('gives the samples of a whole read in pieces of any size (seed 1)', () => {
    const samples = noise(1, 200_001);
    writeWav(file, samples);
    const wav = inspectWav(file);
    assert.deepEqual(wav, { path: file, sampleRateHz: 8000, samples: samples.length, dataOffsetBytes: 44 });
    const reader = new WavReader(wav);
    const chance = new Chance(1);
    for (let first = 0; first < samples.length; ) {
      const target = new Int16Array(Math.min(chance.integer(0, 5000), samples.length - first));
      reader.read(first, target);
      assert.ok(wavSamples(target).equals(wavSamples(samples.subarray(first, first + target.length))));
      first += target.length;
    }
    const whole = new Int16Array(samples.length);
    reader.read(0, whole);
    assert.ok(wavSamples(whole).equals(wavSamples(samples)));
    assert.throws(() => reader.read(samples.length - 1, new Int16Array(2)), RangeError);
    reader.close();
    reader.close();
  });

  it('takes chunks in any order, pads odd ones, passes over unknown ones', () => {
    const samples = noise(2, 100);
    const list = chunk('LIST', Buffer.alloc(7, 1));
    writeFileSync(file, riff(list, chunk('data', wavSamples(samples)), list, chunk('fmt ', pcm)));
    const reader = new WavReader(inspectWav(file));
    const target = new Int16Array(100);
    reader.read(0, target);
    reader.close();
    assert.deepEqual(target, samples);
  });

  it('takes 16-bit PCM written as WAVE_FORMAT_EXTENSIBLE, refuses what else that may hold', () => {
    writeFileSync(file, extensible(1, 16));
    assert.equal(inspectWav(file).samples, 4);
    refuses('WAV_CODEC', extensible(3, 16));
    refuses('WAV_CODEC', extensible(1, 16, 'ff0000001000800000aa00389b71'));
    refuses('WAV_DEPTH', extensible(1, 12));
  });

  it('refuses other depths, channels and codecs', () => {
    const head = { sampleRateHz: 8000, dataBytes: 24 };
    const body = Buffer.alloc(24);
    refuses('WAV_DEPTH', Buffer.concat([wavHead({ ...head, bits: 24 }), body]));
    refuses('WAV_DEPTH', Buffer.concat([wavHead({ ...head, bits: 8 }), body]));
    refuses('WAV_CHANNELS', Buffer.concat([wavHead({ ...head, channels: 2 }), body]));
    refuses('WAV_CODEC', Buffer.concat([wavHead({ ...head, formatTag: 7, bits: 8 }), body]));
    refuses('WAV_CODEC', Buffer.concat([wavHead({ ...head, formatTag: 3, bits: 32 }), body]));
  });

  it('refuses what is no WAV', () => {
    refuses('WAV_NOT_WAV', Buffer.from('ID3 this is something else entirely'));
    refuses('WAV_NOT_WAV', Buffer.from('RIFF'));
    refuses('WAV_NOT_WAV', riff(chunk('data', Buffer.alloc(8))));
    refuses('WAV_NOT_WAV', riff(chunk('fmt ', Buffer.alloc(4)), chunk('data', Buffer.alloc(8))));
    refuses('WAV_NOT_WAV', riff(...Array.from({ length: 5000 }, () => chunk('junk', Buffer.alloc(0)))));
  });

  it('refuses empty ones', () => {
    refuses('WAV_EMPTY', Buffer.alloc(0));
    refuses('WAV_EMPTY', wavHead({ sampleRateHz: 8000, dataBytes: 0 }));
    refuses('WAV_EMPTY', riff(chunk('fmt ', pcm)));
  });

  it('refuses one cut anywhere after its first 12 bytes', () => {
    const whole = Buffer.concat([wavHead({ sampleRateHz: 8000, dataBytes: 100 }), Buffer.alloc(100)]);
    for (let bytes = 12; bytes < whole.length; bytes += 1) refuses('WAV_TRUNCATED', whole.subarray(0, bytes));
    refuses('WAV_TRUNCATED', Buffer.concat([wavHead({ sampleRateHz: 8000, dataBytes: 0xffff_fffe }), Buffer.alloc(9)]));
    refuses('WAV_TRUNCATED', Buffer.concat([wavHead({ sampleRateHz: 8000, dataBytes: 3 }), Buffer.alloc(4)]));
  });

  it('says so when the file changes under it', () => {
    writeWav(file, noise(3, 50_000));
    const wav = inspectWav(file);
    truncateSync(file, 1000);
    const reader = new WavReader(wav);
    assert.throws(() => reader.read(0, new Int16Array(10)), { code: 'WAV_TRUNCATED' });
    reader.close();
    rmSync(file);
    assert.throws(() => new WavReader(wav), { code: 'WAV_MISSING' });
  });

  it('does not open what would block', () => {
    assert.throws(() => inspectWav(join(dir, 'nothing.wav')), { code: 'WAV_MISSING' });
    mkdirSync(join(dir, 'folder.wav'));
    assert.throws(() => inspectWav(join(dir, 'folder.wav')), { code: 'WAV_MISSING' });
    execFileSync('mkfifo', [join(dir, 'pipe.wav')]);
    assert.throws(() => inspectWav(join(dir, 'pipe.wav')), { code: 'WAV_MISSING' });
  });
});
