import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CallEvent, TrackerInput } from '../../firmware/call/call-event.js';
import { DEFAULT_TIMING } from '../../firmware/call/timing.js';
import {
  callSince,
  dialledSoFar,
  doubtsOf,
  dueAt,
  step,
  type TrackerState,
  trackerState,
} from '../../firmware/call/tracker.js';
import type { MonotonicMs } from '../../hal/clock.js';
import type { Hook } from '../../hal/line.js';

const ms = (value: number): MonotonicMs => value as MonotonicMs;
const off = (atMs: number): TrackerInput => ({ kind: 'hook', hook: 'off-hook', atMs: ms(atMs) });
const on = (atMs: number): TrackerInput => ({ kind: 'hook', hook: 'on-hook', atMs: ms(atMs) });
const ring = (atMs: number, lengthMs: number): TrackerInput[] => [
  { kind: 'ring', ringing: true, atMs: ms(atMs) },
  { kind: 'ring', ringing: false, atMs: ms(atMs + lengthMs) },
];
const caller = (atMs: number): TrackerInput => ({ kind: 'caller', caller: { number: '0312345678' }, atMs: ms(atMs) });
const voice = (atMs: number): TrackerInput => ({ kind: 'voice', atMs: ms(atMs) });
/** Two bursts of CAR; the telephone lifts 700 ms after. */
const car = (atMs: number): TrackerInput[] => [...ring(atMs, 500), ...ring(atMs + 1000, 500)];
const digit = (atMs: number): TrackerInput => ({ kind: 'digit', digit: '5', atMs: ms(atMs) });
const time = (atMs: number): TrackerInput => ({ kind: 'time', atMs: ms(atMs) });
const stop = (atMs: number): TrackerInput => ({ kind: 'stop', atMs: ms(atMs) });

function play(inputs: readonly TrackerInput[], hook: Hook = 'on-hook'): { events: CallEvent[]; state: TrackerState } {
  let state = trackerState(hook, ms(0), DEFAULT_TIMING);
  const events: CallEvent[] = [];
  for (const input of inputs) {
    const [next, more] = step(state, input);
    state = next;
    events.push(...more);
  }
  return { events, state };
}

/** One line for each event: what the tests below read. */
const told = (inputs: readonly TrackerInput[], hook: Hook = 'on-hook'): string[] => play(inputs, hook).events.map(tell);

function tell(event: CallEvent): string {
  switch (event.kind) {
    case 'began':
      return `${event.atMs} ${event.direction}${event.ringMs === null ? '' : ` after ${event.ringMs}`}`;
    case 'down':
      return `${event.atMs} down`;
    case 'up':
      return event.flash ? `up, flash ${event.flash.atMs}+${event.flash.lengthMs}` : 'up';
    case 'ended':
      return `${event.atMs} ${event.outcome}`;
    case 'fetched':
      return `fetched ${event.startMs}-${event.endMs}`;
    case 'tap':
      return `tap ${event.startMs}-${event.endMs}`;
    case 'missed':
      return `missed ${event.startMs}-${event.endMs}`;
  }
}

/** A pulse-dialled digit: breaks of 67 ms, makes of 33 ms. */
const pulses = (atMs: number, count: number): TrackerInput[] =>
  Array.from({ length: count }, (_, i) => [on(atMs + 100 * i), off(atMs + 100 * i + 67)]).flat();

/** A detector that chatters: `offMs` off-hook, `onMs` on-hook, in turn; it ends on-hook, where an off-hook wave would end before `endMs`. */
function hum(fromMs: number, endMs: number, offMs: number, onMs = offMs): TrackerInput[] {
  const waves = Math.floor((endMs - fromMs) / (offMs + onMs));
  return Array.from({ length: waves }, (_, i) => fromMs + i * (offMs + onMs)).flatMap((at) => [
    off(at),
    on(at + offMs),
  ]);
}
/** Taps: off-hook for `lengthMs`, so many, one each `everyMs`. */
const taps = (fromMs: number, count: number, lengthMs: number, everyMs: number): TrackerInput[] =>
  Array.from({ length: count }, (_, i) => [off(fromMs + i * everyMs), on(fromMs + i * everyMs + lengthMs)]).flat();

