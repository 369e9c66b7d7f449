import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CallRecord } from '../../firmware/call/call-record.js';
import type { FaultHistory } from '../../firmware/faults/fault-report.js';
import { nttNumber } from '../signal/support/messages.js';
import { must } from '../support/world.js';
import { callsOf, record, scratch } from './recorded.js';
import { TelephoneLine } from './telephone-line.js';

const NUMBER = '0312345678';
const OTHER = '0699998888';
const SEED = 20_261_125;

type ModemJson = { readonly atMs: number } & Readonly<Record<string, unknown>>;

interface Case {
  readonly title: string;
  /** What is sent on the line; null: nothing that can be heard. */
  readonly sent: string | null;
  /** What the modem says, and when after the data. */
  readonly said: (dataEndMs: number, answerMs: number) => readonly ModemJson[];
  readonly caller: CallRecord['caller'];
}

const formatted = (atMs: number, number: string): ModemJson => ({ atMs, number });
const raw = (atMs: number, number: string): ModemJson => ({
  atMs,
  octets: Buffer.from(nttNumber(number)).toString('hex'),
});

const CASES: readonly Case[] = [
  {
    title: 'both ears agree',
    sent: NUMBER,
    said: (end) => [formatted(end + 400, NUMBER)],
    caller: { number: NUMBER, standard: 'ntt', sources: ['line', 'modem'] },
  },
  {
    title: 'only the modem heard it, and adds a name',
    sent: null,
    said: (end) => [{ atMs: end + 400, number: NUMBER, name: 'TOWN HALL' }],
    caller: { number: NUMBER, name: 'TOWN HALL', sources: ['modem'] },
  },
  {
    title: 'only our decoder heard it',
    sent: NUMBER,
    said: () => [],
    caller: { number: NUMBER, standard: 'ntt', sources: ['line'] },
  },
  {
    title: 'they differ: a checksum that held beats the word of a modem',
    sent: NUMBER,
    said: (end) => [formatted(end + 400, OTHER)],
    caller: {
      number: NUMBER,
      standard: 'ntt',
      sources: ['line', 'modem'],
      believed: 'line',
      because: 'checksum',
      other: { number: OTHER },
    },
  },
  {
    title: 'they differ, both with a checksum: the line, whose sound is kept',
    sent: NUMBER,
    said: (end) => [raw(end + 400, OTHER)],
    caller: {
      number: NUMBER,
      standard: 'ntt',
      sources: ['line', 'modem'],
      believed: 'line',
      because: 'line-first',
      other: { number: OTHER },
    },
  },
  {
    title: 'the modem told octets whose CRC is wrong: nobody is named',
    sent: null,
    said: (end) => [{ atMs: end + 400, octets: Buffer.from([...nttNumber(OTHER).slice(0, -1), 0]).toString('hex') }],
    caller: null,
  },
  {
    title: 'the modem tells it a second after the answer',
    sent: null,
    said: (_, answer) => [formatted(answer + 1000, NUMBER)],
    caller: { number: NUMBER, sources: ['modem'] },
  },
  {
    title: 'the modem tells it long after the answer: that is of no call',
    sent: null,
    said: (_, answer) => [formatted(answer + 4000, NUMBER)],
    caller: null,
  },
  {
    title: 'the modem says that the number was withheld',
    sent: null,
    said: (end) => [{ atMs: end + 200, absence: 'withheld' }],
    caller: { absence: 'withheld', sources: ['modem'] },
  },
];

describe(`scenario: a modem as a second ear (seed ${SEED})`, () => {
  const at = scratch();

  /** A call that is answered and talked on; the trace knows of a modem. */
  function call({ sent, said }: Pick<Case, 'sent' | 'said'>, line: string, seed: number): string {
    const pair = new TelephoneLine({ seed });
    if (sent === null) {
      pair.primaryAnswer();
      pair.wait(1200);
      pair.hangUp();
      pair.wait(900);
    } else {
      pair.fetchNumber(nttNumber(sent));
    }
    const dataEndMs = pair.nowMs;
    pair.ring(2);
    pair.wait(600);
    const answerMs = pair.lift();
    pair.wait(300);
    pair.say(6000);
    pair.hangUp();
    return withModem(pair.write(at(line), line), said(dataEndMs, answerMs));
  }

  function withModem(dir: string, modem: readonly ModemJson[]): string {
    const file = path.join(dir, 'trace.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), modem }));
    return dir;
  }

  it('says whom it believed, on as many lines at once', async () => {
    await record(
      at('store'),
      CASES.map((each, i) => call(each, `line-${i + 1}`, SEED + i)),
    );
    const calls = await callsOf(at('store'));
    for (const [i, { title, caller }] of CASES.entries()) {
      const own = calls.filter(({ line }) => line === `line-${i + 1}`);
      assert.deepEqual(
        own.map((each) => [each.outcome, each.caller]),
        [['answered', caller]],
        title,
      );
    }
    const { out } = await must(['calls', '--data', at('store'), '--number', NUMBER, '--json']);
    assert.equal(JSON.parse(out).length, CASES.filter(({ caller }) => caller?.['number'] === NUMBER).length);
  });

  it('a report without a ringing goes with no call, and one before the next ringing with that', async () => {
    const pair = new TelephoneLine({ seed: SEED + 50 });
    pair.wait(15_000);
    const rangMs = pair.ring(3);
    pair.wait(8000);
    const dir = withModem(pair.write(at('quiet'), 'line-1'), [formatted(200, OTHER), formatted(rangMs - 500, NUMBER)]);
    await record(at('quiet-store'), [dir]);
    const calls = await callsOf(at('quiet-store'));
    assert.deepEqual(
      calls.map(({ outcome, caller }) => [outcome, caller]),
      [['missed', { number: NUMBER, sources: ['modem'] }]],
    );
  });

  it('MODEM_LOST: pulled out in a call and put back, it is told, recording goes on, and it is heard again', async () => {
    const pair = new TelephoneLine({ seed: SEED + 60 });
    pair.fetchNumber(nttNumber(NUMBER));
    pair.ring(1);
    pair.wait(500);
    pair.lift();
    pair.say(8000);
    const downMs = pair.hangUp();
    pair.wait(20_000);
    const rangMs = pair.ring(3);
    pair.wait(8000);
    const dir = withModem(pair.write(at('pulled'), 'line-1'), [
      formatted(downMs - 3000, OTHER), // said to nobody
      formatted(rangMs + 1500, OTHER),
    ]);
    const fault = `modem-gone@${downMs - 5000}:10000:line-1`;
    await must(['format', '--data', at('pulled-store'), '--capacity', '16MiB']);
    await must(['run', '--data', at('pulled-store'), '--trace', dir, '--speed', 'max', '--fault', fault]);
    const calls = await callsOf(at('pulled-store'));
    assert.deepEqual(
      calls.map(({ outcome, caller, gaps }) => [outcome, caller, gaps]),
      [
        ['answered', { number: NUMBER, standard: 'ntt', sources: ['line'] }, []],
        ['missed', { number: OTHER, sources: ['modem'] }, []],
      ],
    );
    const { out } = await must(['faults', '--data', at('pulled-store'), '--history', '--json']);
    const { events } = JSON.parse(out) as FaultHistory;
    assert.deepEqual(
      events.map(({ kind, code, subject }) => [kind, code, subject]),
      [
        ['fault-raised', 'MODEM_LOST', 'line-1'],
        ['fault-cleared', 'MODEM_LOST', 'line-1'],
      ],
    );
  });
});
