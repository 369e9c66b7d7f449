import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chance } from './chance.js';
import { Murmur } from './murmur.js';
import { WavWriter, writeWav } from './wav.js';

/** An edge as it stands in `trace.json`. */
export type EdgeJson =
  | { readonly atMs: number; readonly ring: boolean }
  | { readonly atMs: number; readonly hook: 'on' | 'off' }
  | { readonly atMs: number; readonly polarity: 'normal' | 'reversed' };

export interface CleanTraceOptions {
  /** Created if missing; else a fresh folder under the system's temporary one. */
  readonly dir?: string;
  readonly line?: string;
  readonly sampleRateHz?: number;
  readonly startsAt?: string;
}

const STARTS_AT = '2026-11-24T09:00:00+09:00';

/** Writes a trace of exactly these edges and samples. Returns its folder. */
export function cleanTrace(edges: readonly EdgeJson[], samples: Int16Array, options: CleanTraceOptions = {}): string {
  const { line = 'line-1', sampleRateHz = 8000, startsAt = STARTS_AT } = options;
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'kikitome-trace-'));
  mkdirSync(dir, { recursive: true });
  const audio = `${line}.wav`;
  writeWav(join(dir, audio), samples, sampleRateHz);
  writeFileSync(join(dir, 'trace.json'), JSON.stringify({ line, sampleRateHz, audio, startsAt, edges }));
  return dir;
}

/** What a recorder ought to make of one call of a random trace. Times are from the start of the trace. */
export interface ExpectedCall {
  readonly kind: 'answered' | 'missed' | 'outbound' | 'abandoned';
  readonly direction: 'inbound' | 'outbound';
  /** First edge of the lift, before its bounce; `null` where nobody lifted. */
  readonly offHookMs: number | null;
  /** First edge of the hang-up, before its bounce; `null` where nobody lifted. */
  readonly onHookMs: number | null;
  /** First ring edge; `null` for outbound. */
  readonly ringStartMs: number | null;
  /** From the first ring edge to the lift, or to the end of the last ring for `missed`; 0 for outbound. */
  readonly ringMs: number;
  readonly flashes: readonly { readonly atMs: number; readonly lengthMs: number }[];
}

export interface RandomTraceOptions {
  readonly seed: number;
  readonly calls: number;
  readonly line: string;
  /** Created if missing. */
  readonly dir: string;
  readonly sampleRateHz?: number;
  /** About what an answered call lasts; outbound ones at least 9 s. */
  readonly meanCallS?: number;
  readonly startsAt?: string;
}

/**
 * Writes a random trace: calls of every kind with bouncing contacts, 2 to 6 s apart (7 to 9 s after a missed one, so
 * that the next cannot pass for its answer), each with sound like no other while the loop is closed. The same options
 * write the same bytes.
 */
export function makeRandomTrace(options: RandomTraceOptions): { dir: string; expected: ExpectedCall[] } {
  const { seed, calls, line, dir, sampleRateHz = 8000, meanCallS = 12, startsAt = STARTS_AT } = options;
  const chance = new Chance(seed);
  const script = new Script(chance);
  const expected = Array.from({ length: calls }, () => script.call(meanCallS * 1000));

  mkdirSync(dir, { recursive: true });
  const audio = `${line}.wav`;
  const wav = new WavWriter(join(dir, audio), sampleRateHz);
  const murmur = new Murmur(chance, sampleRateHz);
  const until = (ms: number, voice: boolean) => {
    const count = Math.round((ms * sampleRateHz) / 1000) - wav.samples;
    if (count > 0) wav.write(voice ? murmur.speak(count) : murmur.rest(count));
  };
  for (const { offHookMs, onHookMs, flashes } of expected) {
    if (offHookMs === null || onHookMs === null) continue;
    until(offHookMs, false);
    murmur.changeVoice();
    for (const { atMs, lengthMs } of flashes) {
      until(atMs, true);
      until(atMs + lengthMs, false);
    }
    until(onHookMs, true);
  }
  until(script.nowMs, false);
  wav.close();
  writeFileSync(join(dir, 'trace.json'), JSON.stringify({ line, sampleRateHz, audio, startsAt, edges: script.edges }));
  return { dir, expected };
}