describe('tracker', () => {
  const cases: readonly [title: string, inputs: readonly TrackerInput[], expected: readonly string[]][] = [
    [
      'takes a lift in a pause of the ringing for an answer',
      [...ring(1000, 1000), ...ring(4000, 1000), off(5500), on(65_500), time(70_000)],
      ['5500 inbound after 4500', '65500 down', '65500 answered'],
    ],
    [
      'takes a lift during a burst for an answer, and the exchange ends the burst a little later',
      [
        { kind: 'ring', ringing: true, atMs: ms(1000) },
        off(1700),
        { kind: 'ring', ringing: false, atMs: ms(1780) },
        on(9000),
        time(11_000),
      ],
      ['1700 inbound after 700', '9000 down', '9000 answered'],
    ],
    [
      'takes the end of the burst between the first edge of the lift and its settling for part of the answer',
      [
        { kind: 'ring', ringing: true, atMs: ms(1000) },
        off(1900),
        { kind: 'ring', ringing: false, atMs: ms(1904) },
        time(1910),
      ],
      ['1900 inbound after 900'],
    ],
    ['notes a call that nobody answers', [...ring(1000, 1000), ...ring(4000, 1000), time(9000)], ['missed 1000-5000']],
    ['does not call it missed before the next burst is overdue', [...ring(1000, 1000), time(5999)], []],
    [
      'sees two missed calls where ringing paused for too long',
      [...ring(1000, 1000), ...ring(6001, 1000), time(20_000)],
      ['missed 1000-2000', 'missed 6001-7001'],
    ],
    ['ignores a tap of the bell', [...ring(1000, 199), time(20_000)], []],
    ['takes a lift after a tap for an outbound call', [...ring(1000, 100), off(2000), time(2010)], ['2000 outbound']],
    [
      'takes a lift long after the ringing for an outbound call',
      [...ring(1000, 1000), off(6001), time(7000)],
      ['missed 1000-2000', '6001 outbound'],
    ],
    [
      'abandons a lift without dialling',
      [off(1000), on(5000), time(7000)],
      ['1000 outbound', '5000 down', '5000 abandoned'],
    ],
    [
      'takes it for a conversation where it lasts',
      [off(1000), on(31_000), time(33_000)],
      ['1000 outbound', '31000 down', '31000 answered'],
    ],
    [
      'takes it for a conversation where a digit was heard',
      [off(1000), digit(2000), on(5000), time(7000)],
      ['1000 outbound', '5000 down', '5000 answered'],
    ],
    [
      'takes dial pulses for digits, never for flashes or hang-ups',
      [off(1000), ...pulses(3000, 3), on(8000), time(10_000)],
      ['1000 outbound', '3000 down', 'up', '3100 down', 'up', '3200 down', 'up', '8000 down', '8000 answered'],
    ],
    [
      'takes no short loop break for a digit or a flash',
      [off(1000), on(2000), off(2150), on(5000), time(9000)],
      ['1000 outbound', '2000 down', 'up', '5000 down', '5000 abandoned'],
    ],
    [
      'goes on after a hook flash',
      [...ring(0, 1000), off(1500), on(5000), off(5400), on(9000), time(11_000)],
      ['1500 inbound after 1500', '5000 down', 'up, flash 5000+400', '9000 down', '9000 answered'],
    ],
    [
      'hangs up at 1500 ms, not before',
      [off(0), on(1000), off(2499), time(2600), on(5000), off(6500), time(6510)],
      ['0 outbound', '1000 down', 'up, flash 1000+1499', '5000 down', '5000 abandoned', '6500 outbound'],
    ],
    [
      'hangs up late where the contact only trembled',
      [off(0), on(1000), off(2495), on(2499), time(2509), time(3000)],
      ['0 outbound', '1000 down', '1000 abandoned'],
    ],
    [
      'cuts at the first edge of a bouncing contact',
      [
        off(1000),
        on(1002),
        off(1003),
        on(1005),
        off(1008),
        time(1100),
        on(40_000),
        off(40_003),
        on(40_007),
        time(42_000),
      ],
      ['1000 outbound', '40000 down', '40000 answered'],
    ],
    ['takes no bounce alone for a call', [off(1000), on(1009), time(5000)], []],
    [
      'takes no break shorter than its settling for a hang-up',
      [off(0), on(1000), off(1009), time(1500)],
      ['0 outbound'],
    ],
    [
      'ends a call at once when the line rings while the handset is down',
      [off(0), on(2000), ...ring(2500, 1000), off(3700), time(3800)],
      ['0 outbound', '2000 down', '2000 abandoned', '3700 inbound after 1200'],
    ],
    [
      'ignores ringing on a line that is off-hook',
      [off(0), ...ring(2000, 1000), on(4000), time(6000)],
      ['0 outbound', '4000 down', '4000 abandoned'],
    ],
    [
      'ignores polarity',
      [
        { kind: 'polarity', polarity: 'reversed', atMs: ms(5) },
        off(10),
        { kind: 'polarity', polarity: 'normal', atMs: ms(25) },
      ],
      ['10 outbound'],
    ],
    ['ignores digits without a call', [digit(5), time(100)], []],
    [
      'ignores a level that is told twice',
      [on(5), off(100), off(200), time(300), off(400), time(500)],
      ['100 outbound'],
    ],

    [
      'does not take the fetching of a number for a call',
      [...car(1000), off(3200), caller(4000), on(4500), ...ring(5500, 1000), off(7000), on(20_000), time(22_000)],
      ['fetched 3200-4500', '7000 inbound after 6000', '20000 down', '20000 answered'],
    ],
    [
      'takes it for missed where nothing rings after the fetching',
      [...car(1000), off(3200), caller(4000), on(4500), time(20_000)],
      ['fetched 3200-4500', 'missed 1000-4500'],
    ],
    [
      'takes it for missed where no number came and nobody spoke',
      [...car(1000), off(3200), on(6000), time(20_000)],
      ['fetched 3200-6000', 'missed 1000-6000'],
    ],
    [
      'keeps it as a call where somebody spoke',
      [...car(1000), off(3200), voice(5000), on(6000), time(20_000)],
      ['3200 inbound after 2200', '6000 answered'],
    ],
    [
      'takes a lift that lasts for a person: without a number',
      [...car(1000), off(3200), voice(4000), time(6700)],
      ['3200 inbound after 2200'],
    ],
    ['… a silent one after longer', [...car(1000), off(3200), time(11_199), time(11_200)], ['3200 inbound after 2200']],
    ['… with a number', [...car(1000), off(3200), caller(4000), time(11_500)], ['3200 inbound after 2200']],
    [
      'waits for the second try',
      [
        ...car(1000),
        off(3200),
        on(6000),
        ...car(8000),
        off(10_200),
        caller(11_000),
        on(11_500),
        ...ring(12_500, 1000),
        off(14_000),
        time(14_100),
      ],
      ['fetched 3200-6000', 'fetched 10200-11500', '14000 inbound after 13000'],
    ],
    [
      'hears a bell that begins while the contact settles',
      [off(0), on(5000), ...ring(5005, 1000), time(20_000)],
      ['0 outbound', '5000 down', '5000 abandoned', 'missed 5005-6005'],
    ],
    [
      'takes a hook detector that chatters for off-hook, from its first edge to its last (60 Hz: 8 ms)',
      [...hum(1000, 61_000, 8), time(70_000)],
      ['1000 outbound', '60992 down', '60992 answered'],
    ],
    [
      '… at 50 Hz, where each half-wave settles',
      [off(1000), ...hum(1000, 1480, 10).slice(1), ...hum(1480, 5000, 9, 11), time(9000)],
      [
        '1000 outbound',
        ...Array.from({ length: 5 }, (_, i) => [`${1010 + 20 * i} down`, 'up']).flat(),
        '4989 down',
        '4989 answered',
      ],
    ],
    [
      '… where off-hook never stands, and on-hook does',
      [...hum(1000, 40_000, 4, 16), time(45_000)],
      ['1000 outbound', '39984 down', '39984 answered'],
    ],
    [
      'goes on with a call while the detector chatters, and beyond it',
      [off(1000), on(5000), ...hum(5008, 30_000, 8), off(30_008), on(40_000), time(45_000)],
      ['1000 outbound', '40000 down', '40000 answered'],
    ],
    [
      'ends a call that a chatter ends at the last that was seen of off-hook',
      [off(1000), on(5000), ...hum(5008, 65_000, 8), time(70_000)],
      ['1000 outbound', '64984 down', '64984 answered'],
    ],
    [
      'takes a burst of under 100 ms for bounce: nothing, or a hang-up at its first edge',
      [...hum(1000, 1090, 8), time(3000), off(4000), on(40_000), ...hum(40_008, 40_090, 8), time(45_000)],
      ['4000 outbound', '40000 down', '40000 answered'],
    ],
    [
      '… and one that lasts for off-hook, however short it is and whatever it ends with',
      [...hum(1000, 1310, 8), time(3000), off(4000), on(40_000), ...hum(40_008, 40_310, 8), time(45_000)],
      ['1000 outbound', '1296 down', '1296 abandoned', '4000 outbound', '40288 down', '40288 answered'],
    ],
    [
      'takes ringing without a pause for a detector that is stuck, and what is lifted after it for a call of its own',
      [{ kind: 'ring', ringing: true, atMs: ms(2000) }, off(600_000), on(660_000), time(700_000)],
      ['missed 2000-8000', '600000 outbound', '660000 down', '660000 answered'],
    ],
    [
      '… and so where it flutters; what rings after that is believed again',
      [
        ...Array.from({ length: 500 }, (_, i) => ring(2000 + 40 * i, 20)).flat(),
        ...ring(30_000, 1000),
        off(31_500),
        on(50_000),
        time(60_000),
      ],
      ['missed 2000-7980', '31500 inbound after 1500', '50000 down', '50000 answered'],
    ],
    [
      'takes the second half of a burst that the detector breaks for the same burst',
      [...ring(1000, 480), ...ring(1500, 500), ...ring(4000, 1000), off(5500), time(5600)],
      ['5500 inbound after 4500'],
    ],
    [
      'notes a caller who lets it ring for ten minutes, as one',
      [...Array.from({ length: 200 }, (_, i) => ring(3000 * i, 1000)).flat(), time(700_000)],
      ['missed 0-598000'],
    ],
    [
      'takes a lift for an answer where the telephone was up before and nothing has rung since',
      [...car(1000), off(3200), on(6000), off(7000), time(7100)],
      ['fetched 3200-6000', '7000 inbound after 6000'],
    ],
    ['stops when idle', [stop(1000)], []],
    ['stops before a lift has settled', [off(1000), stop(1005)], []],
    ['stops in the middle of a call', [off(1000), stop(5000)], ['1000 outbound', '5000 interrupted']],
    [
      'stops after a flash',
      [off(1000), on(2000), off(2300), stop(5000)],
      ['1000 outbound', '2000 down', 'up, flash 2000+300', '5000 interrupted'],
    ],
    [
      'stops with the handset down: hung up',
      [off(1000), on(2000), stop(2500)],
      ['1000 outbound', '2000 down', '2000 abandoned'],
    ],
    ['stops during a burst', [{ kind: 'ring', ringing: true, atMs: ms(1000) }, stop(1400)], ['missed 1000-1400']],
    ['stops during a tap', [{ kind: 'ring', ringing: true, atMs: ms(1000) }, stop(1100)], []],
    ['stops in a pause of the ringing', [...ring(1000, 1000), stop(2500)], ['missed 1000-2000']],
    [
      'says nothing twice when stopped twice',
      [off(1000), stop(5000), stop(5000), on(6000), time(9000)],
      ['1000 outbound', '5000 interrupted'],
    ],
  ];
  for (const [title, inputs, expected] of cases) it(title, () => assert.deepEqual(told(inputs), expected));

  it('takes up a call that is in progress at the start', () => {
    assert.deepEqual(told([time(9)], 'off-hook'), []);
    assert.deepEqual(told([time(10), on(40_000), time(42_000)], 'off-hook'), [
      '0 outbound',
      '40000 down',
      '40000 answered',
    ]);
  });

  it('tells what has been dialled so far, as long as it could be a number', () => {
    const keys = (count: number): TrackerInput[] => Array.from({ length: count }, (_, i) => digit(100 + 100 * i));
    assert.equal(dialledSoFar(play(keys(3)).state), null);
    assert.equal(dialledSoFar(play([off(0)]).state), null);
    assert.equal(dialledSoFar(play([off(0), ...keys(3)]).state), '555');
    assert.equal(dialledSoFar(play([off(0), ...keys(3), on(500), time(700)]).state), '555');
    assert.equal(dialledSoFar(play([off(0), ...keys(1000)]).state), '5'.repeat(64));
  });

  it('keeps a dozen taps like calls, and of the rest only what lasts or dials', () => {
    const storm = taps(1000, 14, 40, 2000);
    const kept = Array.from({ length: 12 }, (_, i) => 1000 + i * 2000).flatMap((at) => [
      `${at} outbound`,
      `${at + 40} down`,
      `${at + 40} abandoned`,
    ]);
    const dropped = ['tap 25000-25040', 'tap 27000-27040'];
    assert.deepEqual(told([...storm, time(60_000)]), [...kept, ...dropped]);
    const lasts = [off(60_000), on(61_000), time(63_000)];
    assert.deepEqual(told([...storm, ...lasts]).slice(-3), ['60000 outbound', '61000 down', '61000 abandoned']);
    const dials = [off(60_000), digit(60_500), on(60_900), time(63_000)];
    assert.deepEqual(told([...storm, ...dials]).slice(-3), ['60000 outbound', '60900 down', '60900 answered']);
    const answers = [...ring(60_000, 1000), off(61_500), on(61_600), time(64_000)];
    assert.deepEqual(told([...storm, ...answers]).slice(-3), [
      '61500 inbound after 1500',
      '61600 down',
      '61600 answered',
    ]);
  });

  it('keeps a tap again when an hour has gone by, and does not count what lasts', () => {
    const storm = taps(1000, 13, 40, 2000);
    const later = told([...storm, ...taps(3_700_000, 2, 40, 2000), time(3_800_000)]).slice(-4);
    assert.deepEqual(later, ['3700000 outbound', '3700040 down', '3700040 abandoned', 'tap 3702000-3702040']);
    assert.ok(!told([...taps(1000, 100, 1000, 4000), time(500_000)]).some((each) => each.startsWith('tap')));
  });

  it('takes a chatter that comes for moments for taps', () => {
    const moments = Array.from({ length: 13 }, (_, i) => hum(1000 + 3000 * i, 1200 + 3000 * i, 8)).flat();
    const events = told([...moments, time(60_000)]);
    assert.deepEqual(events.slice(-4), ['34000 outbound', '34184 down', '34184 abandoned', 'tap 37000-37184']);
  });

  it('begins a call at its first edge where it chatters when taps are not kept any more', () => {
    const events = told([...taps(1000, 13, 40, 2000), ...hum(60_000, 100_000, 8), time(110_000)]);
    assert.deepEqual(events.slice(-4), ['tap 25000-25040', '60000 outbound', '99992 down', '99992 answered']);
  });

  it('says which detector is not to be believed, for as long as that is so', () => {
    const of = (...inputs: TrackerInput[]) => doubtsOf(play(inputs).state);
    assert.deepEqual(of(...hum(1000, 1490, 8)), { hook: null, ring: null }); // a hand that was slow
    assert.deepEqual(of(...hum(1000, 1600, 8)), { hook: 'chatters', ring: null });
    assert.deepEqual(of(...hum(1000, 1600, 8), time(1792)), { hook: null, ring: null });
    assert.deepEqual(of({ kind: 'ring', ringing: true, atMs: ms(0) }, time(6000)), { hook: null, ring: 'stuck' });
    assert.deepEqual(of(...ring(0, 7000)), { hook: null, ring: null });
  });

  it('never takes a dial for a chatter: 20 pps, 14 ms makes, contacts that tremble for 5 ms', () => {
    const edge = (atMs: number, to: typeof off, from: typeof off) => [to(atMs), from(atMs + 2), to(atMs + 5)];
    const digits = Array.from({ length: 10 }, (_, i) => 3000 + 1000 * i).flatMap((at) =>
      Array.from({ length: 10 }, (_, i) => at + 45 * i).flatMap((at) => [
        ...edge(at, on, off),
        ...edge(at + 31, off, on),
      ]),
    );
    let state = trackerState('on-hook', ms(0), DEFAULT_TIMING);
    for (const input of [off(1000), ...digits]) {
      state = step(state, input)[0];
      assert.equal(doubtsOf(state).hook, null);
    }
    assert.equal(callSince(state), 1000);
  });

  it('tells since when a call is in progress, and when it wants to be woken', () => {
    const { state } = play([off(1000), on(4000), time(4100)]);
    assert.equal(callSince(state), 1000);
    assert.equal(dueAt(state), 5500);
    assert.equal(dueAt(play([off(1000)]).state), 1010);
    assert.equal(dueAt(play([]).state), null);
    assert.equal(dueAt(play(ring(0, 1000)).state), 5000);
  });
});

