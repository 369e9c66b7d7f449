import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const APPLIANCE = fileURLToPath(new URL('../../scripts/appliance', import.meta.url));
const UNIT = path.join(APPLIANCE, 'kikitome.service');
const text = readFileSync(UNIT, 'utf8');
const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0;

/** The most that `systemd-analyze security` may say, of 10. */
const EXPOSURE_MAX = 2.0;

describe('the unit', () => {
  it('opens no port, swaps no keys, and is restarted for ever', () => {
    const lines = text.split('\n');
    for (const line of [
      'Type=notify',
      'Restart=always',
      'StartLimitIntervalSec=0',
      'RestrictAddressFamilies=AF_UNIX AF_NETLINK',
      'IPAddressDeny=any',
      'MemorySwapMax=0',
      'LimitCORE=0',
    ])
      assert.ok(lines.includes(line), line);
  });

  it(`is exposed no more than ${EXPOSURE_MAX} by systemd's own count${hasAnalyze ? '' : ' (no systemd-analyze here)'}`, function () {
    if (!hasAnalyze) this.skip();
    const threshold = `--threshold=${EXPOSURE_MAX * 10}`;
    const { status, stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', threshold, UNIT], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, stdout.split('\n').slice(-3).join(' '));
  });

  it(`says nothing that systemd does not understand${hasAnalyze ? '' : ' (no systemd-analyze here)'}`, function () {
    if (!hasAnalyze) this.skip();
    const folder = mkdtempSync(path.join(tmpdir(), 'kikitome-unit-'));
    try {
      // The programs it names are not installed here.
      const unit = path.join(folder, 'kikitome.service');
      writeFileSync(unit, text.replace(/\/opt\/kikitome\/bin\/\S+/gu, '/bin/true'));
      const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' });
      const ours = stderr.split('\n').filter((line) => line.includes('kikitome'));
      assert.deepEqual(ours, []);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('first-format', () => {
  let folder: string;
  const data = (): string => path.join(folder, 'data');
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kikitome-first-'));
    mkdirSync(data());
    copyFileSync(path.join(APPLIANCE, 'first-format'), path.join(folder, 'first-format'));
    // Says what it was asked for.
    const program = path.join(folder, 'kikitome');
    writeFileSync(program, '#!/bin/sh\necho "$@" > "$(dirname "$0")/asked"\n');
    chmodSync(program, 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const start = () => execFileSync(path.join(folder, 'first-format'), [data()]);

  it('formats an empty folder, also one that is a partition of its own', () => {
    mkdirSync(path.join(data(), 'lost+found'));
    start();
    assert.equal(readFileSync(path.join(folder, 'asked'), 'utf8'), `format --data ${data()} --capacity max\n`);
  });

  it('leaves a folder alone that has anything in it', () => {
    writeFileSync(path.join(data(), '.anything'), '');
    start();
    assert.ok(!existsSync(path.join(folder, 'asked')));
    assert.deepEqual(readdirSync(data()), ['.anything']);
  });
});
