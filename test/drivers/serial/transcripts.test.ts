import assert from 'node:assert/strict';
import fc from 'fast-check';
import { begin, type DialogueOutput, dueAtMs, step } from '../../../drivers/serial/at-dialogue.js';
import { readHex } from '../../../drivers/serial/caller-id-lines.js';
import { LineSplitter } from '../../../drivers/serial/line-splitter.js';
import { MODEM_PROFILES } from '../../../drivers/serial/profiles.js';
import { readToldMessage } from '../../../firmware/signal/message.js';
import type { MonotonicMs } from '../../../hal/clock.js';
import type { ModemReport } from '../../../hal/modem.js';
import { bare, type Entry, type Transcript, transcripts } from './transcript.js';

const SEED = 4;

/** Cuts bytes into pieces. */
type Cut = (bytes: Uint8Array) => Iterable<Uint8Array>;

const whole: Cut = (bytes) => [bytes];
const singly: Cut = (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte));

/** Plays a transcript to the dialogue, letting time pass where it says so; returns what was said and reported, in order. */
function play(
  { profile, entries }: Transcript,
  cut: Cut,
): { said: string[]; reports: ModemReport[]; faults: string[] } {
  const said: string[] = [];
  const reports: ModemReport[] = [];
  const faults: string[] = [];
  const lines = new LineSplitter();
  let nowMs = 0 as MonotonicMs;
  let [dialogue, first] = begin(profile, nowMs);
  const after = (outputs: readonly DialogueOutput[]): void => {
    for (const output of outputs) {
      if (output.kind === 'say') said.push(output.command);
      else if (output.kind === 'report') reports.push(output.report);
      else if (output.kind === 'fault') faults.push(output.fault);
    }
  };
  const take = (input: { kind: 'line'; line: string } | { kind: 'time' }): void => {
    const [next, outputs] = step(dialogue, { ...input, atMs: nowMs });
    dialogue = next;
    after(outputs);
  };
  after(first);
  first = [];
  for (const entry of entries) {
    if (entry.kind === 'send') {
      for (const piece of cut(entry.bytes)) for (const line of lines.push(piece)) take({ kind: 'line', line });
    } else if (entry.kind === 'pass') {
      const untilMs = nowMs + entry.ms;
      for (let due = dueAtMs(dialogue); due !== null && due <= untilMs; due = dueAtMs(dialogue)) {
        nowMs = due as MonotonicMs;
        take({ kind: 'time' });
      }
      nowMs = untilMs as MonotonicMs;
    }
  }
  return { said, reports, faults };
}

const wanted = <Kind extends Entry['kind']>(entries: readonly Entry[], kind: Kind) =>
  entries.filter((entry): entry is Extract<Entry, { kind: Kind }> => entry.kind === kind);

describe('serial: transcripts', () => {
  for (const transcript of transcripts()) {
    const { name, entries } = transcript;

    it(`${name}: says and reports what it should`, () => {
      const { said, reports, faults } = play(transcript, whole);
      assert.deepEqual(
        reports.map(bare),
        wanted(entries, 'report').map(({ report }) => report),
      );
      assert.deepEqual(
        said,
        wanted(entries, 'say').map(({ text }) => text),
      );
      assert.deepEqual(faults, []);
    });

    it(`${name}: says each command only after what stands before it, and no sooner`, () => {
      for (const [i, entry] of entries.entries()) {
        if (entry.kind !== 'say') continue;
        const before = entries.slice(0, i + 1);
        const { said } = play({ ...transcript, entries: before }, whole);
        assert.deepEqual(
          said,
          wanted(before, 'say').map(({ text }) => text),
        );
      }
    });

    it(`${name}: byte by byte is the same`, () => {
      assert.deepEqual(play(transcript, singly), play(transcript, whole));
    });

    it(`${name}: any pieces are the same (seed ${SEED})`, () => {
      const expected = play(transcript, whole);
      const sizes = fc.infiniteStream(fc.integer({ min: 0, max: 12 }));
      const property = fc.property(sizes, (stream) => {
        const pieces: Cut = function* (bytes) {
          for (let at = 0; at < bytes.length; ) {
            const size = stream.next().value ?? 1;
            yield bytes.subarray(at, at + size);
            at += size;
          }
        };
        assert.deepEqual(play(transcript, pieces), expected);
      });
      fc.assert(property, { seed: SEED, numRuns: 50 });
    });

    it(`${name}: cut off anywhere it has told what it should by then, and nothing else`, () => {
      for (let end = 0; end <= entries.length; end += 1) {
        const { reports } = play({ ...transcript, entries: entries.slice(0, end) }, singly);
        const all = wanted(entries, 'report').map(({ report }) => report);
        assert.deepEqual(reports.map(bare), all.slice(0, reports.length));
      }
    });
  }
});

