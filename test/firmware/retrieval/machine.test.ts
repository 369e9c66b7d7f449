import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PinGate } from '../../../firmware/pin/pin.js';
import { step } from '../../../firmware/retrieval/machine.js';
import {
  BEGIN,
  type RetrievalEffect,
  type RetrievalEvent,
  type Retrieving,
} from '../../../firmware/retrieval/retrieving.js';
import {
  DIGIT_PAUSE_MS,
  ENTRY_IDLE_MS,
  FAILING_MS,
  SESSION_MS,
  shownOf,
  timerOf,
  WRONG_MS,
} from '../../../firmware/retrieval/view.js';
import type { Key } from '../../../hal/panel.js';

const OPEN: PinGate = { kind: 'open' };
const RIGHT = '482913';

/** A machine with everything that was asked of the world. */
class Desk {
  state: Retrieving = BEGIN;
  readonly asked: RetrievalEffect[] = [];
  gate: PinGate = OPEN;

  tell(...events: RetrievalEvent[]): this {
    for (const event of events) {
      const { state, effects } = step(this.state, event);
      this.state = state;
      this.asked.push(...effects);
    }
    return this;
  }

  short = (times = 1) => {
    for (let i = 0; i < times; i += 1) this.tell({ kind: 'press', length: 'short', gate: this.gate });
    return this;
  };
  long = () => this.tell({ kind: 'press', length: 'long', gate: this.gate });
  veryLong = () => this.tell({ kind: 'press', length: 'very-long', gate: this.gate });
  key = (key: Key) => this.tell({ kind: 'key', key, gate: this.gate });
  keys = (text: string) => {
    for (const sign of text) this.key(sign as Key);
    return this;
  };
  time = () => this.tell({ kind: 'time' });
  plug = (serial = 'A', allowed = true) => this.tell({ kind: 'stick', stick: { serial, allowed } });
  pull = () => this.tell({ kind: 'stick', stick: null });
  named = (named: string | null = 'first') => this.tell({ kind: 'named', named });
  get shown() {
    return shownOf(this.state);
  }
  get last() {
    return this.asked.at(-1);
  }
  get ticket() {
    return this.state.ticket;
  }
  right = () => this.tell({ kind: 'pin-tried', verdict: 'right', gate: OPEN, ticket: this.ticket });

  /** As far as copying. */
  copying = () => this.named().plug().long().keys(RIGHT).key('enter').right();
}

