import { field, nttFrame, nttNumber } from '../signal/support/messages.js';
import { NUMBER, type Situation } from './situation.js';
import { answered, dialledOut, type Expected, type TelephoneLine } from './telephone-line.js';

/** Lifts, waits for dial tone, and calls the exchange ready. */
function liftForDialTone(line: TelephoneLine, toneMs = 1200): number {
  const upMs = line.lift();
  line.wait(300);
  line.dialTone(toneMs);
  return upMs;
}

/** The far end is rung, answers and talks. */
function connected(line: TelephoneLine, upMs: number, dialled: string, talkMs = 5000): Expected {
  line.wait(1500);
  line.ringback(1);
  line.say(talkMs);
  return dialledOut(upMs, line.hangUp(), dialled);
}

export const OUTBOUND: readonly Situation[] = [
  {
    title: 'dialled by DTMF',
    play: (line) => {
      const upMs = liftForDialTone(line);
      line.keys(NUMBER);
      return [connected(line, upMs, NUMBER)];
    },
  },
  {
    title: 'dialled by DTMF at machine speed on a noisy line',
    options: { noiseDbm0: -42 },
    play: (line) => {
      const upMs = liftForDialTone(line);
      line.keys('09012345678', { onMs: 50, offMs: 70, lowDbm0: -20 });
      return [connected(line, upMs, '09012345678')];
    },
  },
  {
    title: 'dialled at 10 pps',
    play: (line) => {
      const upMs = liftForDialTone(line);
      line.pulses(NUMBER, 10);
      return [connected(line, upMs, NUMBER)];
    },
  },
  {
    title: 'dialled at 20 pps, every contact bouncing',
    options: { bounces: true },
    play: (line) => {
      const upMs = liftForDialTone(line);
      line.pulses('0120', 20);
      return [connected(line, upMs, '0120')];
    },
  },
  {
    title: 'dialled at 10 pps, then the telephone is switched to DTMF',
    play: (line) => {
      const upMs = liftForDialTone(line);
      line.pulses('03', 10);
      line.wait(500);
      line.keys('12345678');
      return [connected(line, upMs, NUMBER)];
    },
  },
  {
    title: 'redial key before dial tone: taken all the same',
    play: (line) => {
      const upMs = line.lift();
      line.wait(250);
      line.keys(NUMBER);
      return [connected(line, upMs, NUMBER)];
    },
  },
  {
    title: 'redial key before dial tone: the exchange has not listened, and the number is dialled again',
    play: (line) => {
      const upMs = line.lift();
      line.wait(250);
      line.keys('0399999999');
      line.dialTone(3000);
      line.keys(NUMBER);
      return [connected(line, upMs, NUMBER)];
    },
  },
  {
    title: 'through a PBX: 0, another dial tone, the number',
    play: (line) => {
      const upMs = liftForDialTone(line);
      line.keys('0');
      line.wait(300);
      line.dialTone(1500);
      line.keys(NUMBER);
      return [connected(line, upMs, `0${NUMBER}`)];
    },
  },
  {
    title: 'a wrong digit, the hook pressed, and the number from the beginning',
    play: (line) => {
      const upMs = liftForDialTone(line);
      line.keys('0399');
      line.wait(800);
      const atMs = line.flash(600);
      line.wait(300);
      line.dialTone(1000);
      line.keys(NUMBER);
      const call = connected(line, upMs, NUMBER);
      return [{ ...call, flashes: [{ atMs: atMs - upMs, lengthMs: 600 }] }];
    },
  },
  {
    title: 'put down and lifted again after 2 s: two calls',
    play: (line) => {
      const firstMs = liftForDialTone(line);
      line.keys('0399');
      const first = dialledOut(firstMs, line.hangUp(), '0399');
      line.wait(2000);
      const upMs = liftForDialTone(line);
      line.keys(NUMBER);
      return [first, connected(line, upMs, NUMBER)];
    },
  },
  {
    title: 'lifted, dial tone, put down',
    play: (line) => {
      const upMs = liftForDialTone(line, 3000);
      return [dialledOut(upMs, line.hangUp(), null, { outcome: 'abandoned' })];
    },
  },
  {
    title: 'half a number, then put down: what was dialled is kept',
    play: (line) => {
      const upMs = liftForDialTone(line);
      line.keys('03123');
      line.wait(2500);
      return [dialledOut(upMs, line.hangUp(), '03123')];
    },
  },
  {
    title: 'the number is busy',
    play: (line) => {
      const upMs = liftForDialTone(line);
      line.keys(NUMBER);
      line.wait(1200);
      line.busyTone(5);
      return [dialledOut(upMs, line.hangUp(), NUMBER)];
    },
  },
  {
    title: 'the far end hangs up first: busy tone belongs to the recording',
    play: (line) => {
      const upMs = liftForDialTone(line);
      line.keys(NUMBER);
      line.wait(1500);
      line.ringback(2);
      line.say(4000);
      line.busyTone(6);
      return [dialledOut(upMs, line.hangUp(), NUMBER)];
    },
  },
  {
    title: 'keys pressed for a machine that has answered are not of the number',
    play: (line) => {
      const upMs = liftForDialTone(line);
      line.keys('0120444113');
      line.wait(1500);
      line.ringback(1);
      line.say(3000);
      line.keys('1');
      line.say(2000);
      line.keys('4649#');
      line.say(2000);
      return [dialledOut(upMs, line.hangUp(), '0120444113')];
    },
  },
  {
    title: 'transferred by hook flash: second dial tone, an extension, and the call goes on',
    play: (line) => {
      const rangMs = line.ring(1);
      line.wait(800);
      const upMs = line.lift();
      line.say(3000);
      const atMs = line.flash(500);
      line.secondDialTone(6);
      line.keys('23');
      line.ringback(1);
      line.say(3000);
      const flashes = [{ atMs: atMs - upMs, lengthMs: 500 }];
      return [answered(rangMs, upMs, line.hangUp(), { flashes })];
    },
  },
  {
    title: 'an outbound call transferred by hook flash keeps its number',
    play: (line) => {
      const upMs = liftForDialTone(line);
      line.keys(NUMBER);
      line.wait(1500);
      line.ringback(1);
      line.say(4000);
      const atMs = line.flash(400);
      line.secondDialTone(6);
      line.keys('0399998888');
      line.wait(800);
      const downMs = line.hangUp();
      return [dialledOut(upMs, downMs, NUMBER, { flashes: [{ atMs: atMs - upMs, lengthMs: 400 }] })];
    },
  },
  {
    title: 'call waiting during a call: its number is not that of this call',
    play: (line) => {
      const rangMs = line.fetchNumber(nttNumber(NUMBER));
      line.ring(1);
      line.wait(500);
      const upMs = line.lift();
      line.say(3000);
      line.data(nttFrame(0x41, field(0x02, '0901111222')));
      line.say(1000);
      const atMs = line.flash(700);
      line.say(3000);
      const flashes = [{ atMs: atMs - upMs, lengthMs: 700 }];
      const caller = { number: NUMBER, standard: 'ntt' };
      return [answered(rangMs, upMs, line.hangUp(), { caller, flashes })];
    },
  },
  {
    title: 'call waiting while still dialling an outbound call',
    play: (line) => {
      const upMs = liftForDialTone(line);
      line.keys(NUMBER);
      line.wait(700);
      line.data(nttFrame(0x41, field(0x02, '0901111222')));
      return [connected(line, upMs, NUMBER)];
    },
  },
  {
    title: 'two telephones in parallel: one lifts while the other talks, and talks on after it',
    play: (line) => {
      const upMs = liftForDialTone(line);
      line.keys(NUMBER);
      line.wait(1500);
      line.ringback(1);
      line.say(3000); // lifting and putting down the second changes nothing on the loop but a click
      line.say(3000);
      return [dialledOut(upMs, line.hangUp(), NUMBER)];
    },
  },
  {
    title: 'everything bounces: the number fetched, answered, flashed, put down',
    options: { bounces: true, noiseDbm0: -50 },
    play: (line) => {
      const rangMs = line.fetchNumber(nttNumber(NUMBER));
      line.ring(2);
      line.wait(500);
      const upMs = line.lift();
      line.say(3000);
      const atMs = line.flash(450);
      line.say(2000);
      const flashes = [{ atMs: atMs - upMs, lengthMs: 450 }];
      return [answered(rangMs, upMs, line.hangUp(), { caller: { number: NUMBER, standard: 'ntt' }, flashes })];
    },
  },
  {
    title: 'lifted a second after the bell has stopped for good: the answer, as far as anybody can tell',
    play: (line) => {
      const rangMs = line.ring(2);
      line.wait(1000);
      const upMs = line.lift();
      line.wait(300);
      line.dialTone(2500);
      return [answered(rangMs, upMs, line.hangUp())];
    },
  },
];
