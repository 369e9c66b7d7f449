import assert from 'node:assert/strict';
import { PassThrough, Readable, Writable } from 'node:stream';
import { askHidden, lineFrom } from '../../../firmware/cli/secret-input.js';

/** A terminal: what is typed, what is echoed (nothing, by itself), and whether it is raw. */
function terminal() {
  const raw: boolean[] = [];
  let out = '';
  const keys = new PassThrough();
  const input = Object.assign(keys, { isTTY: true, setRawMode: (on: boolean) => raw.push(on) });
  const err = new Writable({
    write(chunk, _, done) {
      out += String(chunk);
      done();
    },
  });
  return { input, err, raw, said: () => out };
}

describe('what is typed and not shown', () => {
  it('is a line, with what was rubbed out gone; the terminal is as before', async () => {
    const { input, err, raw, said } = terminal();
    const answer = askHidden({ input, err }, 'PIN: ');
    for (const keys of ['48', '9', '\u007f', '2913', '\r']) input.write(keys);
    assert.equal(await answer, '482913');
    assert.equal(said(), 'PIN: \n');
    assert.deepEqual(raw, [true, false]);
    const second = askHidden({ input, err }, 'Again: ');
    input.write('482913\n');
    assert.equal(await second, '482913', 'the same terminal can be asked again');
  });

  it('Ctrl-C gives up', async () => {
    for (const key of ['\u0003', '\u0004']) {
      const { input, err, raw } = terminal();
      const answer = askHidden({ input, err }, '');
      input.write(`48${key}`);
      await assert.rejects(answer, { code: 'USAGE', message: /given up/ });
      assert.deepEqual(raw, [true, false]);
    }
  });

  it('is asked for at a terminal alone', async () => {
    const { err } = terminal();
    await assert.rejects(askHidden({ input: Readable.from(['482913\n']), err }, ''), { code: 'USAGE' });
  });
});

describe('a line that is piped in', () => {
  for (const [chunks, line] of [
    [['482913\n'], '482913'],
    [['4829', '13\r\n'], '482913'],
    [['482913'], '482913'],
  ] as const) {
    it(JSON.stringify(chunks), async () => assert.equal(await lineFrom(Readable.from(chunks)), line));
  }
  for (const chunks of [[], ['\n'], ['x'.repeat(2000)], ['482913\nmore\n']]) {
    it(`refuses ${JSON.stringify(chunks).slice(0, 20)}`, async () => {
      await assert.rejects(lineFrom(Readable.from(chunks)), { code: 'USAGE' });
    });
  }
});
