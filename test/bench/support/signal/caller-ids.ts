import { type FskOptions, fskSignal } from '../../../signal/support/fsk-signal.js';
import type { LineSignal } from '../../../signal/support/line-signal.js';
import { field, mdmf, nttFrame, sdmf } from '../../../signal/support/messages.js';
import type { Random } from '../../../signal/support/random.js';

const NAMES = ['JOHN DOE', 'SMITH JANE', 'ACME WIDGETS', 'HIGUMA'];

interface Kind {
  readonly octets: (number: string, random: Random) => number[];
  readonly options: Omit<FskOptions, 'dbm0'>;
}

const date = (random: Random): string =>
  `0${random.int(1, 9)}1${random.int(0, 9)}1${random.int(0, 9)}${random.int(1, 5)}${random.int(0, 9)}`;
const named = (number: string, random: Random): number[] =>
  mdmf(field(1, date(random)), field(2, number), field(7, random.pick(NAMES)));

/** Caller IDs as four standards send them. */
export const CALLER_IDS = {
  JCLIP: {
    octets: (number, random) =>
      nttFrame(0x40, field(0x02, number), random.int(0, 2) === 0 ? field(0x09, random.digits(10)) : []),
    options: { modem: 'v23', markBits: 75, stopBits: 4 },
  },
  'CLASS-MDMF': { octets: named, options: { modem: 'bell202', seizureBits: 300, markBits: 180 } },
  'CLASS-SDMF': {
    octets: (number, random) => sdmf(date(random), number),
    options: { modem: 'bell202', seizureBits: 300, markBits: 180 },
  },
  CLIP: { octets: named, options: { modem: 'v23', seizureBits: 300, markBits: 180 } },
} satisfies Readonly<Record<string, Kind>>;

export type CallerIdName = keyof typeof CALLER_IDS;

/** One message that carries `number`. */
export function callerId(name: CallerIdName, number: string, dbm0: number, random: Random): LineSignal {
  const { octets, options }: Kind = CALLER_IDS[name];
  return fskSignal(octets(number, random), { ...options, dbm0 });
}
