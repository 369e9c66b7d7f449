import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { dtmfSignal } from '../signal/support/dtmf-signal.js';
import { fskSignal } from '../signal/support/fsk-signal.js';
import { placed } from '../signal/support/heard.js';
import { nttNumber } from '../signal/support/messages.js';
import { wavHead, writeWav } from '../support/wav.js';
import { kikitome, must } from '../support/world.js';
import { scratch } from './recorded.js';

interface Line {
  readonly file: string;
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

const linesOf = (out: string): unknown[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe('scenario: decode', () => {
  const at = scratch();

  before(() => {
    for (const sampleRateHz of [8000, 16_000, 48_000]) {
      const signal = placed(fskSignal(nttNumber('0312345678'), { modem: 'v23', dbm0: -20, sampleRateHz }));
      writeWav(at(`number-${sampleRateHz}.wav`), signal.toPcm(), sampleRateHz);
    }
    writeWav(at('keys.wav'), placed(dtmfSignal('4649#', { lowDbm0: -10 })).toPcm());
    writeWav(at('nothing.wav'), new Int16Array(16_000));
  });

  it('prints a line of JSON for each file, as the score wants it, at any rate', async () => {
    const files = [
      ...[8000, 16_000, 48_000].map((rate) => at(`number-${rate}.wav`)),
      at('keys.wav'),
      at('nothing.wav'),
    ];
    const { out } = await must(['decode', '--jsonl', ...files]);
    const lines = linesOf(out) as Line[];
    assert.deepEqual(
      lines.map(({ file }) => file),
      files,
    );
    for (const { events } of lines.slice(0, 3)) {
      assert.deepEqual(
        events.map(({ atMs: _, ...rest }) => rest),
        [{ kind: 'caller-id', standard: 'ntt', number: '0312345678', service: 0x40 }],
      );
    }
    assert.deepEqual(
      lines[3]?.events.map(({ kind, digit }) => `${String(kind)} ${String(digit)}`),
      [...'4649#'].map((key) => `dtmf ${key}`),
    );
    assert.deepEqual(lines[4]?.events, []);
  });

  it('lists for people, in both languages', async () => {
    const { out } = await must(['decode', at('number-8000.wav'), at('keys.wav'), at('nothing.wav')]);
    assert.match(out, /number-8000\.wav\n +0\.\d+ s {2}caller ID 0312345678 \(ntt\)\n/);
    assert.match(out, /keys\.wav\n +0\.\d+ s {2}keys 4649#\n/);
    assert.match(out, /nothing\.wav\n {2}nothing\n/);
    assert.match((await must(['decode', '--lang', 'ja', at('keys.wav')])).out, /プッシュ信号 4649#/);
  });

  it('says what is wrong with a file, one line each, decodes the others, and fails in the end', async () => {
    writeFileSync(at('empty.wav'), '');
    writeFileSync(at('text.wav'), 'dear sir or madam');
    writeFileSync(at('cut.wav'), Buffer.concat([wavHead({ sampleRateHz: 8000, dataBytes: 9000 }), Buffer.alloc(800)]));
    writeFileSync(at('none.wav'), wavHead({ sampleRateHz: 8000, dataBytes: 0 }));
    writeFileSync(
      at('stereo.wav'),
      Buffer.concat([wavHead({ sampleRateHz: 8000, dataBytes: 800, channels: 2 }), Buffer.alloc(800)]),
    );
    writeFileSync(
      at('byte.wav'),
      Buffer.concat([wavHead({ sampleRateHz: 8000, dataBytes: 800, bits: 8 }), Buffer.alloc(800)]),
    );
    writeFileSync(
      at('alaw.wav'),
      Buffer.concat([wavHead({ sampleRateHz: 8000, dataBytes: 800, formatTag: 6, bits: 8 }), Buffer.alloc(800)]),
    );
    writeWav(at('cd.wav'), new Int16Array(800), 44_100);
    const bad = {
      missing: 'WAV_MISSING',
      empty: 'WAV_EMPTY',
      text: 'WAV_NOT_WAV',
      cut: 'WAV_TRUNCATED',
      none: 'WAV_EMPTY',
      stereo: 'WAV_CHANNELS',
      byte: 'WAV_DEPTH',
      alaw: 'WAV_CODEC',
      cd: 'WAV_RATE_UNHEARD',
    };
    const files = Object.keys(bad).map((name) => at(`${name}.wav`));
    const { exit, out, err } = await kikitome(['decode', '--jsonl', ...files, at('keys.wav')]);
    assert.equal(exit, 4); // one of them is damaged
    assert.deepEqual(
      (linesOf(out) as Line[]).map(({ file }) => file),
      [at('keys.wav')],
    );
    const said = err.trimEnd().split('\n');
    assert.deepEqual(
      said.map((line) => /^kikitome: (\w+): /.exec(line)?.[1]),
      Object.values(bad),
    );
    for (const [i, name] of Object.keys(bad).entries()) assert.ok(said[i]?.includes(`${name}.wav`));
    assert.equal((await kikitome(['decode', at('missing.wav')])).exit, 1);
    assert.equal((await kikitome(['decode'])).exit, 2);
  });

  it('reads lists of hook edges', async () => {
    const pulses = [1000, 1100, 1200].flatMap((ms) => [
      [ms, 'on'],
      [ms + 67, 'off'],
    ]);
    const lists = [
      { name: 'three', edges: [[0, 'off'], ...pulses, [5000, 'on']], expect: 'ignored' },
      {
        name: 'flash',
        edges: [
          [0, 'off'],
          [2000, 'on'],
          [2500, 'off'],
          [4000, 'on'],
          [9000, 'off'],
          [9900, 'on'],
        ],
      },
      { name: 'none', edges: [] },
    ];
    writeFileSync(at('hook.json'), JSON.stringify(lists));
    const { out } = await must(['decode', '--hook', at('hook.json')]);
    assert.deepEqual(linesOf(out), [
      { name: 'three', calls: [{ startMs: 0, endMs: 5000, dialled: '3', pulses: 10, flashes: [] }] },
      {
        name: 'flash',
        calls: [
          { startMs: 0, endMs: 4000, dialled: null, pulses: null, flashes: [{ atMs: 2000, durationMs: 500 }] },
          { startMs: 9000, endMs: 9900, dialled: null, pulses: null, flashes: [] },
        ],
      },
      { name: 'none', calls: [] },
    ]);
    writeFileSync(at('bad.json'), '{');
    writeFileSync(at('odd.json'), '[{"name":"a","edges":[[0,"up"]]}]');
    const {
      exit,
      out: rest,
      err,
    } = await kikitome(['decode', '--hook', at('bad.json'), at('odd.json'), at('no.json'), at('hook.json')]);
    assert.equal(exit, 1);
    assert.equal(linesOf(rest).length, 3);
    assert.deepEqual(
      err
        .trimEnd()
        .split('\n')
        .map((line) => /^kikitome: (\w+): /.exec(line)?.[1]),
      ['HOOK_NOT_JSON', 'HOOK_FIELDS', 'HOOK_MISSING'],
    );
  });
});
