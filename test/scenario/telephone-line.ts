import type { CallRecord } from '../../firmware/call/call-record.js';
import { localIso } from '../../firmware/rules/local-time.js';
import { DEFAULT_RULES } from '../../firmware/rules/office.js';
import { keptUntilMs } from '../../firmware/rules/retention.js';
import { type DtmfOptions, dtmfSignal } from '../signal/support/dtmf-signal.js';
import { type FskOptions, fskSignal } from '../signal/support/fsk-signal.js';
import { LineSignal } from '../signal/support/line-signal.js';
import { Random } from '../signal/support/random.js';
import { voice } from '../signal/support/voice.js';
import { cleanTrace, type EdgeJson } from '../support/traces.js';

export interface LineOptions {
  readonly seed: number;
  /** Of the pair, all the time. */
  readonly noiseDbm0?: number;
  /** Every contact trembles: hook, dial and ring detector. */
  readonly bounces?: boolean;
}

const STARTS_AT = '2026-11-24T09:00:00+09:00';
const STARTS_AT_MS = Date.parse(STARTS_AT);
const PULSE = { 10: { breakMs: 67, makeMs: 33, pauseMs: 700 }, 20: { breakMs: 33, makeMs: 17, pauseMs: 500 } } as const;

/** A pair on which things happen one after the other. What it does returns when it began, in whole ms. */
export class TelephoneLine {
  nowMs = 1000;
  readonly #edges: EdgeJson[] = [];
  readonly #sounds: { readonly atMs: number; readonly signal: LineSignal }[] = [];
  readonly #random: Random;
  readonly #noiseDbm0: number;
  readonly #bounces: boolean;

  constructor({ seed, noiseDbm0 = -62, bounces = false }: LineOptions) {
    this.#random = new Random(seed);
    this.#noiseDbm0 = noiseDbm0;
    this.#bounces = bounces;
  }

  wait(ms: number): number {
    const atMs = this.nowMs;
    this.nowMs += ms;
    return atMs;
  }

  lift(): number {
    return this.#hook('off');
  }

  hangUp(): number {
    return this.#hook('on');
  }

  flash(ms: number): number {
    const atMs = this.hangUp();
    this.wait(ms);
    this.lift();
    return atMs;
  }

  polarity(polarity: 'normal' | 'reversed'): void {
    this.#edges.push({ atMs: this.nowMs, polarity });
  }

  /** Ends with the last burst. */
  ring(bursts: number, onMs = 1000, offMs = 2000): number {
    const atMs = this.nowMs;
    for (let i = 0; i < bursts; i += 1) {
      if (i > 0) this.wait(offMs);
      this.ringing(true);
      this.wait(onMs);
      this.ringing(false);
    }
    return atMs;
  }

  ringing(ring: boolean): void {
    this.#contact((flipped) => ({ ring: flipped ? !ring : ring }));
  }

  /**
   * CAR, the telephone's primary answer in the third burst, and the exchange's silence. What is sent next is what it fetches.
   * Returns when it began to ring.
   */
  primaryAnswer(): number {
    this.polarity('reversed');
    this.wait(100);
    const atMs = this.ring(2, 500, 500);
    this.wait(500);
    this.ringing(true);
    this.wait(230);
    this.lift();
    this.wait(25);
    this.ringing(false);
    this.wait(400);
    return atMs;
  }

  /** The whole dance: CAR, primary answer, data, reception complete, and the pause before the bell. */
  fetchNumber(
    octets: readonly number[],
    { releaseMs = 250, pauseMs = 900, ...fsk }: Partial<FskOptions> & { releaseMs?: number; pauseMs?: number } = {},
  ): number {
    const atMs = this.primaryAnswer();
    this.data(octets, fsk);
    this.wait(releaseMs);
    this.hangUp();
    this.wait(pauseMs);
    return atMs;
  }

  data(octets: readonly number[], options: Partial<FskOptions> = {}): number {
    return this.#sound(fskSignal(octets, { modem: 'v23', dbm0: -20, ...options }));
  }

  keys(digits: string, options: Partial<DtmfOptions> = {}): number {
    return this.#sound(dtmfSignal(digits, { lowDbm0: -12, twistDb: 2, onMs: 80, offMs: 90, leadMs: 30, ...options }));
  }

  pulses(digits: string, pps: 10 | 20): number {
    const atMs = this.nowMs;
    const { breakMs, makeMs, pauseMs } = PULSE[pps];
    for (const digit of digits) {
      for (let left = Number(digit) || 10; left > 0; left -= 1) {
        const nextMs = this.nowMs + breakMs + makeMs;
        this.hangUp();
        this.nowMs = nextMs - makeMs;
        this.lift();
        this.nowMs = nextMs;
      }
      this.wait(pauseMs);
    }
    return atMs;
  }

  say(ms: number, dbm0 = -20): number {
    return this.#sound(voice(ms, this.#random, dbm0));
  }

  dialTone(ms: number): number {
    return this.#sound(new LineSignal(ms).tone(400, -14, 0, ms));
  }

