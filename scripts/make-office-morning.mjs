import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CALLS } from './office-morning.mjs';
import { Call, levelled, RATE_HZ } from './telephone-call.mjs';

const OUT = fileURLToPath(new URL('../boards/virtual/office-morning/', import.meta.url));
const MORNING = '2026-11-24T09:00:00+09:00';
/** Quiet in the trace before its first event and after its last. */
const LEAD_MS = 1200;
const TRAIL_MS = 2000;
const SPACED = { '{': '{ ', '}': ' }', ':': ': ', ',': ', ' };

const scratch = mkdtempSync(join(tmpdir(), 'office-morning-'));

/** Speech of the telephone band at its level, without the silence around it. */
function speak({ voice, pitch, wordsPerMinute }, text) {
  const spoken = join(scratch, 'spoken.wav');
  const band = join(scratch, 'band.raw');
  execFileSync('espeak-ng', ['-v', voice, '-p', `${pitch}`, '-s', `${wordsPerMinute}`, '-w', spoken, text]);
  // -D: no dither, so that the same words give the same bytes.
  execFileSync('sox', [
    '-D',
    '-v',
    '0.7',
    spoken,
    '-r',
    `${RATE_HZ}`,
    '-b',
    '16',
    '-e',
    'signed',
    band,
    'sinc',
    '300-3400',
  ]);
  const bytes = readFileSync(band);
  const samples = Float64Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(2 * index) / 32_768);
  const loud = (sample) => Math.abs(sample) > 0.005;
  return levelled(samples.subarray(samples.findIndex(loud), samples.findLastIndex(loud) + 1));
}

function writeTrace({ name, line }, call, startMs) {
  const dir = join(OUT, name);
  mkdirSync(dir);
  const samples = call.sound();
  const head = Buffer.alloc(44);
  head.write('RIFF....WAVEfmt ', 0, 'latin1');
  head.writeUInt32LE(36 + samples.byteLength, 4);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(RATE_HZ, 24);
  head.writeUInt32LE(2 * RATE_HZ, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(samples.byteLength, 40);
  const audio = `${line}.wav`;
  writeFileSync(join(dir, audio), Buffer.concat([head, Buffer.from(samples.buffer)]));

  const startsAt = `${new Date(Date.parse(MORNING) + startMs + 9 * 3_600_000).toISOString().slice(0, 19)}+09:00`;
  // As the formatter wants it.
  const spaced = (edge) => JSON.stringify(edge).replaceAll(/[{:,]|\}/gu, (mark) => SPACED[mark]);
  const edges = call.edges.map((edge) => `    ${spaced(edge)}`).join(',\n');
  const fields = Object.entries({ line, sampleRateHz: RATE_HZ, audio, startsAt }).map(
    ([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`,
  );
  writeFileSync(join(dir, 'trace.json'), `{\n${fields.join('')}  "edges": [\n${edges}\n  ]\n}\n`);
  const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`.padStart(8);
  console.log(`${line}  ${seconds(startMs)} + ${seconds(call.nowMs)}  ${name}`);
}

const times = new Map();
try {
  for (const { name } of CALLS) rmSync(join(OUT, name), { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  for (const [index, entry] of CALLS.entries()) {
    const call = entry.play(new Call(index + 1, speak).quiet(LEAD_MS)).quiet(TRAIL_MS);
    const other = times.get(entry.after);
    const firstEventMs = (other?.[entry.from] ?? 0) + entry.byS * 1000;
    // On a whole second, for people; the first trace begins the morning.
    const startMs = other === undefined ? 0 : Math.ceil((firstEventMs - LEAD_MS) / 1000) * 1000;
    times.set(entry.name, { start: startMs + LEAD_MS, end: startMs + call.nowMs - TRAIL_MS });
    writeTrace(entry, call, startMs);
  }
} finally {
  rmSync(scratch, { recursive: true });
}
