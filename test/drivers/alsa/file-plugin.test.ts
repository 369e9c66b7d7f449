import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Listened } from './listen.js';

const RECORDED_SAMPLES = 12345;

/** The system's configuration, then PCMs without any hardware. `multi` has the channels it has, `mulaw` takes no S16_LE. */
const configuration = (infile: string): string => `
</usr/share/alsa/alsa.conf>
pcm.recording { type file slave.pcm null file /dev/null infile "${infile}" format raw }
pcm.stereo {
  type multi
  slaves.a { pcm null channels 2 }
  bindings { 0 { slave a channel 0 } 1 { slave a channel 1 } }
}
pcm.telephone { type mulaw slave { pcm null format S16_LE } }
pcm.nonsense { type no-such-type }
`;

describe("alsa: libasound's own file plugin", () => {
  let dir: string;
  let recorded: Int16Array;
  before(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'kikitome-alsa-'));
    recorded = Int16Array.from({ length: RECORDED_SAMPLES }, (_, i) => ((i * 7919 + 1) % 65536) - 32768);
    writeFileSync(path.join(dir, 'rec.raw'), Buffer.from(recorded.buffer));
    writeFileSync(path.join(dir, 'asound.conf'), configuration(path.join(dir, 'rec.raw')));
  });
  after(() => rmSync(dir, { recursive: true }));

  function listen(ms: number, ...pcms: string[]): Listened[] {
    const program = fileURLToPath(new URL('listen.ts', import.meta.url));
    const env = { ...process.env, ALSA_CONFIG_PATH: path.join(dir, 'asound.conf') };
    const run = spawnSync(process.execPath, ['--import', 'tsx', program, String(ms), ...pcms], { env, maxBuffer: 1e9 });
    assert.equal(run.stderr.toString(), '', 'libasound keeps quiet');
    assert.equal(run.status, 0);
    const lines = run.stdout.toString().trim().split('\n');
    assert.equal(lines.length, pcms.length);
    return lines.map((line) => JSON.parse(line) as Listened);
  }

  it('delivers a recording bit for bit, in real time, and silence after its end; and again when opened again', () => {
    for (const { code, blocks, base64 } of listen(4000, 'recording', 'recording')) {
      assert.equal(code, null);
      const bytes = Buffer.from(base64, 'base64');
      const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
      assert.ok(samples.length >= 32000 - 1 && samples.length <= 32000 * 1.0005, `${samples.length} samples in 4 s`);
      assert.deepEqual(samples.subarray(0, RECORDED_SAMPLES), recorded);
      assert.ok(samples.subarray(RECORDED_SAMPLES).every((sample) => sample === 0));
      let next = 0;
      for (const { firstSample, atMs, samples: length } of blocks) {
        assert.equal(firstSample, next);
        assert.ok(length <= 4096);
        assert.ok(Math.abs(atMs - firstSample / 8) <= 0.0005 * 4000 + 0.2, `sample ${firstSample} at ${atMs} ms`);
        next += length;
      }
      assert.equal(next, samples.length);
    }
  });

  it('refuses what is not 16-bit mono at the rate asked for, and names what is not there', () => {
    const [stereo, telephone, missing, nonsense, card] = listen(
      100,
      'stereo',
      'telephone',
      'nobody',
      'nonsense',
      'hw:31',
    );
    assert.deepEqual([stereo?.code, telephone?.code], ['FORMAT_REFUSED', 'FORMAT_REFUSED']);
    assert.match(
      stereo?.message ?? '',
      /^line-1 \(stereo\): asked for 8000 Hz, 1 channel, .*gives 8000 Hz, 2 channels/,
    );
    assert.match(telephone?.message ?? '', /gives 8000 Hz, 1 channel, MU_LAW$/);
    for (const [pcm, listened] of Object.entries({ nobody: missing, nonsense, 'hw:31': card })) {
      assert.equal(listened?.code, 'DEVICE_MISSING');
      assert.ok(
        listened.message?.startsWith(`line-1 (${pcm}): `) && !listened.message.includes('\n'),
        listened.message ?? '',
      );
    }
  });
});
