import assert from 'node:assert/strict';
import { parseFrame } from '../../../drivers/lame/frames.js';

const frame = (...bytes: number[]): Uint8Array => Uint8Array.from([...bytes, 0, 0, 0, 0, 0, 0, 0, 0]);

describe('lame: frames', () => {
  it('reads MPEG-1, MPEG-2 and MPEG-2.5 headers', () => {
    assert.deepEqual(parseFrame(frame(0xff, 0xfb, 0x90, 0xc4, 0x01, 0x80)), {
      sampleRateHz: 44100,
      bitRate: 128000,
      samplesPerFrame: 1152,
      channels: 1,
      bytes: 417,
      mainDataBegin: 3,
    });
    assert.deepEqual(parseFrame(frame(0xff, 0xf3, 0x82, 0x44, 0x07)), {
      sampleRateHz: 22050,
      bitRate: 64000,
      samplesPerFrame: 576,
      channels: 2,
      bytes: 209,
      mainDataBegin: 7,
    });
    assert.equal(parseFrame(frame(0xff, 0xe3, 0x48, 0xc4))?.bytes, 288);
  });

  it('finds the side info behind a checksum', () => {
    assert.equal(parseFrame(frame(0xff, 0xe2, 0x48, 0xc4, 0xaa, 0xbb, 0x09))?.mainDataBegin, 9);
  });

  it('takes nothing else for a frame', () => {
    assert.equal(parseFrame(frame(0xff, 0xfd, 0x90, 0xc4)), undefined, 'Layer II');
    assert.equal(parseFrame(frame(0xff, 0xeb, 0x90, 0xc4)), undefined, 'reserved version');
    assert.equal(parseFrame(frame(0xff, 0xfb, 0xf0, 0xc4)), undefined, 'bit rate 15');
    assert.equal(parseFrame(frame(0xff, 0xfb, 0x00, 0xc4)), undefined, 'free format');
    assert.equal(parseFrame(frame(0xff, 0xfb, 0x9c, 0xc4)), undefined, 'reserved rate');
    assert.equal(parseFrame(Uint8Array.from([0xff, 0xfb, 0x90])), undefined, 'too short');
  });
});