const gapMs = fc.oneof(fc.nat(15), fc.nat(120), fc.nat(2000), fc.nat(10_000)).map((n) => n / 2);
const kinds = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('off', 'on') },
  { weight: 4, arbitrary: fc.constantFrom('ring', 'pause') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('digit', 'caller', 'progress', 'voice', 'dial-tone', 'normal', 'reversed', 'stop'),
  },
);

const inputOf = (kind: string, atMs: MonotonicMs): TrackerInput => {
  if (kind === 'off' || kind === 'on') return { kind: 'hook', hook: `${kind}-hook`, atMs };
  if (kind === 'ring' || kind === 'pause') return { kind: 'ring', ringing: kind === 'ring', atMs };
  if (kind === 'normal' || kind === 'reversed') return { kind: 'polarity', polarity: kind, atMs };
  if (kind === 'caller') return { kind, caller: { number: '0312345678' }, atMs };
  if (kind === 'progress' || kind === 'voice' || kind === 'dial-tone') return { kind, atMs };
  return kind === 'stop' ? { kind, atMs } : { kind: 'digit', digit: '5', atMs };
};

const pacesMs = fc.oneof(fc.nat(44), fc.nat(500), fc.nat(2400), fc.nat(6000)).map((n) => n / 2);
/** A detector that chatters, or that tells taps without end: its two levels in turn. */
const bursts = fc
  .tuple(pacesMs, pacesMs, fc.integer({ min: 2, max: 200 }), fc.constantFrom(['off', 'on'], ['ring', 'pause']))
  .map(([up, down, length, levels]) =>
    Array.from({ length }, (_, i): [number, string] => [i % 2 === 0 ? down : up, levels[i % 2] ?? '']),
  );
