/**
 * Rate of messages and keys decoded by SNR, on fresh signals: `scripts/bench signal/curve [SEED [COUNT]]`.
 * SNR is signal power over the power of white noise between 0 and 4 kHz. What another decoder reaches stands
 * beside it when KIKITOME_SIGNAL_BAR names a file of that, by condition, decoder and SNR: `{"ntt": {"other": {"9": 97}}}`, in per cent.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { SignalEvent } from '../../../firmware/signal/events.js';
import { decode } from '../../signal/support/decode.js';
import { anyKeys, dtmfSignal } from '../../signal/support/dtmf-signal.js';
import { LineSignal } from '../../signal/support/line-signal.js';
import { Random } from '../../signal/support/random.js';
import { CALLER_IDS, type CallerIdName, callerId } from '../support/signal/caller-ids.js';
import { inCommon } from '../support/signal/in-common.js';

const seed = Number(process.argv[2] ?? 1);
const count = Number(process.argv[3] ?? 100);
const LEVEL_DBM0 = -15;

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
for (const name of Object.keys(CALLER_IDS) as CallerIdName[]) {
  const cells: string[] = [];
  for (let snr = 12; snr >= -1; snr -= 1) {
    let right = 0;
    for (let i = 0; i < count; i += 1) {
      const random = new Random(seed * 1000003 + i * 101 + snr);
      const number = random.digits(random.int(10, 11));
      const signal = callerId(name, number, LEVEL_DBM0, random);
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
    const common = inCommon(keys, got);
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
