/**
 * Rate of messages and keys decoded by SNR, on fresh signals: `npx tsx test/bench/signal/curve.ts [SEED [COUNT]]`.
 * SNR is signal power over the power of white noise between 0 and 4 kHz. The best figure that public decoders reach is
 * read from the bar.json named by KIKITOME_SIGNAL_BAR, when there is one.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { SignalEvent } from '../../../firmware/signal/events.js';
import { decode } from '../../signal/support/decode.js';
import { anyKeys, dtmfSignal } from '../../signal/support/dtmf-signal.js';
import { type FskOptions, fskSignal } from '../../signal/support/fsk-signal.js';
import { LineSignal } from '../../signal/support/line-signal.js';
import { field, mdmf, nttFrame, sdmf } from '../../signal/support/messages.js';
import { Random } from '../../signal/support/random.js';

const seed = Number(process.argv[2] ?? 1);
const count = Number(process.argv[3] ?? 100);
const LEVEL_DBM0 = -15;

const names = ['JOHN DOE', 'SMITH JANE', 'ACME WIDGETS', 'HIGUMA'];
const date = (random: Random): string =>
  `0${random.int(1, 9)}1${random.int(0, 9)}1${random.int(0, 9)}${random.int(1, 5)}${random.int(0, 9)}`;

interface Kind {
  readonly octets: (number: string, random: Random) => number[];
  readonly options: Omit<FskOptions, 'dbm0'>;
}
const KINDS: Readonly<Record<string, Kind>> = {
  JCLIP: {
    octets: (number, random) =>
      nttFrame(0x40, field(0x02, number), random.int(0, 2) === 0 ? field(0x09, random.digits(10)) : []),
    options: { modem: 'v23', markBits: 75, stopBits: 4 },
  },
  'CLASS-MDMF': {
    octets: (number, random) => mdmf(field(1, date(random)), field(2, number), field(7, random.pick(names))),
    options: { modem: 'bell202', seizureBits: 300, markBits: 180 },
  },
  'CLASS-SDMF': {
    octets: (number, random) => sdmf(date(random), number),
    options: { modem: 'bell202', seizureBits: 300, markBits: 180 },
  },
  CLIP: {
    octets: (number, random) => mdmf(field(1, date(random)), field(2, number), field(7, random.pick(names))),
    options: { modem: 'v23', seizureBits: 300, markBits: 180 },
  },
};

/** In silence as long as this before and after, with noise over all of it. */
function heard(signal: LineSignal, noiseDbm0: number, random: Random): SignalEvent[] {
  const margin = random.between(60, 200);
  const line = new LineSignal((signal.samples.length / 8000) * 1000 + 2 * margin);
  return decode(line.add(signal, margin).noise(noiseDbm0, random).toPcm(), { sampleRateHz: 8000 });
}

const { KIKITOME_SIGNAL_BAR: bar } = process.env;
const curves: Record<string, Record<string, Record<string, number>>> = bar && existsSync(bar)
  ? JSON.parse(readFileSync(bar, 'utf8'))
  : {};
const best = (kind: string, snr: number): string => {
  const rates = Object.values(curves[kind] ?? {}).map((curve) => curve[String(snr)] ?? 0);
  return rates.length > 0 ? Math.max(...rates).toFixed(0) : '-';
};

let falseIds = 0;
for (const [name, kind] of Object.entries(KINDS)) {
  const cells: string[] = [];
  for (let snr = 12; snr >= -1; snr -= 1) {
    let right = 0;
    for (let i = 0; i < count; i += 1) {
      const random = new Random(seed * 1000003 + i * 101 + snr);
      const number = random.digits(random.int(10, 11));
      const signal = fskSignal(kind.octets(number, random), { ...kind.options, dbm0: LEVEL_DBM0 });
      const ids = heard(signal, LEVEL_DBM0 - snr, random).filter((event) => event.kind === 'caller-id');
      if (ids.some((id) => id.number === number)) right += 1;
      falseIds += ids.filter((id) => id.number !== number).length;
    }
    cells.push(`${snr}:${((100 * right) / count).toFixed(0)}/${best(name, snr)}`);
  }
  console.log(name.padEnd(11), cells.join(' '));
}

let falseKeys = 0;
const cells: string[] = [];
for (let snr = 10; snr >= -5; snr -= 1) {
  let right = 0;
  let sent = 0;
  for (let i = 0; i < Math.ceil(count / 3); i += 1) {
    const random = new Random(seed * 7000003 + i * 103 + snr);
    const keys = anyKeys(16, () => random.next());
    const signal = dtmfSignal(keys, { lowDbm0: LEVEL_DBM0 - 3.01 });
    const got = heard(signal, LEVEL_DBM0 - snr, random)
      .flatMap((e) => (e.kind === 'dtmf' ? [e.digit] : []))
      .join('');
    const common = longestCommon(keys, got);
    right += common;
    sent += keys.length;
    falseKeys += got.length - common;
  }
  cells.push(`${snr}:${((100 * right) / sent).toFixed(1)}/${best('DTMF', snr)}`);
}
console.log('DTMF'.padEnd(11), cells.join(' '));
console.log(
  `false caller IDs ${falseIds}, false keys ${falseKeys}; each cell is SNR dB: percent here / best public decoder`,
);

function longestCommon(a: string, b: string): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    const next = [0];
    for (let j = 0; j < b.length; j += 1) {
      next.push(x === b[j] ? (row[j] as number) + 1 : Math.max(row[j + 1] as number, next[j] as number));
    }
    row = next;
  }
  return row[b.length] as number;
}
