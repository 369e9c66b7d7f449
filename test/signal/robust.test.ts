import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SignalEvent } from '../../firmware/signal/events.js';
import { type HookEdge, readHook } from '../../firmware/signal/hook.js';
import { PROFILES, type Profile } from '../../firmware/signal/profile.js';
import { type HookEvent, PulseDialDecoder } from '../../firmware/signal/pulse-dial.js';
import { SignalReceiver } from '../../firmware/signal/receiver.js';
import { decode } from './support/decode.js';
import { dtmfSignal } from './support/dtmf-signal.js';
import { fskSignal } from './support/fsk-signal.js';
import { LineSignal } from './support/line-signal.js';
import { field, mdmf, nttNumber, sdmf } from './support/messages.js';
import { Random } from './support/random.js';

/** One signal for every decoder, by what it is told as. */
const SIGNALS: Readonly<Record<string, (sampleRateHz: number) => LineSignal>> = {
  'ntt 0312345678': (sampleRateHz) =>
    fskSignal(nttNumber('0312345678'), { modem: 'v23', dbm0: -20, stopBits: 4, sampleRateHz }),
  'etsi 0612345678': (sampleRateHz) =>
    fskSignal(mdmf(field(1, '01020304'), field(2, '0612345678')), {
      modem: 'v23',
      dbm0: -20,
      seizureBits: 300,
      markBits: 180,
      sampleRateHz,
    }),
  'bellcore-mdmf 6095551212': (sampleRateHz) =>
    fskSignal(mdmf(field(1, '01020304'), field(2, '6095551212')), {
      modem: 'bell202',
      dbm0: -20,
      seizureBits: 300,
      markBits: 180,
      sampleRateHz,
    }),
  'bellcore-sdmf 6095551212': (sampleRateHz) =>
    fskSignal(sdmf('01020304', '6095551212'), {
      modem: 'bell202',
      dbm0: -20,
      seizureBits: 300,
      markBits: 180,
      sampleRateHz,
    }),
  'A 0 3 1 2 3 4 5 6 7 8 C dtmf 0312345678': (sampleRateHz) =>
    dtmfSignal('A0312345678C', { lowDbm0: -12, sampleRateHz }),
  dial: (sampleRateHz) => new LineSignal(1500, sampleRateHz).tone(400, -15, 100, 1200),
  ringback: (sampleRateHz) => new LineSignal(1500, sampleRateHz).tone(400, -15, 100, 1000, { hz: 16, depth: 0.9 }),
  busy: (sampleRateHz) => new LineSignal(2000, sampleRateHz).tone(400, -15, 100, 500).tone(400, -15, 1100, 500),
};
const line = (signal: LineSignal, leadMs: number): Int16Array =>
  new LineSignal(leadMs + (signal.samples.length * 1000) / signal.sampleRateHz + 300, signal.sampleRateHz)
    .add(signal, leadMs)
    .noise(-55, new Random(9))
    .toPcm();
const gist = (events: readonly SignalEvent[]): string =>
  events
    .map((event) => {
      if (event.kind === 'dtmf') return event.digit;
      return event.kind === 'tone' ? event.tone : `${event.standard} ${event.number}`;
    })
    .join(' ');

