import { field, mdmf, nttNumber, sdmf } from '../signal/support/messages.js';
import { NUMBER, ntt, type Situation, talk } from './situation.js';
import { answered, dialledOut, missed } from './telephone-line.js';

export const INBOUND: readonly Situation[] = [
  {
    title: 'a call on a line without Number Display, answered in a pause',
    play: (line) => {
      const rangMs = line.ring(2);
      line.wait(900);
      return [talk(line, rangMs, null)];
    },
  },
  {
    title: 'short PBX rings of 0.4 s every 3 s, answered in a pause',
    play: (line) => {
      const rangMs = line.ring(3, 400, 2600);
      line.wait(1100);
      return [talk(line, rangMs, null)];
    },
  },
  {
    title: 'a double ring (0.4, pause 0.2, 0.4), answered between the two',
    play: (line) => {
      const rangMs = line.ring(2, 400, 200);
      line.wait(2000);
      line.ring(1, 400);
      line.wait(90);
      return [talk(line, rangMs, null)];
    },
  },
  {
    title: 'a double ring, lifted in the very first pause: a person, for somebody speaks',
    play: (line) => {
      const rangMs = line.ring(1, 400);
      line.wait(90);
      return [talk(line, rangMs, null, 2500)];
    },
  },
  {
    title: 'lifted 700 ms after a burst of the bell',
    play: (line) => {
      const rangMs = line.ring(1);
      line.wait(700);
      return [talk(line, rangMs, null)];
    },
  },
  {
    title: 'lifted 500 ms into the very first burst',
    play: (line) => {
      line.ringing(true);
      const rangMs = line.wait(500);
      const upMs = line.lift();
      line.wait(70);
      line.ringing(false);
      line.say(5000);
      return [answered(rangMs, upMs, line.hangUp())];
    },
  },
  {
    title: 'Bellcore: the number between the first and the second ring',
    play: (line) => {
      const rangMs = line.ring(1, 2000);
      line.wait(600);
      line.data(mdmf(field(0x01, '11240900'), field(0x02, NUMBER)), {
        modem: 'bell202',
        seizureBits: 300,
        markBits: 180,
      });
      line.wait(800);
      line.ring(1, 2000);
      line.wait(700);
      return [talk(line, rangMs, { number: NUMBER, standard: 'bellcore-mdmf' })];
    },
  },
  {
    title: 'Bellcore SDMF, missed',
    play: (line) => {
      const rangMs = line.ring(1, 2000);
      line.wait(600);
      line.data(sdmf('11240900', NUMBER), { modem: 'bell202', seizureBits: 300, markBits: 180 });
      line.wait(800);
      line.ring(1, 2000);
      return [missed(rangMs, line.nowMs, { caller: { number: NUMBER, standard: 'bellcore-sdmf' } })];
    },
  },
  {
    title: 'ETSI: the number before the first ring',
    play: (line) => {
      line.polarity('reversed');
      line.wait(300);
      line.data(mdmf(field(0x02, NUMBER)), { seizureBits: 250, markBits: 80 });
      line.wait(500);
      const rangMs = line.ring(2);
      line.wait(500);
      return [talk(line, rangMs, { number: NUMBER, standard: 'etsi' })];
    },
  },
  {
    title: 'the number as DTMF before the first ring',
    play: (line) => {
      line.keys(`D${NUMBER}C`, { onMs: 70, offMs: 70 });
      line.wait(500);
      const rangMs = line.ring(2);
      line.wait(500);
      return [talk(line, rangMs, { number: NUMBER, standard: 'dtmf' })];
    },
  },
  {
    title: 'two telephones in parallel: both fetch the number, one answers, the other joins',
    play: (line) => {
      const rangMs = line.primaryAnswer();
      line.wait(90); // the second lifts: nothing to be seen on the loop
      line.data(nttNumber(NUMBER));
      line.wait(900); // the first puts down, then the second
      line.hangUp();
      line.wait(900);
      line.ring(1);
      line.wait(500);
      return [talk(line, rangMs, ntt(NUMBER), 9000)];
    },
  },
  {
    title: 'hung up, and the bell again 300 ms later',
    play: (line) => {
      const firstMs = line.ring(1);
      line.wait(700);
      const first = talk(line, firstMs, null);
      line.wait(300);
      const rangMs = line.ring(2);
      line.wait(800);
      return [first, talk(line, rangMs, null)];
    },
  },
  {
    title: 'a missed call, then one with a number, then one out, close together',
    play: (line) => {
      const firstMs = line.ring(2);
      const first = missed(firstMs, line.nowMs);
      line.wait(4500);
      const rangMs = line.fetchNumber(nttNumber(NUMBER));
      line.ring(1);
      line.wait(500);
      const second = talk(line, rangMs, ntt(NUMBER));
      line.wait(1700);
      const upMs = line.lift();
      line.dialTone(1200);
      line.keys('117');
      line.say(3000);
      return [first, second, dialledOut(upMs, line.hangUp(), '117')];
    },
  },
];