/** Writes the edges of one call after another. All times are whole tenths of a millisecond. */
class Script {
  readonly edges: EdgeJson[] = [];
  readonly #chance: Chance;
  nowMs = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
    this.#pass(1500, 3000);
  }

  call(meanMs: number): ExpectedCall {
    const kind = this.#chance.pick<ExpectedCall['kind']>([
      'answered',
      'answered',
      'missed',
      'outbound',
      'outbound',
      'abandoned',
    ]);
    const direction = kind === 'outbound' || kind === 'abandoned' ? 'outbound' : 'inbound';
    const ringStartMs = direction === 'inbound' ? this.nowMs : null;
    let trip: EdgeJson | undefined;
    if (kind === 'missed') this.#ring(this.#chance.integer(1, 4));
    if (kind === 'answered') trip = this.#ringUntilAnswered();
    if (ringStartMs !== null && kind === 'missed') {
      const ringMs = tenths(this.nowMs - ringStartMs);
      this.#pass(7000, 9000);
      return { kind, direction, offHookMs: null, onHookMs: null, ringStartMs, ringMs, flashes: [] };
    }

    const offHookMs = this.nowMs;
    const lastsMs = this.#durationMs(kind, meanMs);
    this.#contact('off', trip);
    const flashes = lastsMs > 8000 && this.#chance.happens(0.3) ? [this.#flash(offHookMs, lastsMs)] : [];
    this.nowMs = tenths(offHookMs + lastsMs);
    const onHookMs = this.nowMs;
    this.#contact('on');
    this.#pass(2000, 6000);
    const ringMs = ringStartMs === null ? 0 : tenths(offHookMs - ringStartMs);
    return { kind, direction, offHookMs, onHookMs, ringStartMs, ringMs, flashes };
  }

  #durationMs(kind: ExpectedCall['kind'], meanMs: number): number {
    if (kind === 'abandoned') return tenths(this.#chance.between(1000, 4000));
    return tenths(Math.max(kind === 'outbound' ? 9000 : 3000, this.#chance.between(0.5, 1.5) * meanMs));
  }

  #ring(bursts: number): void {
    for (let burst = 0; burst < bursts; burst += 1) {
      if (burst > 0) this.#pass(2000, 2000);
      this.edges.push({ atMs: this.nowMs, ring: true });
      this.#pass(1000, 1000);
      this.edges.push({ atMs: this.nowMs, ring: false });
    }
  }

  /** Lifts in a pause or in a burst; the exchange trips that ring a little after the lift: the edge returned. */
  #ringUntilAnswered(): EdgeJson | undefined {
    this.#ring(this.#chance.integer(1, 3));
    if (this.#chance.happens(0.6)) {
      this.#pass(200, 1900);
      return undefined;
    }
    this.#pass(2000, 2000);
    this.edges.push({ atMs: this.nowMs, ring: true });
    this.#pass(100, 800);
    return { atMs: tenths(this.nowMs + this.#chance.between(20, 150)), ring: false };
  }

  #flash(offHookMs: number, lastsMs: number): { atMs: number; lengthMs: number } {
    const lengthMs = tenths(this.#chance.between(200, 1000));
    this.nowMs = tenths(offHookMs + this.#chance.between(2500, lastsMs - 4000));
    const atMs = this.nowMs;
    this.#contact('on');
    this.nowMs = tenths(atMs + lengthMs);
    this.#contact('off');
    return { atMs, lengthMs };
  }

  /** One change of the hook switch, bouncing for at most 8 ms half of the time; `other` is sorted in between. */
  #contact(hook: 'on' | 'off', other?: EdgeJson): void {
    const burst: EdgeJson[] = [{ atMs: this.nowMs, hook }];
    const endMs = this.nowMs + 8;
    while (this.#chance.happens(0.5)) {
      this.#pass(0.2, 2);
      const backMs = tenths(this.nowMs + this.#chance.between(0.2, 2));
      if (backMs > endMs) break;
      burst.push({ atMs: this.nowMs, hook: hook === 'on' ? 'off' : 'on' }, { atMs: backMs, hook });
      this.nowMs = backMs;
    }
    if (other !== undefined) burst.push(other);
    this.edges.push(...burst.sort((a, b) => a.atMs - b.atMs));
  }

  #pass(lowMs: number, highMs: number): void {
    this.nowMs = tenths(this.nowMs + this.#chance.between(lowMs, highMs));
  }
}

const tenths = (ms: number): number => Math.round(ms * 10) / 10;
