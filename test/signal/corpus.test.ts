import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decode } from './support/decode.js';
import { parseWav } from './support/wav.js';

/** Folder with manifest.json and recordings; score.mjs stands beside it. */
const { KIKITOME_SIGNAL_CORPUS: corpus } = process.env;

describe('signal: corpus', () => {
  it('reaches the bars of the corpus named by KIKITOME_SIGNAL_CORPUS', function () {
    if (!corpus) {
      this.skip();
      return;
    }
    const lines: string[] = [];
    for (const folder of readdirSync(corpus, { withFileTypes: true })) {
      if (!folder.isDirectory()) continue;
      for (const name of readdirSync(path.join(corpus, folder.name))) {
        if (!name.endsWith('.wav')) continue;
        const file = path.join(corpus, folder.name, name);
        const { samples, sampleRateHz } = parseWav(readFileSync(file));
        lines.push(JSON.stringify({ file, events: decode(samples, { sampleRateHz }) }));
      }
    }
    const scratch = mkdtempSync(path.join(tmpdir(), 'kikitome-signal-'));
    try {
      const events = path.join(scratch, 'events.jsonl');
      writeFileSync(events, `${lines.join('\n')}\n`);
      const score = path.join(path.dirname(path.resolve(corpus)), 'score.mjs');
      const { status, stdout } = spawnSync(process.execPath, [score, corpus, events, '--bars'], { encoding: 'utf8' });
      assert.equal(status, 0, stdout);
    } finally {
      rmSync(scratch, { recursive: true });
    }
  });
});
