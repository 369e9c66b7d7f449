import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeWav } from '../support/wav.js';
import { judgeCorpus } from './support/corpus.js';
import { dtmfSignal } from './support/dtmf-signal.js';

const { KIKITOME_SIGNAL_CORPUS: corpus } = process.env;

describe('signal: recordings with labels', () => {
  it('are judged by what their labels say, a share of them at a time', () => {
    const made = mkdtempSync(path.join(tmpdir(), 'kikitome-corpus-'));
    try {
      const keys = path.join(made, 'keys');
      mkdirSync(keys);
      writeWav(path.join(keys, 'a.wav'), dtmfSignal('46', { lowDbm0: -10 }).toPcm());
      writeWav(path.join(keys, 'b.wav'), dtmfSignal('49', { lowDbm0: -10 }).toPcm());
      const labels = (second: string) => [
        { kind: 'dtmf', digit: '4' },
        { kind: 'dtmf', digit: second },
      ];
      const write = (files: object) =>
        writeFileSync(path.join(keys, 'labels.json'), JSON.stringify({ least: 1, files }));
      write({ 'a.wav': labels('6'), 'b.wav': labels('9') });
      assert.deepEqual(judgeCorpus(made), [{ folder: keys, least: 1, right: 1, wrong: [] }]);
      write({ 'a.wav': labels('6'), 'b.wav': labels('6') });
      assert.deepEqual(judgeCorpus(made)[0]?.right, 0.5);
      write({ 'a.wav': labels('6').slice(1), 'b.wav': [] });
      assert.deepEqual(judgeCorpus(made)[0]?.right, 0, 'a key that nobody labelled is a false one');
    } finally {
      rmSync(made, { recursive: true });
    }
  });

  it('come out right as often as KIKITOME_SIGNAL_CORPUS wants', function () {
    if (!corpus) this.skip();
    const judged = judgeCorpus(corpus ?? '');
    assert.ok(judged.length > 0, `${corpus}: no labels.json`);
    for (const { folder, least, right, wrong } of judged) {
      assert.ok(right >= least, `${folder}: ${right}, ${least} is wanted\n${wrong.join('\n')}`);
    }
  });
});