describe('retrieval, step by step', () => {
  it('asks for the PIN only where an allowed stick is in and something is named', () => {
    assert.deepEqual(new Desk().long().shown, { phase: 'idle' });
    assert.deepEqual(new Desk().plug().long().shown, { phase: 'idle' });
    assert.deepEqual(new Desk().named().long().shown, { phase: 'idle' });
    assert.deepEqual(new Desk().named().plug('B', false).long().shown, { phase: 'failed', code: 'STICK_REFUSED' });
    const ready = new Desk().named().plug();
    assert.deepEqual(ready.shown, { phase: 'stick-ready' });
    assert.deepEqual(ready.long().shown, { phase: 'pin', digits: 0, echo: null, asks: 'pin' });
  });

  it('takes digits from keys, begun by a long press, by enter, or by the first digit', () => {
    for (const begin of [(d: Desk) => d.long(), (d: Desk) => d.key('enter'), (d: Desk) => d]) {
      const desk = begin(new Desk().named().plug()).keys('99').key('clear').keys(RIGHT).key('enter');
      assert.deepEqual(desk.last, { kind: 'try-pin', pin: RIGHT, ticket: desk.ticket });
    }
  });

  it('counts presses of the one button: a pause ends a digit, the lamp gives it back, ten are 0', () => {
    const desk = new Desk().named().plug().long();
    for (const digit of [4, 8, 2, 9, 1, 10]) {
      desk.short(digit);
      assert.equal(timerOf(desk.state), DIGIT_PAUSE_MS);
      desk.time();
      assert.equal(desk.shown.phase === 'pin' && desk.shown.echo, digit);
      if (digit !== 8) desk.time(); // or goes on at once
    }
    desk.long();
    assert.deepEqual(desk.last, { kind: 'try-pin', pin: '482910', ticket: desk.ticket });
  });

  it('a long press ends the last digit too; eleven presses are none', () => {
    const desk = new Desk().named().plug().long();
    for (const digit of [4, 8, 2, 9, 11, 1]) desk.short(digit).time();
    desk.short(3).long();
    assert.deepEqual(desk.last, { kind: 'try-pin', pin: RIGHT, ticket: desk.ticket });
  });

  it('what cannot be a PIN is no try', () => {
    for (const typed of ['', '12345', '12345678901234567']) {
      const desk = new Desk().named().plug().long().keys(typed).key('enter');
      assert.deepEqual(desk.asked, []);
      assert.deepEqual(desk.shown, { phase: 'pin', digits: 0, echo: null, asks: 'pin' });
    }
  });

  it('an entry is given up after a minute, by a very long press, and with the stick', () => {
    const entering = () => new Desk().named().plug().long().keys('48');
    assert.equal(timerOf(entering().state), ENTRY_IDLE_MS);
    assert.deepEqual(entering().time().shown, { phase: 'stick-ready' });
    assert.deepEqual(entering().veryLong().shown, { phase: 'stick-ready' });
    assert.deepEqual(entering().pull().shown, { phase: 'idle' });
  });

  it('waits and locks', () => {
    const wrong = (gate: PinGate) => {
      const desk = new Desk().named().plug().long().keys('111112').key('enter');
      return desk.tell({ kind: 'pin-tried', verdict: 'wrong', gate, ticket: desk.ticket });
    };
    const asked = { phase: 'pin', digits: 0, echo: null, asks: 'pin' };
    assert.deepEqual(wrong(OPEN).shown, { ...asked, wrong: true });
    assert.equal(timerOf(wrong(OPEN).state), WRONG_MS);
    assert.deepEqual(wrong(OPEN).time().shown, asked);
    assert.deepEqual(wrong(OPEN).long().shown, asked);
    assert.deepEqual(wrong(OPEN).key('enter').shown, asked);
    assert.deepEqual(wrong(OPEN).veryLong().shown, { phase: 'stick-ready' });
    assert.deepEqual(wrong(OPEN).pull().shown, { phase: 'idle' });
    const atOnce = wrong(OPEN).keys(RIGHT).key('enter');
    assert.deepEqual(atOnce.last, { kind: 'try-pin', pin: RIGHT, ticket: atOnce.ticket });
    assert.equal(timerOf(wrong(OPEN).short().state), DIGIT_PAUSE_MS);
    const waiting = wrong({ kind: 'wait', waitMs: 30_000 });
    assert.deepEqual(waiting.shown, { phase: 'refused', waitMs: 30_000 });
    assert.equal(timerOf(waiting.state), 30_000);
    waiting.keys(RIGHT).key('enter');
    assert.equal(waiting.asked.length, 1);
    assert.deepEqual(waiting.time().shown, { phase: 'stick-ready' });
    assert.deepEqual(wrong({ kind: 'locked' }).shown, { phase: 'refused', waitMs: 'locked' });
    const locked = new Desk().named().plug();
    locked.gate = { kind: 'locked' };
    assert.deepEqual(locked.long().shown, { phase: 'refused', waitMs: 'locked' });
    assert.deepEqual(locked.asked, [{ kind: 'note-locked' }]);
    const told = (gate: PinGate) => locked.tell({ kind: 'gate', gate }).shown;
    assert.deepEqual(told({ kind: 'locked' }), { phase: 'refused', waitMs: 'locked' });
    assert.deepEqual(told(OPEN), { phase: 'stick-ready' });
    assert.deepEqual(new Desk().named().plug().long().tell({ kind: 'gate', gate: OPEN }).shown, asked);
  });

  it('copies after the right PIN, and is done; a long press lets the stick go', () => {
    const desk = new Desk().copying();
    assert.deepEqual(desk.last, { kind: 'copy', collection: 'first', resumes: false, ticket: desk.ticket });
    desk.tell({ kind: 'progress', files: 5, filesDone: 2, ticket: desk.ticket });
    assert.deepEqual(desk.shown, { phase: 'copying', files: 5, filesDone: 2 });
    desk.tell({ kind: 'copied', files: 5, ticket: desk.ticket });
    assert.deepEqual(desk.shown, { phase: 'done', files: 5 });
    assert.deepEqual(desk.long().last, { kind: 'close' });
    assert.deepEqual(desk.shown, { phase: 'idle' });
    assert.deepEqual(desk.pull().shown, { phase: 'idle' });
  });

  it('pulled: the same stick goes on without a PIN, for a while; another asks for it', () => {
    const pulled = () => new Desk().copying().pull();
    assert.deepEqual(pulled().shown, { phase: 'failed', code: 'STICK_PULLED' });
    assert.equal(timerOf(pulled().state), SESSION_MS);
    const back = pulled().plug();
    assert.deepEqual(back.last, { kind: 'copy', collection: 'first', resumes: true, ticket: back.ticket });
    assert.deepEqual(pulled().plug('B').shown, { phase: 'stick-ready' });
    assert.deepEqual(pulled().plug('A', false).shown, { phase: 'failed', code: 'STICK_REFUSED' });
    assert.deepEqual(pulled().time().plug().shown, { phase: 'stick-ready' });
    assert.deepEqual(pulled().named(null).plug().shown, { phase: 'idle' });
    assert.deepEqual(pulled().named('second').plug().shown, { phase: 'stick-ready' });
  });

  it('what is taken back, replaced, or loses its leave while it is copied ends there', () => {
    const decisions = [
      (desk: Desk) => desk.named(null),
      (desk: Desk) => desk.named('second'),
      (desk: Desk) => desk.plug('A', false),
    ];
    for (const decide of decisions) {
      const desk = decide(new Desk().copying());
      assert.deepEqual(desk.asked.slice(-2), [{ kind: 'stop-copy', why: 'withdrawn' }, { kind: 'close' }]);
      assert.notEqual(desk.shown.phase, 'copying');
      desk.tell({ kind: 'copied', files: 1, ticket: desk.ticket });
      assert.notEqual(desk.shown.phase, 'done');
    }
    assert.equal(new Desk().copying().named('first').plug('A').shown.phase, 'copying');
  });

  it('a stick that fails is told as pulled where it was', () => {
    const failing = () => {
      const desk = new Desk().copying();
      return desk.tell({ kind: 'copy-failed', code: 'STICK_FALSE', sure: false, ticket: desk.ticket });
    };
    assert.equal(failing().shown.phase, 'copying');
    assert.equal(timerOf(failing().state), FAILING_MS);
    assert.deepEqual(failing().pull().shown, { phase: 'failed', code: 'STICK_PULLED' });
    assert.deepEqual(failing().time().shown, { phase: 'failed', code: 'STICK_FALSE' });
    assert.deepEqual(failing().time().long().shown, { phase: 'stick-ready' });
  });

  it('an answer that comes too late changes nothing', () => {
    const desk = new Desk().copying();
    const { ticket } = desk;
    desk.pull().plug();
    desk.tell({ kind: 'copied', files: 1, ticket }, { kind: 'copy-failed', code: 'STICK_FULL', sure: true, ticket });
    assert.equal(desk.shown.phase, 'copying');
    const entering = new Desk().named().plug().long().keys(RIGHT).key('enter');
    const old = entering.ticket;
    entering.pull().plug().long().keys('111112').key('enter');
    entering.tell({ kind: 'pin-tried', verdict: 'right', gate: OPEN, ticket: old });
    assert.equal(entering.shown.phase, 'pin');
  });
});