  secondDialTone(times: number): number {
    const signal = new LineSignal(times * 250);
    for (let i = 0; i < times; i += 1) signal.tone(400, -14, i * 250, 125);
    return this.#sound(signal);
  }

  ringback(times: number): number {
    const signal = new LineSignal(times * 3000);
    for (let i = 0; i < times; i += 1) signal.tone(400, -18, i * 3000, 1000, { hz: 16, depth: 0.85 });
    return this.#sound(signal);
  }

  busyTone(times: number): number {
    const signal = new LineSignal(times * 1000);
    for (let i = 0; i < times; i += 1) signal.tone(400, -16, i * 1000, 500);
    return this.#sound(signal);
  }

  /** Writes all of it as a trace, with eight quiet seconds at its end. Returns the folder. */
  write(dir: string, line: string, startsAt = STARTS_AT): string {
    const whole = new LineSignal(this.nowMs + 8000);
    for (const { atMs, signal } of this.#sounds) whole.add(signal, atMs);
    whole.noise(this.#noiseDbm0, this.#random);
    return cleanTrace(this.#edges, whole.toPcm(), { dir, line, startsAt });
  }

  #hook(hook: 'on' | 'off'): number {
    const other = hook === 'on' ? 'off' : 'on';
    return this.#contact((flipped) => ({ hook: flipped ? other : hook }));
  }

  /** Now; trembling for up to 5 ms after it, which takes no time of what follows. */
  #contact(edge: (flipped: boolean) => { ring: boolean } | { hook: 'on' | 'off' }): number {
    const atMs = this.nowMs;
    this.#edges.push({ atMs, ...edge(false) });
    if (!this.#bounces) return atMs;
    let at = atMs;
    for (let i = this.#random.int(1, 2); i > 0; i -= 1) {
      at += this.#random.int(3, 11) / 10;
      this.#edges.push({ atMs: at, ...edge(true) });
      at += this.#random.int(3, 11) / 10;
      this.#edges.push({ atMs: at, ...edge(false) });
    }
    return atMs;
  }

  #sound(signal: LineSignal): number {
    const atMs = this.nowMs;
    this.#sounds.push({ atMs, signal });
    this.wait(Math.round((signal.samples.length * 1000) / signal.sampleRateHz));
    return atMs;
  }
}

/** What a record is to say, but for what only the store knows. Times are of the trace. */
export interface Expected {
  readonly direction: CallRecord['direction'];
  readonly outcome: NonNullable<CallRecord['outcome']>;
  readonly startMs: number;
  readonly endMs: number;
  readonly ringMs: number | null;
  readonly caller: CallRecord['caller'];
  readonly dialled: string | null;
  readonly flashes: CallRecord['flashes'];
}

const common = { caller: null, dialled: null, flashes: [] };

/** Rang from `rangMs`, answered at `upMs`. */
export const answered = (rangMs: number, upMs: number, downMs: number, more: Partial<Expected> = {}): Expected => ({
  ...common,
  direction: 'inbound',
  outcome: 'answered',
  startMs: upMs,
  endMs: downMs,
  ringMs: upMs - rangMs,
  ...more,
});

export const missed = (rangMs: number, endMs: number, more: Partial<Expected> = {}): Expected => ({
  ...common,
  direction: 'inbound',
  outcome: 'missed',
  startMs: rangMs,
  endMs,
  ringMs: endMs - rangMs,
  ...more,
});

export const dialledOut = (
  upMs: number,
  downMs: number,
  dialled: string | null,
  more: Partial<Expected> = {},
): Expected => ({
  ...common,
  direction: 'outbound',
  outcome: 'answered',
  startMs: upMs,
  endMs: downMs,
  ringMs: null,
  dialled,
  ...more,
});

/** The record, whole, without `id`, `number` and what the encoder makes of the sound. */
export function recordOf(expected: Expected, line: string): unknown {
  const { retention, timeZone } = DEFAULT_RULES;
  const { startMs, endMs, outcome, ...rest } = expected;
  const endedWallMs = STARTS_AT_MS + endMs;
  const heard = outcome === 'missed' ? null : { codec: 'mp3', sampleRateHz: 8000, bitRate: 32_000 };
  return {
    ...rest,
    line,
    outcome,
    startedAt: localIso(STARTS_AT_MS + startMs, timeZone),
    endedAt: localIso(endedWallMs, timeZone),
    durationMs: outcome === 'missed' ? 0 : endMs - startMs,
    moreFlashes: null,
    gaps: [],
    moreGaps: null,
    clock: 'synchronised',
    audio: heard,
    retention: { rule: retention, until: localIso(keptUntilMs(retention, endedWallMs, timeZone) ?? 0, timeZone) },
    hold: null,
    state: 'kept',
    memo: null,
    handler: null,
  };
}

/** The same of a record that was kept. */
export function bareRecord({ id: _id, number: _number, audio, ...rest }: CallRecord): unknown {
  return { ...rest, audio: audio && { codec: audio.codec, sampleRateHz: audio.sampleRateHz, bitRate: audio.bitRate } };
}
