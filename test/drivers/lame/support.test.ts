import assert from 'node:assert/strict';
import { openNativeLame } from '../../../drivers/lame/native.js';
import { align } from '../../support/align.js';
import { checkMp3 } from '../../support/mp3.js';
import { voice } from './voice.js';

describe('test support: align', () => {
  const said = voice(8000, 5, 9);

  it('finds early and late, whatever the gain', () => {
    const quiet = said.map((sample) => Math.round(sample / 3));
    for (const lag of [-1999, -1, 0, 1, 777, 2000]) {
      const got = lag < 0 ? quiet.subarray(-lag) : Int16Array.from([...new Int16Array(lag), ...quiet]);
      const { lagSamples, correlation } = align(said, got, 2000);
      assert.equal(lagSamples, lag);
      assert.ok(correlation > 0.999);
    }
  });

  it('finds nothing in silence or in another voice', () => {
    assert.equal(align(said, new Int16Array(40000), 2000).correlation, 0);
    assert.ok(align(said, Int16Array.from(said).reverse(), 2000).correlation < 0.5);
  });
});

describe('test support: checkMp3', () => {
  let frames: Uint8Array[];
  before(() => {
    const encoder = openNativeLame().open({ sampleRateHz: 8000, bitRate: 32000, leadIn: new Int16Array(0) });
    frames = [...encoder.encode(voice(8000, 2, 10)), ...encoder.finish()];
    encoder.close();
  });

  it('has nothing against a good stream', () => checkMp3(Buffer.concat(frames)));

  it('throws at junk between frames, at a broken header, and at what is no MP3', () => {
    const broken = Buffer.concat(frames);
    broken[10 * 288 + 2] = 0;
    const junk = Buffer.concat([...frames.slice(0, 9), Buffer.from('this is not a frame'), ...frames.slice(9)]);
    for (const bytes of [broken, junk, Buffer.alloc(0), Buffer.from('RIFF and nothing'.repeat(100))]) {
      assert.throws(() => checkMp3(bytes), /mpg123/);
    }
  });
});