describe('a box without a PIN', () => {
  const fresh = () => {
    const desk = new Desk();
    desk.gate = { kind: 'unset' };
    return desk;
  };

  it('shows a code, digit by digit, until somebody enters it', () => {
    const desk = fresh().long();
    assert.deepEqual(desk.asked, [{ kind: 'make-code' }]);
    desk.tell({ kind: 'code', code: '305127' });
    const seen: unknown[] = [];
    for (let i = 0; i < 12; i += 1) {
      seen.push(desk.shown.phase === 'pin' && desk.shown.echo);
      desk.time();
    }
    assert.deepEqual(seen, [3, null, 10, null, 5, null, 1, null, 2, null, 7, null]);
    desk.short(3);
    assert.deepEqual(desk.shown, { phase: 'pin', digits: 0, echo: null, asks: 'code' });
  });

  it('takes the code, then the new PIN twice', () => {
    const desk = fresh().long().tell({ kind: 'code', code: '305127' }).keys('305127').key('enter');
    assert.deepEqual(desk.last, { kind: 'use-code', code: '305127', ticket: desk.ticket });
    desk.tell({ kind: 'code-used', right: true, ticket: desk.ticket });
    desk.keys('123456').key('enter'); // weak
    assert.equal(desk.shown.phase === 'pin' && desk.shown.asks, 'new');
    desk.keys(RIGHT).key('enter').keys('482914').key('enter'); // not the same
    assert.equal(desk.shown.phase === 'pin' && desk.shown.asks, 'new');
    desk.keys(RIGHT).key('enter').keys(RIGHT).key('enter');
    assert.deepEqual(desk.last, { kind: 'store-pin', pin: RIGHT, ticket: desk.ticket });
    assert.deepEqual(desk.tell({ kind: 'pin-stored', ticket: desk.ticket }).shown, { phase: 'idle' });
  });

  it('ends with a wrong code, and when the code is too old', () => {
    const desk = fresh().long().tell({ kind: 'code', code: '305127' }).keys('305128').key('enter');
    assert.deepEqual(desk.tell({ kind: 'code-used', right: false, ticket: desk.ticket }).shown, { phase: 'idle' });
    const shown = fresh().long().tell({ kind: 'code', code: '305127' });
    let ms = 0;
    for (; shown.shown.phase === 'pin'; shown.time()) ms += timerOf(shown.state) ?? 0;
    assert.ok(ms >= 600_000 && ms < 610_000, `${ms}`);
  });
});

const SEED = 20_261_126;

