import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FAULT_CATALOGUE, FAULT_CODES } from '../../../firmware/faults/catalogue.js';
import type { Fault, FaultCode } from '../../../firmware/faults/fault.js';
import { faultPattern, isLit, PATTERNS, type PanelInput, roundMs, sayingOf } from '../../../firmware/panel/view.js';
import type { RetrievalState } from '../../../firmware/retrieval/state.js';

const fault = (code: FaultCode, more: Partial<Fault> = {}): Fault => ({
  code,
  subject: 'x',
  sinceWallMs: 0,
  detail: '',
  active: true,
  acknowledged: false,
  times: 1,
  ...more,
});
const input = (more: Partial<PanelInput> = {}): PanelInput => ({
  lines: [{ state: 'idle' }],
  faults: [],
  retrieval: { phase: 'idle' },
  guidance: false,
  asked: null,
  ...more,
});
const said = (more: Partial<PanelInput>): string => {
  const { meaning, code } = sayingOf(input(more));
  return code === null ? meaning : `${meaning} ${code}`;
};
const recording = { lines: [{ state: 'ringing' }, { state: 'recording' }] } as const;

/** Runs of light as an eye tells them apart, colour left aside: how many blinks, and how long each, and the pauses. */
const shape = (rhythmMs: readonly number[]): string => {
  const classes = [0, 160, 350, 700, 1200, 2200];
  return rhythmMs.map((ms) => classes.filter((limit) => ms > limit).length).join('');
};

