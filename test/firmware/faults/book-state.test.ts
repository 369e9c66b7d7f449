import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  BOOK_ALLOWANCE,
  type BookInput,
  type BookState,
  bookState,
  entered,
  FAULT_ALLOWANCE,
  type FaultEntry,
  leftOpen,
  nextEntry,
  openFaults,
  step,
  tidied,
} from '../../../firmware/faults/book-state.js';
import { FAULT_CATALOGUE, FAULT_CODES } from '../../../firmware/faults/catalogue.js';
import type { FaultCode } from '../../../firmware/faults/fault.js';

const HOUR_MS = 3_600_000;

/** A book with a register beside it that takes everything at once. */
class Written {
  state: BookState = bookState([]);
  readonly register: FaultEntry[] = [];
  nowMs = 0;

  do(input: BookInput): this {
    this.state = step(this.state, input);
    return this.write();
  }

  raise(code: FaultCode, subject = 'x', detail = 'so'): this {
    return this.do({ kind: 'raise', code, subject, detail, wallMs: this.nowMs });
  }

  clear(code: FaultCode, subject = 'x'): this {
    return this.do({ kind: 'clear', code, subject, wallMs: this.nowMs });
  }

  acknowledge(): this {
    return this.do({ kind: 'acknowledge', which: () => true, by: 'button', wallMs: this.nowMs });
  }

  pass(ms: number): this {
    this.nowMs += ms;
    return this.write();
  }

  write(): this {
    for (;;) {
      const entry = nextEntry(this.state, this.nowMs);
      if (!entry) return this;
      this.register.push(entry);
      this.state = entered(this.state, entry, this.nowMs);
    }
  }

  get kinds(): string[] {
    return this.register.map(({ kind, detail }) => `${kind.slice(6)} ${detail['code']}${untoldOf(detail)}`);
  }

  get open(): string[] {
    return openFaults(this.state).map(
      ({ code, active, acknowledged, times }) =>
        `${code}${active ? '' : ' over'}${acknowledged ? ' noted' : ''}${times > 1 ? ` ×${times}` : ''}`,
    );
  }
}

const untoldOf = (detail: FaultEntry['detail']): string => (detail['untold'] ? ` +${detail['untold']}` : '');

