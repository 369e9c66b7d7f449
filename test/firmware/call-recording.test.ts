import assert from 'node:assert/strict';
import { openMp3Codec } from '../../drivers/lame/codec.js';
import { History } from '../../firmware/audio/history.js';
import type { LineSample } from '../../firmware/audio/sample-clock.js';
import { CallRecording, WAITING_MAX_BYTES } from '../../firmware/call-recording.js';
import type { Mp3Codec } from '../../hal/codec.js';
import { newRecordingId } from '../../storage/recording-id.js';
import { RecordingWriter } from '../../storage/recording-writer.js';
import { align } from '../support/align.js';
import { Chance, seededChance } from '../support/chance.js';
import { checkMp3, decodeMp3 } from '../support/mp3.js';
import { Murmur } from '../support/murmur.js';

const RATE_HZ = 8000;
const at = (sample: number): LineSample => sample as LineSample;

describe('call recording', () => {
  let codec: Mp3Codec;
  let murmur: Murmur;
  before(async () => {
    codec = await openMp3Codec();
  });
  beforeEach(() => {
    murmur = new Murmur(new Chance(7), RATE_HZ);
  });

  function rig({ start = 4000, said = murmur.speak(80_000) } = {}) {
    const history = new History(80_000);
    const writer = new RecordingWriter(newRecordingId(0, seededChance(1)), 1, 0, {});
    const hear = (from: number, to: number) => history.add(at(from), said.subarray(from, to));
    hear(0, start + 100);
    const dropped: unknown[] = [];
    const onDropped = (): void => void dropped.push('frame');
    const audio = { codec, history, rateHz: RATE_HZ, bitRate: 32_000, start: at(start) };
    const recording = new CallRecording({ ...audio, writer, onDropped });
    const mp3 = () => {
      const payloads = writer.take().flatMap((item) => (item.type === 'data' ? [item.payload] : []));
      return Buffer.concat(payloads);
    };
    return { said, writer, recording, hear, mp3, dropped };
  }

  it('begins and ends where it is told, to the sample, however the samples came (seed 7)', () => {
    const { said, recording, hear, mp3 } = rig();
    for (let from = 4100; from < 44_100; from += 250) {
      hear(from, from + 250);
      recording.advance(at(Math.min(40_001, from - 2000)));
    }
    recording.finish(at(40_001));
    const bytes = mp3();
    checkMp3(bytes);
    assert.equal(bytes.length, Math.ceil(36_001 / 576) * 288);
    assert.deepEqual(recording.gaps, []);
    const { lagSamples, correlation } = align(said.subarray(4000, 40_001), decodeMp3(bytes), 2000);
    assert.equal(lagSamples, 0);
    assert.ok(correlation > 0.95);
  });

  it('keeps the same bytes whether encoded at once or as it came (seed 7)', () => {
    const said = murmur.speak(80_000);
    const [atOnce, asItCame] = [rig({ said }), rig({ said })];
    for (let from = 4100; from < 40_100; from += 100) {
      atOnce.hear(from, from + 100);
      asItCame.hear(from, from + 100);
      asItCame.recording.advance(at(Math.min(40_000, from + 50)));
    }
    atOnce.recording.finish(at(40_000));
    asItCame.recording.finish(at(40_000));
    assert.deepEqual(atOnce.mp3(), asItCame.mp3());
  });

  it('notes a loss by position and length, and joins what is left of the sound', () => {
    const { said, recording, hear, mp3 } = rig();
    hear(4100, 20_000);
    recording.advance(at(19_000));
    hear(24_000, 40_000);
    recording.advance(at(30_000));
    recording.finish(at(40_000));
    assert.deepEqual(recording.gaps, [{ atMs: 2000, lengthMs: 500, cause: 'capture' }]);
    const joined = Int16Array.from([...said.subarray(4000, 20_000), ...said.subarray(24_000, 40_000)]);
    const { lagSamples, correlation } = align(joined, decodeMp3(mp3()), 2000);
    assert.equal(lagSamples, 0);
    assert.ok(correlation > 0.95);
  });

  it('notes what was lost at the very start and at the very end', () => {
    const { recording, hear } = rig({ start: 4000 });
    const early = rig({ start: 4200 }); // hears 0 to 4300
    early.hear(4300, 6000);
    early.recording.finish(at(7000));
    assert.deepEqual(early.recording.gaps, [{ atMs: 225, lengthMs: 125, cause: 'capture' }]);
    hear(5000, 6000);
    recording.advance(at(5500));
    recording.finish(at(6000));
    assert.deepEqual(recording.gaps, [{ atMs: 12.5, lengthMs: 112.5, cause: 'capture' }]);
  });

  it('is one gap where nothing was heard at all', () => {
    const history = new History(8000);
    const writer = new RecordingWriter(newRecordingId(0, seededChance(1)), 1, 0, {});
    const audio = { codec, history, rateHz: RATE_HZ, bitRate: 32_000, start: at(0) };
    const recording = new CallRecording({ ...audio, writer, onDropped: () => assert.fail('nothing to drop') });
    recording.advance(at(4000));
    assert.deepEqual(recording.gaps, []);
    recording.finish(at(8000));
    assert.deepEqual(recording.gaps, [{ atMs: 0, lengthMs: 1000, cause: 'capture' }]);
    assert.equal(writer.bytes, 0);
  });

  it('does not call lost what may still come', () => {
    const { recording, hear } = rig();
    recording.advance(at(9000));
    assert.equal(recording.next, 4100);
    hear(4100, 9000);
    recording.finish(at(9000));
    assert.deepEqual(recording.gaps, []);
  });

  it('drops frames when the medium takes nothing any more, and says which', () => {
    const { writer, recording, hear, dropped } = rig();
    while (writer.waitingBytes < WAITING_MAX_BYTES) writer.append(new Uint8Array(2880));
    const before = writer.bytes;
    hear(4100, 12_000);
    recording.advance(at(9000));
    recording.finish(at(12_000));
    assert.equal(writer.bytes, before);
    assert.ok(dropped.length > 10, `${dropped.length}`);
    assert.equal(recording.gaps.length, 1);
    const [gap] = recording.gaps;
    assert.deepEqual(gap, { atMs: 0, lengthMs: 1000, cause: 'storage' });
  });
});