describe('what the panel says', () => {
  it('is ready, rings, records, and tells the caller', () => {
    assert.equal(said({}), 'ready');
    assert.equal(said({ lines: [{ state: 'idle' }, { state: 'ringing' }] }), 'ringing');
    assert.equal(said(recording), 'recording');
    assert.equal(said({ ...recording, guidance: true }), 'guidance');
  });

  it('counts the most urgent fault that is there, before a call', () => {
    assert.equal(said({ ...recording, faults: [fault('CAPTURE_LOST'), fault('STORAGE_WORN')] }), 'fault CAPTURE_LOST');
  });

  const noted = { acknowledged: true };
  it('counts a failure until it is over, and a warning until somebody has taken note', () => {
    assert.equal(said({ faults: [fault('CAPTURE_LOST', noted)] }), 'fault CAPTURE_LOST');
    assert.equal(said({ ...recording, faults: [fault('STORAGE_WORN', noted)] }), 'recording');
    assert.equal(said({ faults: [fault('STORAGE_WORN', noted)] }), 'attention');
  });

  it('counts what nobody has taken note of before a graver fault that somebody has', () => {
    const known = fault('LINE_DEAD', { ...noted, subject: 'line-2' });
    for (const code of ['LID_OPENED', 'CAPTURE_OVERRUN', 'STICK_REFUSED'] as const)
      assert.equal(said({ ...recording, faults: [known, fault(code)] }), `fault ${code}`);
  });

  it('tells of a call and of a failure that is known and still there in turn', () => {
    const faults = [fault('LINE_DEAD', { ...noted, subject: 'line-2' }), fault('STORAGE_WORN', noted)];
    assert.equal(said({ ...recording, faults }), 'recording LINE_DEAD');
    assert.equal(said({ ...recording, faults, guidance: true }), 'guidance LINE_DEAD');
    assert.equal(said({ lines: [{ state: 'ringing' }], faults }), 'ringing LINE_DEAD');
    assert.equal(said({ faults: [...faults, fault('LID_OPENED', { active: false })] }), 'attention LINE_DEAD');
    const count = faultPattern('LINE_DEAD').rhythmMs;
    for (const [more, begins] of [
      [recording, [6000, 1500]],
      [{ ...recording, guidance: true }, [2000, 200, 2000, 200, 2000, 1500]],
      [{ lines: [{ state: 'ringing' }] } as const, [...Array.from({ length: 29 }, () => 200), 1500]],
    ] as const) {
      const { rhythmMs } = sayingOf(input({ ...more, faults })).pattern;
      assert.deepEqual(rhythmMs, [...begins, ...count]);
    }
  });

  it('asks for a look at what is over and nobody has taken note of, calls first', () => {
    assert.equal(said({ faults: [fault('LID_OPENED', { active: false })] }), 'attention');
    assert.equal(said({ ...recording, faults: [fault('LID_OPENED', { active: false })] }), 'recording');
  });

  it('counts what somebody asks for before all else', () => {
    const asked = fault('LID_OPENED', { active: false });
    assert.equal(said({ faults: [fault('CAPTURE_LOST'), asked], asked }), 'fault LID_OPENED');
  });

  const phases: readonly (readonly [RetrievalState, string])[] = [
    [{ phase: 'stick-ready' }, 'stick-ready'],
    [{ phase: 'pin', digits: 0, echo: null }, 'pin'],
    [{ phase: 'pin', digits: 1, echo: 7 }, 'pin-echo'],
    [{ phase: 'pin', digits: 0, echo: null, wrong: true }, 'refused'],
    [{ phase: 'refused', waitMs: 1000 }, 'refused'],
    [{ phase: 'refused', waitMs: 'locked' }, 'refused'],
    [{ phase: 'copying', files: 3, filesDone: 1 }, 'copying'],
    [{ phase: 'done', files: 3 }, 'done'],
    [{ phase: 'failed', code: 'STICK_FULL' }, 'fault STICK_FULL'],
  ];
  for (const [retrieval, expected] of phases) {
    it(`follows whoever hands recordings over: ${JSON.stringify(retrieval)}`, () => {
      assert.equal(said({ ...recording, retrieval, faults: [fault('CAPTURE_LOST')] }), expected);
    });
  }

  it('echoes a digit by as many short blinks', () => {
    for (let echo = 1; echo <= 10; echo += 1) {
      const { pattern } = sayingOf(input({ retrieval: { phase: 'pin', digits: 1, echo } }));
      assert.equal(blinks(pattern.rhythmMs).short, echo);
      assert.equal(blinks(pattern.rhythmMs).long, 0);
    }
  });

  for (const code of FAULT_CODES) {
    const [group, unit] = FAULT_CATALOGUE[code].blinks;
    it(`tells ${code} by ${group} long blinks and ${unit} short ones, within 15 s`, () => {
      const pattern = faultPattern(code);
      assert.deepEqual(blinks(pattern.rhythmMs), { long: group, short: unit });
      assert.ok(roundMs(pattern) <= 15_000);
    });
  }

  it('is told apart by rhythm and count alone, whatever it is', () => {
    const shapes = new Map<string, string>();
    const patterns = [...Object.entries(PATTERNS), ...FAULT_CODES.map((code) => [code, faultPattern(code)] as const)];
    for (const [name, { rhythmMs }] of patterns) {
      const key = shape(rhythmMs);
      assert.equal(shapes.get(key), undefined, `${name} looks like ${shapes.get(key)}`);
      shapes.set(key, name);
    }
  });

  it('is lit when its rhythm says so (property)', () => {
    const rhythm = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(rhythm, fc.nat({ max: 50_000 }), (rhythmMs, sinceMs) => {
        const pattern = { colour: 'green', rhythmMs } as const;
        const millisecond: boolean[] = [];
        for (let i = 0; millisecond.length <= sinceMs; i += 1) {
          // One entry is steady; an odd number of entries goes on with the other state where it begins anew.
          const lit = rhythmMs.length === 1 || (i % rhythmMs.length) % 2 === 0;
          for (let ms = rhythmMs[i % rhythmMs.length] ?? 1; ms > 0; ms -= 1) millisecond.push(lit);
        }
        assert.equal(isLit(pattern, sinceMs), millisecond[sinceMs]);
      }),
      { numRuns: 200, seed: 5 },
    );
    assert.equal(isLit({ colour: 'green', rhythmMs: [] }, 5), false);
  });
});

function blinks(rhythmMs: readonly number[]): { long: number; short: number } {
  const lit = rhythmMs.filter((_, i) => i % 2 === 0);
  return { long: lit.filter((ms) => ms >= 600).length, short: lit.filter((ms) => ms <= 300).length };
}