describe('serial: dialogue with anything', () => {
  const profiles = Object.values(MODEM_PROFILES);
  const fragments = fc.constantFrom(
    ...[
      'OK',
      'ERROR',
      '0',
      '4',
      'RING',
      'DRON=5',
      'DROF=20',
      'NMBR = 03',
      'NMBR=P',
      'DATE = 1124',
      'NAME = \xb1',
      'MESG = 04',
      '0412',
    ],
    ...['8016010831', 'FFFFFFFF', '\r\n', '\r', '=', ' ', '\x10', '\xff', 'AT', '__proto__', 'NMBR = toString'],
  );
  const chunk = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fragments.map((text) => Buffer.from(`${text}\r\n`, 'latin1')),
    fragments.map((text) => Buffer.from(text, 'latin1')),
    fc.integer({ min: 0, max: 70_000 }),
  );

  it(`never throws, and never names a caller by chance in octets (seed ${SEED})`, () => {
    const property = fc.property(
      fc.constantFrom(...profiles),
      fc.array(chunk, { maxLength: 60 }),
      (profile, chunks) => {
        const entries = chunks.map(
          (each): Entry => (typeof each === 'number' ? { kind: 'pass', ms: each } : { kind: 'send', bytes: each }),
        );
        const { reports, faults } = play({ name: 'chance', profile, entries }, whole);
        assert.ok(faults.length <= 1);
        for (const report of reports)
          if (report.kind === 'caller' && report.caller.form === 'raw')
            assert.equal(readToldMessage(report.caller.octets), null);
      },
    );
    fc.assert(property, { seed: SEED, numRuns: 2000 });
  });

  it('takes hex with and without blanks, and nothing else', () => {
    assert.deepEqual(readHex('04 0a fF'), Uint8Array.of(4, 10, 255));
    for (const text of ['', ' ', '0', '04g1', '0x04', '-104', 'OK']) assert.equal(readHex(text), null);
  });

  it('keeps no more than a line and a message of endless bytes', () => {
    const lines = new LineSplitter();
    const endless = Buffer.alloc(1 << 16, 0x41);
    for (let i = 0; i < 64; i += 1) assert.deepEqual(lines.push(endless), []);
    assert.deepEqual(lines.push(Buffer.from('\r\nRING\r\n')), ['RING']);
    const profile = MODEM_PROFILES['conexant-cx93001-raw'];
    const entries = Array.from(
      { length: 2000 },
      (): Entry => ({ kind: 'send', bytes: Buffer.from(`${'AB'.repeat(40)}\r\n`) }),
    );
    const { reports } = play({ name: 'hex', profile, entries }, whole);
    assert.ok(reports.length > 0);
    for (const { kind, ...told } of reports) {
      assert.equal(kind, 'caller');
      assert.ok('caller' in told && told.caller.form === 'raw' && told.caller.octets.length <= 512);
    }
  });

  for (const [what, answers, fault] of [
    ['nothing answers', [], 'absent'],
    ['the modem refuses a command it must know', ['OK', 'OK', 'OK', 'ERROR'], 'refused'],
    ['the modem stops in the middle', ['OK', 'OK'], 'absent'],
  ] as const) {
    it(`gives up once, and stays quiet, when ${what}`, () => {
      const entries = answers.flatMap((answer): Entry[] => [
        { kind: 'send', bytes: Buffer.from(`${answer}\r\n`) },
        { kind: 'pass', ms: 300 },
      ]);
      const later: Entry[] = [
        { kind: 'pass', ms: 1e6 },
        { kind: 'send', bytes: Buffer.from('RING\r\nOK\r\n') },
      ];
      const { faults, reports, said } = play(
        { name: what, profile: MODEM_PROFILES['isomodem-japan'], entries: [...entries, ...later] },
        whole,
      );
      assert.deepEqual(faults, [fault]);
      assert.deepEqual(reports, []);
      assert.ok(said.length <= 10);
    });
  }

  it('gives up on a modem that has fallen silent', () => {
    const ok: Entry = { kind: 'send', bytes: Buffer.from('OK\r\n') };
    const entries = [
      ok,
      ok,
      { kind: 'pass', ms: 300 } as const,
      ok,
      ok,
      ok,
      ok,
      { kind: 'pass', ms: 60_000 + 5 * 1500 } as const,
    ];
    const { faults, said } = play({ name: 'silent', profile: MODEM_PROFILES['conexant-cx93001'], entries }, whole);
    assert.deepEqual(faults, ['silent']);
    assert.deepEqual(said.slice(-5), ['AT', 'AT', 'AT', 'AT', 'AT']);
  });

  it('never tells a modem to dial or to answer', () => {
    for (const { init } of profiles) {
      assert.ok(init.some(({ say }) => say.some((command) => command === 'ATS0=0')));
      for (const { say } of init) for (const command of say) assert.match(command, /^AT(&F|E0Q0V1|S0=0|[+#]\w+=\d+)?$/);
    }
  });
});