describe(`retrieval, whatever happens (seed ${SEED})`, () => {
  const keys: Key[] = ['0', '1', '2', '4', '8', '9', '3', 'enter', 'clear'];
  const gates: PinGate[] = [OPEN, { kind: 'wait', waitMs: 5 }, { kind: 'locked' }, { kind: 'unset' }];
  const ticket = fc.integer({ min: 0, max: 6 });
  const event: fc.Arbitrary<RetrievalEvent> = fc.oneof(
    fc.record({ kind: fc.constant('key' as const), key: fc.constantFrom(...keys), gate: fc.constantFrom(...gates) }),
    fc.record({ kind: fc.constant('key' as const), key: fc.constantFrom(...keys), gate: fc.constant(OPEN) }),
    fc.record({
      kind: fc.constant('press' as const),
      length: fc.constantFrom('short' as const, 'long' as const, 'very-long' as const),
      gate: fc.constantFrom(...gates),
    }),
    fc.record({
      kind: fc.constant('stick' as const),
      stick: fc.option(fc.record({ serial: fc.constantFrom('A', 'B'), allowed: fc.boolean() })),
    }),
    fc.record({ kind: fc.constant('named' as const), named: fc.constantFrom('first', 'first', 'second', null) }),
    fc.record({ kind: fc.constant('gate' as const), gate: fc.constantFrom(...gates) }),
    fc.constant({ kind: 'time' as const }),
    fc.constant({ kind: 'code' as const, code: '305127' }),
    fc.record({ kind: fc.constant('code-used' as const), right: fc.boolean(), ticket }),
    fc.record({ kind: fc.constant('pin-stored' as const), ticket }),
    fc.record({
      kind: fc.constant('pin-tried' as const),
      verdict: fc.constantFrom('wrong' as const, 'refused' as const),
      gate: fc.constantFrom(...gates),
      ticket,
    }),
    fc.record({ kind: fc.constant('progress' as const), files: fc.nat(9), filesDone: fc.nat(9), ticket }),
    fc.record({ kind: fc.constant('copied' as const), files: fc.nat(9), ticket }),
    fc.record({ kind: fc.constant('withdrawn' as const), ticket }),
    fc.record({
      kind: fc.constant('copy-failed' as const),
      code: fc.constantFrom('STICK_FULL' as const, 'STICK_FALSE' as const),
      sure: fc.boolean(),
      ticket,
    }),
  );

  it('never copies without a right PIN', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), (events) => {
        const desk = new Desk();
        for (const each of events) {
          desk.tell(each);
          assert.ok(desk.shown.phase !== 'copying' && desk.shown.phase !== 'done', JSON.stringify(desk.state));
          assert.ok(desk.asked.every(({ kind }) => kind !== 'copy'));
        }
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });

  it('with right PINs among them: every first copy follows a right answer to the try asked last, done follows its own copy', () => {
    let [copies, dones] = [0, 0];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(event, fc.constantFrom('right' as const, 'type' as const, 'finish' as const)), {
          maxLength: 300,
        }),
        (events) => {
          const desk = new Desk().named().plug();
          let copyTicket = -1;
          for (const each of events) {
            if (each === 'type') {
              desk.key('clear').keys(RIGHT).key('enter');
              continue;
            }
            const { asked, state } = desk;
            const tries = asked.filter(({ kind }) => kind === 'try-pin').at(-1);
            const ticket = tries?.kind === 'try-pin' ? tries.ticket : -1;
            const right: RetrievalEvent = { kind: 'pin-tried', verdict: 'right', gate: OPEN, ticket };
            const finish: RetrievalEvent = { kind: 'copied', files: 1, ticket: copyTicket };
            const next = each === 'right' ? right : each === 'finish' ? finish : each;
            const wasDone = desk.shown.phase === 'done';
            const before = asked.length;
            desk.tell(next);
            for (const effect of asked.slice(before)) {
              if (effect.kind !== 'copy') continue;
              copyTicket = effect.ticket;
              copies += 1;
              assert.equal(effect.collection, state.named);
              if (effect.resumes) {
                assert.ok(state.mode.at === 'pulled' && next.kind === 'stick');
                assert.equal(effect.collection, state.mode.collection);
              } else assert.ok(each === 'right' && state.mode.at === 'checking' && state.stick?.allowed);
            }
            if (desk.shown.phase === 'done' && !wasDone) {
              assert.ok(next.kind === 'copied' && next.ticket === copyTicket && desk.state.stick);
              dones += 1;
            }
            const ms = timerOf(desk.state);
            assert.ok(ms === null || (ms > 0 && ms < 1e9));
          }
        },
      ),
      { seed: SEED, numRuns: 2000 },
    );
    assert.ok(copies > 100 && dones > 20, `${copies} copies, ${dones} done`);
  });
});
