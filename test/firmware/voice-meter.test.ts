import assert from 'node:assert/strict';
import { VoiceMeter } from '../../firmware/audio/voice-meter.js';
import { fskSignal } from '../signal/support/fsk-signal.js';
import { LineSignal } from '../signal/support/line-signal.js';
import { nttNumber } from '../signal/support/messages.js';
import { Random } from '../signal/support/random.js';
import { voice } from '../signal/support/voice.js';

function hears(signal: LineSignal, noiseDbm0 = -58, seed = 1): boolean {
  const meter = new VoiceMeter(signal.sampleRateHz);
  const pcm = signal.noise(noiseDbm0, new Random(seed)).toPcm();
  for (let i = 0; i < pcm.length; i += 256) meter.push(pcm.subarray(i, i + 256));
  return meter.heard;
}

describe('voice meter', () => {
  it('hears a voice of 2 s from -10 to -30 dBm0 (seeds 1 to 40)', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      for (const dbm0 of [-10, -20, -30])
        assert.ok(hears(voice(2000, new Random(seed), dbm0)), `seed ${seed}, ${dbm0} dBm0`);
    }
  });

  it('takes no data, tone, hum, hiss or click for one', () => {
    const quiet = (): LineSignal => new LineSignal(3000);
    const others: [string, LineSignal][] = [
      ['silence', quiet()],
      ['hiss', quiet().noise(-30, new Random(3))],
      ['hum', quiet().tone(50, -20, 0, 3000).tone(100, -30, 0, 3000)],
      ['ringing voltage', quiet().tone(16, -5, 0, 3000)],
      ['dial tone', quiet().tone(400, -14, 0, 3000)],
      ['ringback', quiet().tone(400, -16, 0, 3000, { hz: 16, depth: 0.85 })],
      ['DC', quiet().dc(3000)],
    ];
    for (const dbm0 of [-6, -20, -36])
      others.push([`data at ${dbm0}`, fskSignal(nttNumber('0312345678'), { modem: 'v23', dbm0 })]);
    const clicks = quiet();
    for (let ms = 100; ms < 3000; ms += 700) clicks.tone(700, -10, ms, 12);
    others.push(['clicks', clicks]);
    const busy = quiet();
    for (let ms = 0; ms < 3000; ms += 1000) busy.tone(400, -16, ms, 500);
    others.push(['busy tone', busy]);
    for (const [what, signal] of others) assert.equal(hears(signal), false, what);
  });

  it('forgets', () => {
    const meter = new VoiceMeter(8000);
    meter.push(voice(2000, new Random(1)).toPcm());
    assert.ok(meter.heard);
    meter.reset();
    assert.equal(meter.heard, false);
  });
});
