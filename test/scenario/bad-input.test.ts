import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { ERROR_CATALOGUE } from '../../firmware/cli/error-catalogue.js';
import { Running } from '../support/program.js';
import { cleanTrace, type EdgeJson } from '../support/traces.js';
import { wavHead, wavSamples } from '../support/wav.js';
import { kikitome, must, type Outcome } from '../support/world.js';
import { callsOf, requireClean, scratch } from './recorded.js';

const CALL: readonly EdgeJson[] = [
  { atMs: 500, hook: 'off' },
  { atMs: 2500, hook: 'on' },
];
const RING: readonly EdgeJson[] = [
  { atMs: 500, ring: true },
  { atMs: 1500, ring: false },
];
const SOUND = Int16Array.from({ length: 32_000 }, (_, i) => 3000 * Math.sin(i / 3));
const PLAIN = JSON.parse(
  JSON.stringify({
    line: 'line-1',
    sampleRateHz: 8000,
    audio: 'line-1.wav',
    startsAt: '2026-11-24T09:00:00+09:00',
    edges: CALL,
  }),
);

/** Everything under a folder with its size and when it was last written: what must not change. */
function treeOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !file.includes(`${path.sep}index`)) // LevelDB turns its logs over whenever it is opened
    .map((file) => {
      const { size, mtimeMs } = statSync(file);
      return statSync(file).isFile() ? `${file} ${size} ${mtimeMs}` : file;
    })
    .sort();
}

/** A refusal is one line: program, code, what, remedy; nothing on stdout; the exit code the catalogue names. */
function requireRefusal({ exit, out, err }: Outcome, code: string): void {
  assert.match(err, new RegExp(`^kikitome: ${code}: [^\\n]+\\n$`));
  assert.equal(exit, ERROR_CATALOGUE[code]?.exit);
  assert.notEqual(exit, 0);
  assert.equal(out, '');
}

/** No English sentence is left, but for what was typed, names, and choices. */
function requireJapanese(err: string): void {
  const prose = err
    .replace(/^kikitome: \w+: /u, '')
    .replace(/"[^"]*"|\S*\/\S*|--\S+|kikitome \w+ \w+|[\w-]+(, [\w-]+)+/gu, '');
  assert.doesNotMatch(prose, /[a-z]{2,} [a-z]{2,} [a-z]{2,}/u, err);
}

