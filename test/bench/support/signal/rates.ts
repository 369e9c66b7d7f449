import { decode } from '../../../signal/support/decode.js';
import { anyKeys, dtmfSignal } from '../../../signal/support/dtmf-signal.js';
import { LineSignal } from '../../../signal/support/line-signal.js';
import { Random } from '../../../signal/support/random.js';
import { type CallerIdName, callerId } from './caller-ids.js';
import { inCommon } from './in-common.js';
import type { Spandsp } from './spandsp.js';

const LEVEL_DBM0 = -15;
const PAUSE_MS = 400;

/** One kind of signal at one signal-to-noise ratio (white noise over 0-4 kHz). */
export interface Point {
  readonly signal: CallerIdName | 'DTMF';
  readonly snrDb: number;
}

/** What was sent, and what of it each heard right; the rest of what it told was false. */
export interface Rate extends Point {
  readonly sent: number;
  readonly ours: number;
  readonly oursFalse: number;
  readonly spandsp: number;
  readonly spandspFalse: number;
}

/** `count` messages, or as many keys, one after the other on one line that both listen to. */
export function rate({ signal, snrDb }: Point, count: number, seed: number, spandsp: Spandsp): Rate {
  const random = new Random(seed * 1_000_003 + snrDb * 101 + signal.length);
  const sent: string[] = [];
  const parts: LineSignal[] = [];
  for (let i = 0; i < count; i += 1) {
    const text = signal === 'DTMF' ? anyKeys(1, () => random.next()) : random.digits(random.int(10, 11));
    sent.push(text);
    parts.push(
      signal === 'DTMF'
        ? dtmfSignal(text, { lowDbm0: LEVEL_DBM0 - 3.01, leadMs: 0 })
        : callerId(signal, text, LEVEL_DBM0, random),
    );
  }
  const pauseMs = signal === 'DTMF' ? 0 : PAUSE_MS;
  const samples = parts.reduce((sum, part) => sum + part.samples.length, 0) + (count * pauseMs + 2 * PAUSE_MS) * 8;
  const line = new LineSignal(samples / 8);
  let atMs = PAUSE_MS;
  for (const part of parts) {
    line.add(part, atMs);
    atMs += part.samples.length / 8 + pauseMs;
  }
  const pcm = line.noise(LEVEL_DBM0 - snrDb, random).toPcm();

  const events = decode(pcm, { sampleRateHz: 8000 });
  const theirs = spandsp.hear(pcm);
  const heard =
    signal === 'DTMF'
      ? events.flatMap((event) => (event.kind === 'dtmf' ? [event.digit] : []))
      : events.flatMap((event) => (event.kind === 'caller-id' ? [event.number ?? ''] : []));
  const theirHeard = signal === 'DTMF' ? [...theirs.keys] : theirs.numbers;
  const ours = inCommon(sent, heard);
  const right = inCommon(sent, theirHeard);
  return {
    signal,
    snrDb,
    sent: count,
    ours,
    oursFalse: heard.length - ours,
    spandsp: right,
    spandspFalse: theirHeard.length - right,
  };
}