/** Processor time in ms: the least of three, for other programs take their share. */
function cost(work: () => void): number {
  const times = [0, 1, 2].map(() => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}
/** Ten times as much costs ten times as much; 100 would be quadratic. */
function assertLinear(work: (size: number) => () => void, size: number): void {
  const small = work(size);
  const large = work(10 * size);
  small();
  const ratio = cost(large) / Math.max(cost(small), 1);
  assert.ok(ratio < 40, `ten times the input took ${ratio.toFixed(0)} times as long`);
}

function randomEdges(count: number, random: Random): HookEdge[] {
  let at = 0;
  return Array.from({ length: count }, (): HookEdge => {
    at += random.pick([0.2, 3, 33, 66, 300, 2000]) * random.next();
    return [at, random.pick(['on', 'off'] as const)];
  });
}

describe('signal: whatever comes', () => {
  for (const [told, signal] of Object.entries(SIGNALS)) {
    it(`${told}: any rate, any start, any chunks (seed 12)`, () => {
      fc.assert(
        fc.property(
          fc.constantFrom(8000, 16000, 48000),
          fc.double({ min: 100, max: 160, noNaN: true }),
          fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 8 }),
          (sampleRateHz, leadMs, cuts) => {
            const pcm = line(signal(sampleRateHz), leadMs);
            const events: SignalEvent[] = [];
            const receiver = new SignalReceiver({ sampleRateHz }, (event) => events.push(event));
            for (let at = 0, i = 0; at < pcm.length; i += 1) {
              const length = (cuts[i % cuts.length] as number) + (i % cuts.length === 0 ? 1 : 0);
              receiver.push(pcm.subarray(at, at + length));
              at += length;
            }
            receiver.flush();
            assert.equal(gist(events), told);
          },
        ),
        { numRuns: 12, seed: 12 },
      );
    });
  }
  it('any bytes as samples, any rate and country: never throws (seed 13)', () => {
    const profiles = Object.keys(PROFILES) as Profile['name'][];
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 20000 }),
        fc.constantFrom(8000, 16000, 24000, 32000, 40000, 48000),
        fc.constantFrom(...profiles),
        (bytes, sampleRateHz, profile) => {
          const samples = new Int16Array(bytes.slice(0, bytes.length & ~1).buffer);
          decode(samples, { sampleRateHz, profile }, 777);
        },
      ),
      { numRuns: 60, seed: 13 },
    );
  });
  it('any octets behind a good preamble: never throws (seed 14)', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('v23' as const, 'bell202' as const),
        (octets, modem) => {
          const signal = fskSignal([...octets], { modem, dbm0: -15, seizureBits: 100, markBits: 100 });
          for (const event of decode(line(signal, 100), { sampleRateHz: 8000 })) assert.notEqual(event.kind, 'dtmf');
        },
      ),
      { numRuns: 40, seed: 14 },
    );
  });
  it('noise, one tone forever, a preamble forever: time grows as the sound does (seed 15)', () => {
    const kinds: Readonly<Record<string, (seconds: number) => LineSignal>> = {
      noise: (seconds) => new LineSignal(seconds * 1000).noise(-5, new Random(15)),
      key: (seconds) =>
        new LineSignal(seconds * 1000).tone(770, -12, 0, seconds * 1000).tone(1336, -12, 0, seconds * 1000),
      mark: (seconds) => new LineSignal(seconds * 1000).tone(1300, -12, 0, seconds * 1000),
      bits: (seconds) => fskSignal(new Array(seconds * 120).fill(0x55), { modem: 'v23', dbm0: -12, markBits: 75 }),
    };
    for (const make of Object.values(kinds)) {
      assertLinear((seconds) => {
        const pcm = make(seconds).toPcm();
        return () => void decode(pcm, { sampleRateHz: 8000 });
      }, 4);
    }
  });
  it('any edges: time grows as their number does (seed 16)', () => {
    assertLinear((count) => {
      const edges = randomEdges(count, new Random(16));
      return () => void readHook(edges);
    }, 20000);
  });
  it('edges whose times go back, repeat or leap: never throws, events in order (seed 17)', () => {
    const times = fc.oneof(fc.double({ noNaN: true, min: -1e4, max: 1e6 }), fc.constantFrom(0, 1e15, -1e15));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(times, fc.constantFrom('on' as const, 'off' as const)), { maxLength: 80 }),
        (edges) => {
          const events: HookEvent[] = [];
          const decoder = new PulseDialDecoder((event) => events.push(event));
          for (const [atMs, state] of edges) decoder.edge(atMs, state);
          decoder.finish();
          let open = false;
          for (const { kind } of events) {
            if (kind === 'seized' || kind === 'released') {
              assert.equal(open, kind === 'released');
              open = kind === 'seized';
            } else assert.ok(open, `${kind} outside a call`);
          }
        },
      ),
      { numRuns: 300, seed: 17 },
    );
  });
  it('the same edges later are the same call later (seed 18)', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e6), (laterMs, seed) => {
        const edges = randomEdges(120, new Random(seed));
        const { calls } = readHook(edges.map(([atMs, state]) => [atMs + laterMs, state]));
        const plain = readHook(edges).calls;
        assert.deepEqual(
          calls.map(({ dialled, flashes, endMs }) => [dialled, flashes.length, endMs === null]),
          plain.map(({ dialled, flashes, endMs }) => [dialled, flashes.length, endMs === null]),
        );
      }),
      { numRuns: 100, seed: 18 },
    );
  });
});
