import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TraceError, type TraceErrorCode } from '../../../drivers/simulated/errors.js';
import { openTrace } from '../../../drivers/simulated/trace.js';
import { cleanTrace } from '../../support/traces.js';
import { writeWav } from '../../support/wav.js';

const GOOD = {
  line: 'line-1',
  sampleRateHz: 8000,
  audio: 'line-1.wav',
  startsAt: '2026-11-24T09:00:00+09:00',
  edges: [
    { atMs: 100, ring: true },
    { atMs: 100, polarity: 'reversed' },
    { atMs: 200.5, ring: false },
    { atMs: 300, hook: 'off' },
    { atMs: 1900, hook: 'on' },
  ],
};

describe('openTrace', () => {
  let dir = '';
  let file = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'kikitome-trace-'));
    file = join(dir, 'trace.json');
    writeWav(join(dir, 'line-1.wav'), new Int16Array(16_000));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const refuses = (code: TraceErrorCode, trace: unknown, message = /./u) => {
    writeFileSync(file, typeof trace === 'string' ? trace : JSON.stringify(trace));
    assert.throws(
      () => openTrace(dir),
      (error) => {
        assert.ok(error instanceof TraceError);
        assert.equal(error.code, code, error.message);
        assert.ok(error.message.startsWith(dir), error.message);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /\n/u);
        return true;
      },
    );
  };

  it('reads a good one', () => {
    writeFileSync(file, JSON.stringify(GOOD));
    const trace = openTrace(dir);
    assert.equal(trace.line, 'line-1');
    assert.equal(trace.startsAtMs, Date.parse('2026-11-24T00:00:00Z'));
    assert.equal(trace.audio.samples, 16_000);
    assert.equal(trace.durationMs, 2000);
    assert.equal(trace.initialHook, 'on-hook');
    assert.deepEqual(trace.edges, [
      { kind: 'ring', ringing: true, atMs: 100 },
      { kind: 'polarity', polarity: 'reversed', atMs: 100 },
      { kind: 'ring', ringing: false, atMs: 200.5 },
      { kind: 'hook', hook: 'off-hook', atMs: 300 },
      { kind: 'hook', hook: 'on-hook', atMs: 1900 },
    ]);
  });

  it('starts off-hook where the handset is first put down', () => {
    const made = cleanTrace([{ atMs: 2900, hook: 'on' }], new Int16Array(16_000), { dir: join(dir, 'b') });
    const trace = openTrace(made);
    assert.equal(trace.initialHook, 'off-hook');
    assert.equal(trace.durationMs, 2900);
  });

  it('refuses a folder without trace.json', () => {
    assert.throws(() => openTrace(dir), { code: 'TRACE_MISSING' });
    assert.throws(() => openTrace(join(dir, 'nowhere')), { code: 'TRACE_MISSING' });
    assert.throws(() => openTrace(join(dir, 'line-1.wav')), { code: 'TRACE_MISSING' });
  });

  it('refuses what is no JSON', () => {
    for (const text of ['', '{\n"line": \n', 'line-1', '{"line": "line-1",}']) refuses('TRACE_NOT_JSON', text);
  });

  it('refuses missing, unknown and wrong fields by name', () => {
    refuses('TRACE_FIELDS', []);
    refuses('TRACE_FIELDS', 'null');
    refuses('TRACE_FIELDS', { ...GOOD, colour: 'red' }, /colour/u);
    refuses('TRACE_FIELDS', { ...GOOD, line: undefined }, /line/u);
    refuses('TRACE_FIELDS', { ...GOOD, line: '../line' }, /line/u);
    refuses('TRACE_FIELDS', { ...GOOD, audio: '' }, /audio/u);
    for (const rate of [0, -8000, 8001, 44_000, '8000', null]) {
      refuses('TRACE_FIELDS', { ...GOOD, sampleRateHz: rate }, /sampleRateHz/u);
    }
    for (const startsAt of ['2026-11-24T09:00:00', '2026-11-24', 'yesterday', '2026-13-24T09:00:00+09:00', 0]) {
      refuses('TRACE_FIELDS', { ...GOOD, startsAt }, /startsAt/u);
    }
  });

  it('refuses wrong edges by index', () => {
    const wrong = [
      { atMs: 1 },
      { ring: true },
      { atMs: 1, ring: true, hook: 'on' },
      { atMs: 1, ring: 'yes' },
      { atMs: 1, hook: 'up' },
      { atMs: 1, polarity: 'odd' },
      { atMs: -1, ring: true },
      { atMs: '1', ring: true },
      { atMs: 1e12, ring: true },
      { atMs: 1, ring: true, note: 'x' },
      7,
    ];
    for (const edge of wrong)
      refuses('TRACE_FIELDS', { ...GOOD, edges: [{ atMs: 0, ring: true }, edge] }, /edges\[1\]/u);
  });

  it('refuses what no modem tells', () => {
    const number = '0312345678';
    const wrong = [{}, { name: 'X' }, { number, absence: 'withheld' }, { number, octets: '0401' }, { octets: '040' }];
    for (const told of [...wrong, { name: 'X', octets: '040105' }])
      refuses('TRACE_FIELDS', { ...GOOD, modem: [{ atMs: 0, ...told }] }, /modem\[0\]/u);
  });

  it('refuses edges out of order', () => {
    const edges = [
      { atMs: 5, ring: true },
      { atMs: 4.9, ring: false },
    ];
    refuses('TRACE_EDGES_UNSORTED', { ...GOOD, edges }, /edges\[1\]/u);
  });

  it('refuses an edge over a second after the end of the WAV', () => {
    writeFileSync(file, JSON.stringify({ ...GOOD, edges: [{ atMs: 3000, ring: true }] }));
    assert.equal(openTrace(dir).durationMs, 3000);
    refuses('TRACE_EDGE_AFTER_AUDIO', { ...GOOD, edges: [{ atMs: 3000.1, ring: true }] });
  });

  it('refuses a WAV that is elsewhere, missing, or of another rate', () => {
    for (const audio of ['../a.wav', '/etc/passwd', 'a/b.wav', 'a\\b.wav', '.', '..', 'a\0.wav']) {
      refuses('TRACE_AUDIO_NAME', { ...GOOD, audio });
    }
    refuses('WAV_MISSING', { ...GOOD, audio: 'other.wav' }, /other\.wav/u);
    refuses('WAV_RATE', { ...GOOD, sampleRateHz: 16_000 }, /8000 Hz/u);
    writeFileSync(join(dir, 'line-1.wav'), '');
    refuses('WAV_EMPTY', GOOD, /line-1\.wav/u);
  });
});
