import { nttNumber } from '../signal/support/messages.js';
import { NUMBER, ntt, type Situation, talk } from './situation.js';
import { answered, type Expected, missed, type TelephoneLine } from './telephone-line.js';

const OTHER = '0355509876';
const by = (who: 'line' | 'modem' | 'both') => ({ by: who, believed: who, because: null, other: null });
/** The same message with an octet that noise has changed: its CRC does not hold. */
const spoilt = (number: string): number[] => nttNumber(number).map((octet, i) => (i === 10 ? octet ^ 0x06 : octet));

/** The dance, what the modem says 300 ms after it, the bell, and an answer. */
function dance(line: TelephoneLine, octets: readonly number[], told?: Readonly<Record<string, unknown>>): number {
  line.modem();
  const rangMs = line.fetchNumber(octets);
  if (told) line.modem(told, -600);
  line.ring(2);
  line.wait(600);
  return rangMs;
}

const heard = (expected: Expected, callerHeard: Expected['callerHeard']): Expected => ({
  ...expected,
  ...(callerHeard !== undefined && { callerHeard }),
});

/** What a modem on the pair adds to a record, and what it does not. */
export const MODEM: readonly Situation[] = [
  {
    title: 'modem and decoder agree; the modem knows a name',
    play: (line) => {
      const rangMs = dance(line, nttNumber(NUMBER), { caller: { number: NUMBER, name: 'KIKI' } });
      return [heard(talk(line, rangMs, { ...ntt(NUMBER), name: 'KIKI' }), by('both'))];
    },
  },
  {
    title: 'modem only: what the decoder heard was spoilt',
    play: (line) => {
      const rangMs = dance(line, spoilt(NUMBER), { caller: { number: NUMBER } });
      return [heard(talk(line, rangMs, { number: NUMBER }), by('modem'))];
    },
  },
  {
    title: 'decoder only: the modem says that it rings, and that it could not read the number',
    play: (line) => {
      const rangMs = dance(line, nttNumber(NUMBER), { unread: 'NMBR = 03?2' });
      line.modem({ ring: true });
      return [heard(talk(line, rangMs, ntt(NUMBER)), by('line'))];
    },
  },
  {
    title: 'neither of them',
    play: (line) => [talk(line, dance(line, spoilt(NUMBER), { ring: true }), null)],
  },
  {
    title: 'they disagree: a checksum against hearsay',
    play: (line) => {
      const rangMs = dance(line, nttNumber(NUMBER), { caller: { number: OTHER } });
      const differ = { by: 'both', believed: 'line', because: 'checksum', other: { number: OTHER } } as const;
      return [heard(talk(line, rangMs, ntt(NUMBER)), differ)];
    },
  },
  {
    title: 'they disagree, and both checksums held: the line, whose sound is kept',
    play: (line) => {
      const rangMs = dance(line, nttNumber(NUMBER), { caller: { absence: 'withheld' }, octets: '0401500b' });
      const differ = { by: 'both', believed: 'line', because: 'line-first', other: { absence: 'withheld' } } as const;
      return [heard(talk(line, rangMs, ntt(NUMBER)), differ)];
    },
  },
  {
    title: 'the modem is late: 1 s after the answer',
    play: (line) => {
      line.modem();
      const rangMs = line.ring(2);
      line.wait(600);
      const upMs = line.lift();
      line.modem({ caller: { number: NUMBER } }, 1000);
      line.say(5000);
      return [answered(rangMs, upMs, line.hangUp(), { caller: { number: NUMBER }, callerHeard: by('modem') })];
    },
  },
  {
    title: 'the modem tells of somebody 4 s after the answer: that is not who this is',
    play: (line) => {
      line.modem();
      const rangMs = line.ring(2);
      line.wait(600);
      const upMs = line.lift();
      line.modem({ caller: { number: NUMBER } }, 4000);
      line.say(6000);
      return [answered(rangMs, upMs, line.hangUp())];
    },
  },
  {
    title: 'missed, between two bursts of the bell, then the next ringing without a number',
    play: (line) => {
      line.modem();
      const rangMs = line.ring(1);
      line.modem({ caller: { number: NUMBER } }, 900);
      line.wait(2000);
      line.ring(2);
      const first = missed(rangMs, line.nowMs, { caller: { number: NUMBER }, callerHeard: by('modem') });
      line.wait(9000);
      const againMs = line.ring(2);
      return [first, missed(againMs, line.nowMs)];
    },
  },
  {
    title: 'told ahead of the bell',
    play: (line) => {
      line.modem({ caller: { absence: 'public-telephone' } });
      line.wait(3000);
      const rangMs = line.ring(2);
      line.wait(500);
      return [heard(talk(line, rangMs, { absence: 'public-telephone' }), by('modem'))];
    },
  },
  {
    title: 'told without a ringing: no call, nor is the next one from there',
    play: (line) => {
      line.modem({ ring: true });
      line.modem({ caller: { number: OTHER } });
      line.wait(14_000);
      const rangMs = line.ring(2);
      line.wait(500);
      return [talk(line, rangMs, null)];
    },
  },
  {
    title: 'told, and then somebody lifts to dial: nobody has called',
    play: (line) => {
      line.modem({ caller: { number: OTHER } });
      line.wait(2000);
      const upMs = line.lift();
      line.wait(3000);
      const downMs = line.hangUp();
      return [
        { ...answered(0, upMs, downMs), direction: 'outbound', outcome: 'abandoned', ringMs: null, dialled: null },
      ];
    },
  },
];