describe('scenario: bad input', () => {
  const at = scratch();
  const store = () => at('store');
  const good = () => at('good');
  let calls = '';

  before(async () => {
    cleanTrace(CALL, SOUND, { dir: good() });
    cleanTrace(RING, SOUND, { dir: at('missed'), startsAt: '2026-11-24T09:10:00+09:00' });
    await must(['format', '--data', store(), '--capacity', '8MiB']);
    await must(['run', '--data', store(), '--trace', good(), '--trace', at('missed'), '--speed', 'max']);
    calls = (await must(['calls', '--json', '--data', store()])).out;
    assert.equal(JSON.parse(calls).length, 2);
  });

  /** The store holds what it held before all of this. */
  afterEach(async () => {
    assert.equal((await must(['calls', '--json', '--data', store()])).out, calls);
    await requireClean(store());
  });

  async function refuses(
    code: string,
    argv: readonly string[],
    changes: Parameters<typeof kikitome>[1] = {},
  ): Promise<void> {
    const before = treeOf(path.dirname(store()));
    requireRefusal(await kikitome(argv, changes), code);
    const japanese = await kikitome(argv, { ...changes, env: { ...changes.env, LANG: 'ja_JP.UTF-8' } });
    requireRefusal(japanese, code);
    requireJapanese(japanese.err);
    assert.deepEqual(treeOf(path.dirname(store())), before);
  }

  const play = (dir: string, ...more: string[]) => [
    'run',
    '--data',
    store(),
    '--trace',
    dir,
    '--speed',
    'max',
    ...more,
  ];

  describe('a trace', () => {
    const json = (value: unknown) => (dir: string) =>
      writeFileSync(path.join(dir, 'trace.json'), JSON.stringify(value));
    const wav = (bytes: Buffer) => (dir: string) => writeFileSync(path.join(dir, 'line-1.wav'), bytes);
    const body = wavSamples(SOUND);
    const headed = (head: Omit<Parameters<typeof wavHead>[0], 'dataBytes'>, dataBytes = body.length) =>
      Buffer.concat([wavHead({ ...head, dataBytes }), body]);
    const cases: readonly [title: string, code: string, spoil: (dir: string) => void][] = [
      ['that is no JSON', 'TRACE_NOT_JSON', (dir) => writeFileSync(path.join(dir, 'trace.json'), '{"line": ')],
      ['that is empty', 'TRACE_NOT_JSON', (dir) => writeFileSync(path.join(dir, 'trace.json'), '')],
      ['that is another JSON', 'TRACE_FIELDS', json([1, 2, 3])],
      ['without a trace.json', 'TRACE_MISSING', (dir) => rmSync(path.join(dir, 'trace.json'))],
      ['with unsorted edges', 'TRACE_EDGES_UNSORTED', json({ ...PLAIN, edges: [...CALL].reverse() })],
      ['with an unknown field', 'TRACE_FIELDS', json({ ...PLAIN, colour: 'red' })],
      ['with an unknown field in an edge', 'TRACE_FIELDS', json({ ...PLAIN, edges: [{ ...CALL[0], loud: true }] })],
      ['with an edge of two kinds', 'TRACE_FIELDS', json({ ...PLAIN, edges: [{ atMs: 1, ring: true, hook: 'on' }] })],
      ['with an edge before its beginning', 'TRACE_FIELDS', json({ ...PLAIN, edges: [{ atMs: -1, ring: true }] })],
      [
        'with an edge long after its sound',
        'TRACE_EDGE_AFTER_AUDIO',
        json({ ...PLAIN, edges: [{ atMs: 60_000, ring: true }] }),
      ],
      ['without a time zone', 'TRACE_FIELDS', json({ ...PLAIN, startsAt: '2026-11-24T09:00:00' })],
      ['of a rate that MP3 does not have', 'TRACE_FIELDS', json({ ...PLAIN, sampleRateHz: 9000 })],
      ['of a line with a line feed in its name', 'TRACE_FIELDS', json({ ...PLAIN, line: 'line\n1' })],
      ['whose WAV is elsewhere', 'TRACE_AUDIO_NAME', json({ ...PLAIN, audio: '../good/line-1.wav' })],
      ['whose WAV is missing', 'WAV_MISSING', (dir) => rmSync(path.join(dir, 'line-1.wav'))],
      [
        'whose WAV is a folder',
        'WAV_MISSING',
        (dir) => {
          rmSync(path.join(dir, 'line-1.wav'));
          mkdirSync(path.join(dir, 'line-1.wav'));
        },
      ],
      ['whose WAV has another rate', 'WAV_RATE', wav(headed({ sampleRateHz: 16_000 }))],
      ['whose WAV has 24 bits', 'WAV_DEPTH', wav(headed({ sampleRateHz: 8000, bits: 24 }))],
      ['whose WAV is stereo', 'WAV_CHANNELS', wav(headed({ sampleRateHz: 8000, channels: 2 }))],
      ['whose WAV is mu-law', 'WAV_CODEC', wav(headed({ sampleRateHz: 8000, formatTag: 7, bits: 8 }))],
      ['whose WAV is truncated', 'WAV_TRUNCATED', wav(headed({ sampleRateHz: 8000 }, body.length + 1000))],
      ['whose WAV ends in its head', 'WAV_TRUNCATED', wav(headed({ sampleRateHz: 8000 }).subarray(0, 30))],
      ['whose WAV holds no sample', 'WAV_EMPTY', wav(wavHead({ sampleRateHz: 8000, dataBytes: 0 }))],
      ['whose WAV is an empty file', 'WAV_EMPTY', wav(Buffer.alloc(0))],
      ['whose WAV is an MP3', 'WAV_NOT_WAV', wav(Buffer.concat([Buffer.from('ID3'), Buffer.alloc(500)]))],
    ];
    for (const [i, [title, code, spoil]] of cases.entries()) {
      it(`${title} is refused (${code})`, async () => {
        const dir = at(`trace-${i}`);
        cpSync(good(), dir, { recursive: true });
        spoil(dir);
        await refuses(code, play(dir));
        // A good one beside it does not help: nothing is played.
        await refuses(code, play(good(), '--trace', dir));
      });
    }

    it('of two rates on one line is refused (TRACE_RATE_DIFFERS)', async () => {
      cleanTrace(CALL, SOUND.subarray(0, 48_000), { dir: at('fast'), sampleRateHz: 11_025 });
      await refuses('TRACE_RATE_DIFFERS', play(good(), '--trace', at('fast')));
    });

    it('that is missing is refused (TRACE_MISSING), and so is none at all (TRACE_NEEDED)', async () => {
      await refuses('TRACE_MISSING', play(at('nowhere')));
      await refuses('TRACE_NEEDED', ['run', '--board', 'virtual', '--data', store(), '--speed', 'max']);
    });
  });

  describe('a data folder', () => {
    const commands = (folder: string): readonly (readonly string[])[] => [
      ['run', '--data', folder, '--trace', good(), '--speed', 'max'],
      ['status', '--data', folder],
      ['calls', '--data', folder, '--json'],
      ['check', '--data', folder],
      ['extract', '1', '--data', folder, '--to', at('out.mp3')],
    ];

    it('that is missing is refused by every command (DATA_MISSING)', async () => {
      for (const argv of commands(at('none'))) await refuses('DATA_MISSING', argv);
    });

    it('that is missing and has a name too long for a socket, or for any file, is refused (DATA_MISSING)', async () => {
      for (const argv of commands(at(`${'d'.repeat(100)}/${'e'.repeat(100)}`))) await refuses('DATA_MISSING', argv);
      for (const argv of commands(at('f'.repeat(300)))) await refuses('DATA_MISSING', argv);
      await refuses('DATA_MISSING', ['format', '--data', at('f'.repeat(300)), '--capacity', '8MiB']);
    });

    it('that is a file is refused (DATA_MISSING)', async () => {
      writeFileSync(at('file'), 'precious');
      for (const argv of commands(at('file'))) await refuses('DATA_MISSING', argv);
      await refuses('DATA_MISSING', ['format', '--data', at('file'), '--capacity', '8MiB']);
      await refuses('DATA_MISSING', ['format', '--data', at('file/store'), '--capacity', '8MiB']);
    });

    it('where nothing can be made is refused, and does not hang (DATA_READ_ONLY)', async () => {
      await refuses('DATA_READ_ONLY', ['format', '--data', '/proc/kikitome/store', '--capacity', '8MiB']);
    });

    it('without a store is refused (STORE_MISSING)', async () => {
      mkdirSync(at('empty'));
      for (const argv of commands(at('empty'))) await refuses('STORE_MISSING', argv);
    });

    it('of another version is refused (STORE_VERSION)', async () => {
      cpSync(store(), at('future'), { recursive: true });
      const superblock = path.join(at('future'), 'superblock');
      const bytes = readFileSync(superblock);
      const line = bytes.toString('utf8', 0, bytes.indexOf(10)).replace('"version":1', '"version":2');
      for (const copy of [0, 4096])
        bytes.fill(`${line}\n${crc32(line).toString(16).padStart(8, '0')}\n`, copy, copy + line.length + 10);
      writeFileSync(superblock, bytes);
      for (const argv of commands(at('future'))) await refuses('STORE_VERSION', argv);
      await refuses('STORE_EXISTS', ['format', '--data', at('future'), '--capacity', '8MiB']);
    });

    it('whose superblock is noise, or one of whose files is gone, is refused (STORE_DAMAGED)', async () => {
      for (const [i, spoil] of [
        (folder: string) => writeFileSync(path.join(folder, 'superblock'), Buffer.alloc(8192, 0xa5)),
        (folder: string) => writeFileSync(path.join(folder, 'superblock'), ''),
        (folder: string) => rmSync(path.join(folder, 'ring')),
        (folder: string) => rmSync(path.join(folder, 'keys')),
        (folder: string) => rmSync(path.join(folder, 'root')),
        (folder: string) => rmSync(path.join(folder, 'journal')),
      ].entries()) {
        const folder = at(`damaged-${i}`);
        cpSync(store(), folder, { recursive: true });
        spoil(folder);
        for (const argv of commands(folder)) await refuses('STORE_DAMAGED', argv);
      }
    });

    it('that this user may only read is refused (DATA_READ_ONLY)', async function () {
      // Root may write anywhere: there the commands are given by `nobody`.
      const isRoot = process.getuid?.() === 0;
      const wrapped = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
      for (const dir of [path.dirname(store()), good()]) chmodSync(dir, 0o755);
      cpSync(store(), at('readable'), { recursive: true });
      mkdirSync(at('readable-empty'), { mode: 0o555 });
      for (const file of treeOf(at('readable')))
        if (statSync(file.split(' ')[0] ?? '').isFile()) chmodSync(file.split(' ')[0] ?? '', 0o444);
      chmodSync(at('readable'), 0o555);
      const before = treeOf(at('readable'));
      for (const argv of [
        ...commands(at('readable')),
        ['format', '--data', at('readable-empty'), '--capacity', '8MiB'],
      ]) {
        const command = new Running(argv, wrapped);
        const exit = (await command.ended()) ?? -1;
        if (/EACCES|ERR_MODULE_NOT_FOUND/.test(command.err) && !command.err.startsWith('kikitome')) return this.skip(); // nobody may not read our sources
        requireRefusal({ exit, out: command.out, err: command.err, outBytes: Buffer.alloc(0) }, 'DATA_READ_ONLY');
      }
      assert.deepEqual(treeOf(at('readable')), before);
      chmodSync(at('readable'), 0o755);
      chmodSync(at('readable-empty'), 0o755);
    });

    it('with a name too long for a socket works all the same', async () => {
      const folder = at(`${'d'.repeat(100)}/${'e'.repeat(100)}`);
      await must(['format', '--data', folder, '--capacity', '8MiB']);
      await must(['run', '--data', folder, '--trace', good(), '--speed', 'max']);
      assert.equal((await callsOf(folder)).length, 1);
    });

    it('in use by a running recorder is refused to a second one and to format (STORE_IN_USE)', async () => {
      const folder = at('busy');
      await must(['format', '--data', folder, '--capacity', '8MiB']);
      const recorder = new Running(['run', '--data', folder, '--trace', good(), '--speed', '0.01']);
      await recorder.says(/recording on/);
      try {
        requireRefusal(await kikitome(['run', '--data', folder, '--trace', good(), '--speed', 'max']), 'STORE_IN_USE');
        requireRefusal(await kikitome(['format', '--data', folder, '--capacity', '8MiB']), 'STORE_IN_USE');
        const erase = ['format', '--data', folder, '--capacity', '8MiB', '--erase-everything'];
        requireRefusal(await kikitome(erase), 'STORE_IN_USE');
        requireRefusal(await kikitome(['check', '--rebuild-index', '--data', folder]), 'RECORDER_RUNNING');
      } finally {
        recorder.kill('SIGTERM');
      }
      assert.equal(await recorder.ended(), 0);
      await requireClean(folder);
    });
  });

  describe('format', () => {
    const format = (folder: string, capacity: string) => ['format', '--data', folder, '--capacity', capacity];

    it('makes nothing where the capacity is no size (CAPACITY_NOT_A_SIZE)', async () => {
      for (const text of ['0', '0MiB', '12XB', '-5MiB', '16', 'MiB', '1e3MiB', '16 MiB ', 'ALL', '', '٣MiB']) {
        await refuses('CAPACITY_NOT_A_SIZE', format(at('unmade/deep'), text));
      }
    });

    it('makes nothing where it is too small, or larger than the medium', async () => {
      mkdirSync(at('bare'));
      for (const folder of [at('unmade/deep'), at('bare')]) {
        await refuses('CAPACITY_TOO_SMALL', format(folder, '1kB'));
        await refuses('CAPACITY_TOO_SMALL', format(folder, '3MiB'));
        await refuses('CAPACITY_TOO_LARGE', format(folder, '900TiB'));
        await refuses('CAPACITY_TOO_LARGE', format(folder, '999999999TiB'));
      }
    });

    it('destroys no store and nothing that has the name of a part of one (STORE_EXISTS)', async () => {
      await refuses('STORE_EXISTS', format(store(), '8MiB'));
      for (const name of ['index', 'ring', 'keys', 'root', 'journal']) {
        mkdirSync(at(`home-${name}`));
        writeFileSync(path.join(at(`home-${name}`), name), 'precious');
        await refuses('STORE_EXISTS', format(at(`home-${name}`), '8MiB'));
      }
    });

    it('with --erase-everything leaves the old store alone where the new one cannot be made', async () => {
      await refuses('CAPACITY_TOO_SMALL', [...format(store(), '1MiB'), '--erase-everything']);
      await refuses('CAPACITY_TOO_LARGE', [...format(store(), '900TiB'), '--erase-everything']);
      const onChip = (chip: string) => [...format(store(), '8MiB'), '--erase-everything', '--root-chip', chip];
      await refuses('ROOT_CHIP_MISSING', onChip(at('no chip')));
      writeFileSync(at('chip'), Buffer.alloc(128, 0x42));
      await refuses('ROOT_CHIP_TAKEN', onChip(at('chip')));
    });
  });

  describe('a word that is none', () => {
    const cases: readonly [code: string, argv: () => string[]][] = [
      ['USAGE', () => []],
      ['USAGE', () => ['bogus']],
      ['USAGE', () => ['run', '--bogus']],
      ['USAGE', () => ['calls', 'extra', '--data', store()]],
      ['USAGE', () => ['status', '--data']],
      ['USAGE', () => ['--lang', 'fr', 'status', '--data', store()]],
      ['USAGE', () => ['calls', '--data', store(), '--from', 'yesterday']],
      ['USAGE', () => ['calls', '--data', store(), '--to', '2026-13-01T00:00Z']],
      ['USAGE', () => ['calls', '--data', store(), '--to', '2026-02-30']],
      ['USAGE', () => ['calls', '--data', store(), '--from', '12']],
      ['USAGE', () => ['calls', '--data', store(), '--from', '2026-11-24', '--to', '2026-11-23']],
      ['USAGE', () => ['collect', '--data', store(), '--from', '2026-11-24T10:00', '--to', '2026-11-24T10:00']],
      ['USAGE', () => ['calls', '--data', store(), '--limit', '0']],
      ['USAGE', () => ['calls', '--data', store(), '--limit', '1.5']],
      ['USAGE', () => ['calls', '--data', store(), '--direction', 'up']],
      ['USAGE', () => ['extract', '1', '--data', store()]],
      ['USAGE', () => ['extract', '--data', store(), '--to', at('out.mp3')]],
      ['RECORDING_UNKNOWN', () => ['extract', '99', '--data', store(), '--to', at('out.mp3')]],
      ['RECORDING_UNKNOWN', () => ['extract', '0', '--data', store(), '--to', at('out.mp3')]],
      ['RECORDING_UNKNOWN', () => ['extract', '1; rm -rf /', '--data', store(), '--to', at('out.mp3')]],
      ['RECORDING_UNKNOWN', () => ['extract', '01JD0000000000000000000000', '--data', store(), '--to', at('out.mp3')]],
      ['RECORDING_HAS_NO_AUDIO', () => ['extract', '2', '--data', store(), '--to', at('out.mp3')]],
      ['RECORDING_HAS_NO_AUDIO', () => ['extract', '2', '--data', store(), '--to', '-']],
      ['FILE_NOT_WRITTEN', () => ['extract', '1', '--data', store(), '--to', at('none/out.mp3')]],
      ['FILE_NOT_WRITTEN', () => ['extract', '1', '--data', store(), '--to', at('good')]],
      ['FILE_NOT_WRITTEN', () => ['extract', '1', '--data', store(), '--to', `${at('good')}/`]],
      ['FILE_NOT_WRITTEN', () => ['extract', '1', '--data', store(), '--to', '']],
      ['DEMO_FOLDER', () => ['demo', '--data', store(), '--speed', 'max']],
      ['BOARD_UNKNOWN', () => play(good(), '--board', 'nosuch')],
      ['BOARD_UNKNOWN', () => play(good(), '--board', 'toString')],
      ['BOARD_UNKNOWN', () => play(good(), '--board', '../../etc')],
      ['SPEED_NOT_A_NUMBER', () => play(good(), '--speed', '0')],
      ['SPEED_NOT_A_NUMBER', () => play(good(), '--speed', '-1')],
      ['SPEED_NOT_A_NUMBER', () => play(good(), '--speed', 'fast')],
      ['SPEED_NOT_A_NUMBER', () => play(good(), '--speed', '')],
      ['USAGE', () => ['format', '--data', at('unmade'), '--capacity', '8MiB', '--board', 'tap-hat']],
      ['USAGE', () => ['format', '--data', at('unmade'), '--capacity', '8MiB', '--root-chip', '']],
      ['USAGE', () => ['collect', '1', '--data', store(), '--reason', 'two\nlines']],
      ['STICK_SERIAL', () => ['stick', 'allow', 'with space', '--data', store()]],
      ['FAULT_FIELDS', () => play(good(), '--stick', path.join(good(), 'trace.json'))],
      ['FAULT_FIELDS', () => play(good(), '--fault', 'nonsense')],
      ['FAULT_FIELDS', () => play(good(), '--fault', 'capture-overrun@1000:0')],
      ['FAULT_FIELDS', () => play(good(), '--fault', 'capture-gone@1000:10:line-7')],
    ];
    for (const [i, [code, argv]] of cases.entries()) {
      it(`is refused (${code}, ${i + 1})`, () => refuses(code, argv()));
    }

    it('that would move the cursor, or has no end, is told without it', async () => {
      const { err } = await kikitome(['run', '--board', `a\u001b[2J\u0007${'b'.repeat(5000)}`, '--data', store()]);
      assert.match(err, /^kikitome: BOARD_UNKNOWN: [^\p{Cc}]{1,800}\n$/u);
    });

    it('is refused where two PINs are piped in', async () => {
      const input = Readable.from(['482913\n591402\n']);
      requireRefusal(await kikitome(['pin', 'set', '--stdin', '--data', store()], { input }), 'USAGE');
    });

    it('is refused in Japanese where that is the language', async () => {
      const { err } = await kikitome(['status', '--data', at('none')], { env: { LANG: 'ja_JP.UTF-8' } });
      assert.match(err, /^kikitome: DATA_MISSING: フォルダー .*がありません。.*で作れます\n$/);
      assert.match((await kikitome(['bogus', '--lang', 'ja'])).err, /^kikitome: USAGE: .*確認してください\n$/);
      assert.match(
        (await kikitome(['status', '--data', at('none')], { env: { LANG: 'ja_JP.UTF-8', LC_ALL: 'C' } })).err,
        /make a store/,
      );
      const { out } = await must(['status', '--data', store()], { env: { LANG: 'ja_JP.UTF-8' } });
      assert.match(out, /保存中の録音: 2/);
    });
  });

  describe('a settings file', () => {
    const cases: readonly [title: string, code: string, text: string][] = [
      ['that is no JSON', 'CONFIG_NOT_JSON', '{'],
      ['with an unknown field', 'CONFIG_FIELDS', '{"colour":"red"}'],
      ['with no time zone', 'CONFIG_FIELDS', '{"timeZone":"Mars/Olympus"}'],
      ['with an unknown rule', 'CONFIG_FIELDS', '{"retention":"for-ever"}'],
      ['whose hang-up comes before its flash', 'CONFIG_FIELDS', '{"call":{"hangUpMs":150}}'],
      ['whose hang-up outlasts what is remembered of a line', 'CONFIG_FIELDS', '{"call":{"hangUpMs":60000}}'],
      ['with a bit rate that MP3 does not have', 'FORMAT_REFUSED', '{"audio":{"bitRate":12345}}'],
    ];
    for (const [i, [title, code, text]] of cases.entries()) {
      it(`${title} is refused (${code})`, async () => {
        writeFileSync(at(`config-${i}`), text);
        await refuses(code, play(good(), '--config', at(`config-${i}`)));
      });
    }

    it('that is missing, or a pipe, is refused (CONFIG_MISSING)', async () => {
      await refuses('CONFIG_MISSING', play(good(), '--config', at('none')));
      execFileSync('mkfifo', [at('pipe')]);
      await refuses('CONFIG_MISSING', play(good(), '--config', at('pipe')));
    });
  });

  describe('an ALSA device', () => {
    // The real program: only main.ts knows ALSA. At speed 1: nothing may be played before the device is refused.
    for (const [pcm, code] of [
      ['nosuch', 'DEVICE_MISSING'],
      ['hw:CARD=Nosuch,DEV=9', 'DEVICE_MISSING'],
      ['line-7=null', 'USAGE'],
    ] as const) {
      it(`that does not exist is refused (${pcm}: ${code})`, async () => {
        const command = new Running(['run', '--data', store(), '--trace', good(), '--capture', pcm]);
        const exit = (await command.ended()) ?? -1;
        // The store has seen later days than this trace's: that is said, and is no matter here.
        const out = command.out.replace(/^! CLOCK_DOUBTFUL.*\n/m, '');
        requireRefusal({ exit, out, err: command.err, outBytes: Buffer.alloc(0) }, code);
      });
    }
  });

  it('has a remedy in both languages for every code', () => {
    for (const [code, { ja }] of Object.entries(ERROR_CATALOGUE)) assert.notEqual(ja, '', code);
  });
});
