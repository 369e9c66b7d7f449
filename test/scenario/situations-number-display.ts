import { field, nttFrame, nttNumber } from '../signal/support/messages.js';
import { NUMBER, ntt, type Situation, talk } from './situation.js';
import { answered, missed } from './telephone-line.js';

const withheldAs = (letter: string, absence: string): Situation => ({
  title: `no number: ${absence}`,
  play: (line) => {
    const rangMs = line.fetchNumber(nttFrame(0x40, field(0x04, letter)));
    line.ring(1);
    line.wait(700);
    return [talk(line, rangMs, { absence, standard: 'ntt' })];
  },
});

export const NUMBER_DISPLAY: readonly Situation[] = [
  {
    title: 'Number Display: fetched by the telephone, then answered by a person',
    play: (line) => {
      const rangMs = line.fetchNumber(nttNumber(NUMBER));
      line.ring(2);
      line.wait(600);
      return [talk(line, rangMs, ntt(NUMBER))];
    },
  },
  {
    title: 'the same at -36 dBm0 with noise 18 dB below',
    options: { noiseDbm0: -54 },
    play: (line) => {
      const rangMs = line.fetchNumber(nttNumber('09087654321'), { dbm0: -36 });
      line.ring(1);
      line.wait(1200);
      return [talk(line, rangMs, ntt('09087654321'))];
    },
  },
  {
    title: 'the same with a telephone that takes 6 s to put down after the data',
    play: (line) => {
      const rangMs = line.fetchNumber(nttNumber(NUMBER), { releaseMs: 6000 });
      line.ring(2);
      line.wait(600);
      return [talk(line, rangMs, ntt(NUMBER))];
    },
  },
  {
    title: 'the same, lifted before the bell has rung once',
    play: (line) => {
      const rangMs = line.fetchNumber(nttNumber(NUMBER), { pauseMs: 500 });
      return [talk(line, rangMs, ntt(NUMBER))];
    },
  },
  {
    title: 'the same, lifted in the middle of the first burst of the bell',
    play: (line) => {
      const rangMs = line.fetchNumber(nttNumber(NUMBER));
      line.ringing(true);
      line.wait(400);
      const upMs = line.lift();
      line.wait(60);
      line.ringing(false);
      line.say(4000);
      return [answered(rangMs, upMs, line.hangUp(), { caller: ntt(NUMBER) })];
    },
  },
  {
    title: 'no Number Display telephone on a line that has it: CAR for 6 s, then the bell',
    play: (line) => {
      line.polarity('reversed');
      const rangMs = line.ring(6, 500, 500);
      line.wait(500);
      line.ring(2);
      line.wait(500);
      return [talk(line, rangMs, null)];
    },
  },
  {
    title: 'the caller hangs up during CAR',
    play: (line) => {
      const rangMs = line.ring(2, 500, 500);
      return [missed(rangMs, line.nowMs)];
    },
  },
  {
    title: 'the caller hangs up while the data is being sent: the telephone puts down by itself',
    play: (line) => {
      const rangMs = line.primaryAnswer();
      line.data(nttNumber(NUMBER).slice(0, 11));
      line.wait(2200);
      return [missed(rangMs, line.hangUp())];
    },
  },
  {
    title: 'the data is cut off, the telephone puts down by itself, and a person lifts before anything rings again',
    play: (line) => {
      const rangMs = line.primaryAnswer();
      line.data(nttNumber(NUMBER).slice(0, 11));
      line.wait(2200);
      line.hangUp();
      line.wait(1500);
      return [talk(line, rangMs, null)];
    },
  },
  {
    title: 'the caller hangs up before the data: the telephone waits 6 s for it',
    play: (line) => {
      const rangMs = line.primaryAnswer();
      line.wait(1000);
      line.busyTone(4);
      line.wait(600);
      return [missed(rangMs, line.hangUp())];
    },
  },
  {
    title: 'the caller hangs up after the reception, before the bell',
    play: (line) => {
      const rangMs = line.fetchNumber(nttNumber(NUMBER), { pauseMs: 0 });
      return [missed(rangMs, line.nowMs, { caller: ntt(NUMBER) })];
    },
  },
  {
    title: 'the caller hangs up during the bell: missed, with the number',
    play: (line) => {
      const rangMs = line.fetchNumber(nttNumber(NUMBER));
      line.ring(3);
      return [missed(rangMs, line.nowMs, { caller: ntt(NUMBER) })];
    },
  },
  {
    title: 'the data fails, CAR comes again, and the second time it arrives',
    play: (line) => {
      const garbled = nttNumber(NUMBER).map((octet, i) => (i % 3 === 2 ? octet ^ 0x35 : octet));
      const rangMs = line.fetchNumber(garbled, { releaseMs: 1500, pauseMs: 1800 });
      line.fetchNumber(nttNumber(NUMBER));
      line.ring(2);
      line.wait(600);
      return [talk(line, rangMs, ntt(NUMBER))];
    },
  },
  {
    title: 'the data fails twice: the call has no caller',
    play: (line) => {
      const garbled = nttNumber(NUMBER).map((octet, i) => (i > 8 && i % 2 ? octet ^ 0x09 : octet));
      const rangMs = line.fetchNumber(garbled, { releaseMs: 1500 });
      line.fetchNumber(garbled, { releaseMs: 1500 });
      line.ring(2);
      line.wait(600);
      return [talk(line, rangMs, null)];
    },
  },
  {
    title: 'a wrong CRC and nothing else: no caller rather than a wrong one',
    play: (line) => {
      const octets = [...nttNumber(NUMBER)];
      octets[octets.length - 1] = (octets.at(-1) ?? 0) ^ 0xff;
      const rangMs = line.fetchNumber(octets);
      line.ring(2);
      line.wait(600);
      return [talk(line, rangMs, null)];
    },
  },
  withheldAs('P', 'withheld'),
  withheldAs('C', 'public-telephone'),
  withheldAs('O', 'unavailable'),
  withheldAs('S', 'service-conflict'),
  {
    title: 'a name with the number',
    play: (line) => {
      const rangMs = line.fetchNumber(nttFrame(0x40, field(0x02, NUMBER), field(0x07, 'YAMADA TARO')));
      line.ring(1);
      line.wait(800);
      return [talk(line, rangMs, { number: NUMBER, name: 'YAMADA TARO', standard: 'ntt' })];
    },
  },
  {
    title: 'dial-in: the number that was called comes along',
    play: (line) => {
      const rangMs = line.fetchNumber(nttFrame(0x40, field(0x02, NUMBER), field(0x09, '0968001234')));
      line.ring(1);
      line.wait(800);
      return [talk(line, rangMs, { number: NUMBER, calledNumber: '0968001234', standard: 'ntt' })];
    },
  },
  {
    title: 'a person lifts during CAR, hears the data and stays',
    play: (line) => {
      const rangMs = line.ring(2, 500, 500);
      line.wait(200);
      const upMs = line.lift();
      line.wait(400);
      line.data(nttNumber(NUMBER));
      line.say(12_000);
      return [answered(rangMs, upMs, line.hangUp(), { caller: ntt(NUMBER) })];
    },
  },
  {
    title: 'a person lifts during CAR, no data comes, says hello and puts down within 3 s',
    play: (line) => {
      const rangMs = line.ring(2, 500, 500);
      line.wait(200);
      const upMs = line.lift();
      line.wait(400);
      line.say(2000);
      return [answered(rangMs, upMs, line.hangUp())];
    },
  },
];