const steps = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(gapMs, kinds).map((each) => [each]) },
  { weight: 1, arbitrary: bursts },
);

/** Whatever a line could do, in order of time, and a stop at the end. */
const histories = fc.array(steps, { maxLength: 60 }).map((parts) => {
  let atMs = 0;
  const inputs = parts.flat().map(([gap, kind]) => {
    atMs += gap;
    return inputOf(kind, ms(atMs));
  });
  return [...inputs, stop(atMs + 20_000)];
});
const hooks = fc.constantFrom<Hook>('on-hook', 'off-hook');
const SEED = 20_261_124;

describe(`tracker, whatever the line does (seed ${SEED})`, () => {
  const property = <T extends [unknown, ...unknown[]]>(...args: Parameters<typeof fc.property<T>>) =>
    fc.assert(fc.property(...args), { seed: SEED, numRuns: 3000 });

  it('does not depend on how late or how often it is woken', () => {
    property(
      histories,
      hooks,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 }),
      (inputs, hook, wakes) => {
        const endMs = inputs.at(-1)?.atMs ?? 0;
        const woken = [...inputs, ...wakes.map((share) => time(share * endMs))];
        // A stable sort: a wake comes after what happened at its very moment. Every input comes a second time as a wake before it.
        woken.sort((a, b) => a.atMs - b.atMs);
        const punctual = inputs.flatMap((input) => [time(input.atMs), input]);
        const expected = told(inputs, hook);
        assert.deepEqual(told(woken, hook), expected);
        assert.deepEqual(told(punctual, hook), expected);
      },
    );
  });

  it('does the same woken exactly when it asks', () => {
    property(histories, hooks, (inputs, hook) => {
      let state = trackerState(hook, ms(0), DEFAULT_TIMING);
      const events: CallEvent[] = [];
      const feed = (input: TrackerInput) => {
        const [next, more] = step(state, input);
        state = next;
        events.push(...more);
      };
      for (const input of inputs) {
        for (let due = dueAt(state); due !== null && due < input.atMs; due = dueAt(state)) feed(time(due));
        feed(input);
      }
      assert.deepEqual(events.map(tell), told(inputs, hook));
    });
  });

  it('ends every call once, in order, and none overlaps another', () => {
    property(histories, hooks, (inputs, hook) => {
      const { events, state } = play(inputs, hook);
      let since: number | null = null;
      let down = false;
      let freeMs = 0;
      for (const event of events) {
        if (event.kind === 'began') {
          assert.equal(since, null);
          assert.ok(event.atMs >= freeMs);
          assert.equal(event.direction === 'inbound', event.ringMs !== null);
          since = event.atMs;
          down = false;
        } else if (event.kind === 'fetched') {
          assert.ok(since === null && event.startMs >= freeMs && event.endMs > event.startMs);
        } else if (event.kind === 'missed') {
          assert.ok(event.endMs - event.startMs >= DEFAULT_TIMING.ringMinMs);
        } else if (event.kind === 'tap') {
          assert.ok(
            since === null && event.startMs >= freeMs && event.endMs - event.startMs < DEFAULT_TIMING.liftMinMs,
          );
        } else {
          assert.notEqual(since, null);
          if (event.kind === 'down') assert.equal(down, false);
          if (event.kind === 'up') {
            assert.equal(down, true);
            const { atMs, lengthMs } = event.flash ?? { atMs: since ?? 0, lengthMs: DEFAULT_TIMING.flashMinMs };
            assert.ok(lengthMs >= DEFAULT_TIMING.flashMinMs && lengthMs < DEFAULT_TIMING.hangUpMs);
            assert.ok(atMs >= (since ?? 0));
          }
          if (event.kind === 'down') down = true;
          if (event.kind === 'up') down = false;
          if (event.kind !== 'ended') continue;
          assert.ok(event.atMs >= (since ?? 0));
          freeMs = event.atMs;
          since = null;
        }
      }
      assert.equal(since, null);
      assert.equal(callSince(state), null);
    });
  });

  it('always gets round to a decision: nothing stays due', () => {
    property(histories, hooks, (inputs, hook) => {
      const { state } = play([...inputs, time((inputs.at(-1)?.atMs ?? 0) + 60_000)], hook);
      assert.equal(dueAt(state), null);
    });
  });
});
