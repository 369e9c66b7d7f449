/**
 * Cost of all decoders together: `npx tsx test/bench/signal/cost.ts`. Milliseconds of one core for each second of 8 kHz
 * sound: an idle line, hiss at voice level, a hummed voice, and a line on which caller IDs follow each other.
 */
import { SignalReceiver } from '../../../firmware/signal/receiver.js';
import { dtmfSignal } from '../../signal/support/dtmf-signal.js';
import { fskSignal } from '../../signal/support/fsk-signal.js';
import { LineSignal } from '../../signal/support/line-signal.js';
import { nttNumber } from '../../signal/support/messages.js';
import { Random } from '../../signal/support/random.js';
import { voice } from '../../signal/support/voice.js';

const SECONDS = 30;
const ROUNDS = 5;
const random = new Random(1);

const busyLine = new LineSignal(SECONDS * 1000).noise(-45, random);
for (let at = 0; at + 1200 < SECONDS * 1000; at += 1500) {
  busyLine.add(fskSignal(nttNumber(random.digits(10)), { modem: 'v23', dbm0: -20, stopBits: 4 }), at);
  busyLine.add(dtmfSignal(random.digits(5), { lowDbm0: -12 }), at + 600);
}
const sounds: Readonly<Record<string, Int16Array>> = {
  'idle line': new LineSignal(SECONDS * 1000).noise(-62, random).toPcm(),
  hiss: new LineSignal(SECONDS * 1000).noise(-20, random).toPcm(),
  voice: voice(SECONDS * 1000, random)
    .noise(-55, random)
    .toPcm(),
  signals: busyLine.toPcm(),
};

for (const [name, samples] of Object.entries(sounds)) {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    let events = 0;
    const receiver = new SignalReceiver({ sampleRateHz: 8000 }, () => {
      events += 1;
    });
    const before = performance.now();
    for (let i = 0; i < samples.length; i += 800) receiver.push(samples.subarray(i, i + 800));
    receiver.flush();
    best = Math.min(best, (performance.now() - before) / SECONDS);
    if (round === ROUNDS - 1) console.log(name.padEnd(10), `${best.toFixed(3)} ms/s`, `${events} events`);
  }
}