describe('fault book', () => {
  it('has what is there, once for each code and subject, most urgent first', () => {
    const book = new Written().raise('STORAGE_WORN').raise('CAPTURE_LOST', 'line-2').raise('CAPTURE_LOST', 'line-1');
    book.raise('CAPTURE_LOST', 'line-2', 'again');
    assert.deepEqual(
      openFaults(book.state).map(({ code, subject, detail }) => [code, subject, detail]),
      [
        ['CAPTURE_LOST', 'line-1', 'so'],
        ['CAPTURE_LOST', 'line-2', 'again'],
        ['STORAGE_WORN', 'x', 'so'],
      ],
    );
    assert.deepEqual(book.kinds, ['raised STORAGE_WORN', 'raised CAPTURE_LOST', 'raised CAPTURE_LOST']);
  });

  it('forgets what is over, but for what somebody must take note of', () => {
    const book = new Written().raise('CAPTURE_LOST').clear('CAPTURE_LOST').raise('LID_OPENED').clear('LID_OPENED');
    assert.deepEqual(book.open, ['LID_OPENED over']);
    book.acknowledge();
    assert.deepEqual(book.open, []);
    assert.equal(book.state.pages.size, 0);
    assert.deepEqual(book.kinds.slice(2), ['raised LID_OPENED', 'cleared LID_OPENED', 'acknowledged LID_OPENED']);
  });

  it('keeps a fault that somebody has taken note of until it is over, and takes the next for a new one', () => {
    const book = new Written().raise('LID_OPENED').acknowledge();
    assert.deepEqual(book.open, ['LID_OPENED noted']);
    book.clear('LID_OPENED');
    assert.deepEqual(book.open, []);
    book.pass(1000).raise('LID_OPENED');
    assert.deepEqual(book.open, ['LID_OPENED']);
    assert.equal(openFaults(book.state)[0]?.sinceWallMs, 1000);
  });

  it('counts how often something came before somebody took note', () => {
    const book = new Written();
    for (let i = 0; i < 3; i += 1) book.raise('UNDER_VOLTAGE').clear('UNDER_VOLTAGE');
    assert.deepEqual(book.open, ['UNDER_VOLTAGE over ×3']);
  });

  it('changes nothing, and is the same book, where nothing changes', () => {
    const { state } = new Written().raise('LID_OPENED').acknowledge();
    assert.equal(step(state, { kind: 'raise', code: 'LID_OPENED', subject: 'x', detail: 'so', wallMs: 9 }), state);
    assert.equal(step(state, { kind: 'clear', code: 'CAPTURE_LOST', subject: 'x', wallMs: 9 }), state);
    assert.equal(step(state, { kind: 'acknowledge', which: () => true, by: 'x', wallMs: 9 }), state);
  });

  it('tells the register of something that flaps a few times, then once an hour, with a count, and in the end what is the case', () => {
    const book = new Written();
    for (let second = 0; second < 2 * 3600; second += 1)
      book.pass(1000)[second % 2 === 0 ? 'raise' : 'clear']('CAPTURE_LOST');
    const most = FAULT_ALLOWANCE.most + 2;
    assert.ok(book.register.length >= FAULT_ALLOWANCE.most && book.register.length <= most, `${book.register.length}`);
    book.pass(HOUR_MS).pass(HOUR_MS);
    assert.match(book.kinds.at(-1) ?? '', /^cleared CAPTURE_LOST/);
    const told = book.register.reduce((sum, { detail }) => sum + 1 + Number(detail['untold'] ?? 0), 0);
    assert.equal(told, 2 * 3600);
    assert.equal(book.state.pages.size, 0);
    const days = tidied(book.pass(10 * 24 * HOUR_MS).state, book.nowMs);
    assert.equal([...days.allowances.keys()].filter((key) => key !== 'all').length, 0);
  });

  it('tells of what came and went while nothing could be written as both', () => {
    let { state } = new Written();
    state = step(state, { kind: 'raise', code: 'STORAGE_FAILING', subject: 'store', detail: 'EIO', wallMs: 5 });
    state = step(state, { kind: 'clear', code: 'STORAGE_FAILING', subject: 'store', wallMs: 9 });
    const book = new Written();
    book.state = state;
    book.write();
    assert.deepEqual(book.register, [
      { kind: 'fault-raised', detail: { code: 'STORAGE_FAILING', subject: 'store', detail: 'EIO', atWallMs: 5 } },
      { kind: 'fault-cleared', detail: { code: 'STORAGE_FAILING', subject: 'store', atWallMs: 9 } },
    ]);
  });

  it('keeps for a change that comes while an entry is being written its own entry', () => {
    let state = step(bookState([]), { kind: 'raise', code: 'CAPTURE_LOST', subject: 'x', detail: 'so', wallMs: 1 });
    const entry = nextEntry(state, 0);
    assert.ok(entry);
    state = step(state, { kind: 'clear', code: 'CAPTURE_LOST', subject: 'x', wallMs: 2 });
    state = entered(state, entry, 0);
    assert.equal(nextEntry(state, 0)?.kind, 'fault-cleared');
  });

  it('takes up again what an earlier run left, as over', () => {
    const { state } = new Written()
      .raise('LID_OPENED')
      .raise('CAPTURE_LOST')
      .raise('RETENTION_CUT')
      .acknowledge()
      .raise('STICK_PULLED');
    const left = leftOpen(state);
    assert.deepEqual(
      left.map(({ code }) => code),
      ['STICK_PULLED'],
    );
    const book = new Written();
    book.state = bookState(left);
    assert.deepEqual(book.open, ['STICK_PULLED over']);
    book.raise('STICK_PULLED');
    assert.deepEqual(book.open, ['STICK_PULLED ×2']);
  });

  const code = fc.constantFrom(...FAULT_CODES);
  const subject = fc.constantFrom('line-1', 'line-2', 'store');
  const move = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('raise' as const), code, subject }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('clear' as const), code, subject }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('acknowledge' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: HOUR_MS }) }) },
  );

  it('never has the register filled, loses no change, and ends with what is the case (property)', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 400 }), (moves) => {
        const book = new Written();
        const there = new Set<string>();
        let changes = 0;
        let noted = 0;
        for (const each of moves) {
          if (each.do === 'pass') book.pass(each.ms);
          else if (each.do === 'acknowledge') {
            noted += openFaults(book.state).filter(({ acknowledged }) => !acknowledged).length;
            book.acknowledge();
          } else {
            const key = `${each.code} ${each.subject}`;
            if (each.do === 'raise' ? !there.has(key) : there.has(key)) changes += 1;
            if (each.do === 'raise') there.add(key);
            else there.delete(key);
            book[each.do](each.code, each.subject);
          }
        }
        const faults = book.register.filter(({ kind }) => kind !== 'fault-acknowledged');
        assert.equal(book.register.length - faults.length, noted);
        assert.ok(faults.length <= BOOK_ALLOWANCE.most + book.nowMs / BOOK_ALLOWANCE.backMs);
        const active = openFaults(book.state).flatMap((each) => (each.active ? [`${each.code} ${each.subject}`] : []));
        assert.deepEqual(new Set(active), there);
        for (const each of openFaults(book.state)) assert.ok(each.active || FAULT_CATALOGUE[each.code].stays);
        // Long enough for everything that had to wait.
        for (let i = 0; i < 100; i += 1) book.pass(24 * HOUR_MS);
        const said = new Map<string, string>();
        let told = 0;
        for (const { kind, detail } of book.register) {
          if (kind === 'fault-acknowledged') continue;
          said.set(`${detail['code']} ${detail['subject']}`, kind);
          told += 1 + Number(detail['untold'] ?? 0);
        }
        assert.equal(told, changes);
        const standing = [...said].flatMap(([key, kind]) => (kind === 'fault-raised' ? [key] : []));
        assert.deepEqual(new Set(standing), there);
      }),
      { numRuns: 300, seed: 20_261_124 },
    );
  });
});
