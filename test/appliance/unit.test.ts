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
import { runInNewContext } from 'node:vm';

const APPLIANCE = fileURLToPath(new URL('../../scripts/appliance', import.meta.url));
const UNIT = path.join(APPLIANCE, 'kikitome.service');
const text = readFileSync(UNIT, 'utf8');
const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0;

/** The most that `systemd-analyze security` may say, of 10. */
const EXPOSURE_MAX = 2.0;
/** From a standstill to armed again. */
const HANG_MAX_S = 30;
/** What the slowest board may take to start. */
const START_S = 15;

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

  it(`has a recorder that hangs armed again within ${HANG_MAX_S} s where a start takes ${START_S} s`, () => {
    const seconds = (name: string): number => Number(new RegExp(`^${name}=(\\d+)$`, 'mu').exec(text)?.[1]);
    // Found at the latest so long after the last sign, killed at once, and started again a moment later.
    assert.ok(seconds('WatchdogSec') + seconds('RestartSec') + START_S <= HANG_MAX_S);
    assert.ok(text.includes('\nWatchdogSignal=SIGKILL\n'));
    // A capture that stands still is a known fault after 5 s: at the second look of three, and then it is no hang.
    assert.ok((seconds('WatchdogSec') * 2) / 3 > 5);
    // The format before the service speaks for itself, and a start that says that it advances is waited for.
    assert.ok(text.includes('\nNotifyAccess=exec\n'));
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

describe('what is installed', () => {
  const install = readFileSync(path.join(APPLIANCE, '..', 'install'), 'utf8');
  const pieces = (/^pieces="([^"]+)"/mu.exec(install)?.[1] ?? '').split('\n').map((row) => row.split(' '));

  it('is here, each piece', () => {
    assert.ok(pieces.length > 5);
    for (const [, source = ''] of pieces) assert.ok(existsSync(path.join(APPLIANCE, source)), source);
  });

  it('has every polkit rule and every udev rule of this folder among it', () => {
    const rules = readdirSync(APPLIANCE, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.rules'),
    );
    assert.deepEqual(
      rules.filter((file) => !pieces.some(([, source]) => source === file)),
      [],
    );
  });
});

describe('polkit rules', () => {
  type Rule = (action: object, subject: { user: string }) => string | undefined;
  /** What all rules together say, as polkitd asks them. */
  function judge(id: string, user = 'kikitome', details: Readonly<Record<string, string>> = {}): string | undefined {
    const rules: Rule[] = [];
    const polkit = { addRule: (rule: Rule) => rules.push(rule), Result: { YES: 'yes', NOT_HANDLED: undefined } };
    for (const file of readdirSync(APPLIANCE, { recursive: true, encoding: 'utf8' })) {
      if (file.endsWith('.polkit.rules')) runInNewContext(readFileSync(path.join(APPLIANCE, file), 'utf8'), { polkit });
    }
    const action = { id, lookup: (name: string) => details[name] };
    return rules.map((rule) => rule(action, { user })).find((said) => said !== undefined);
  }

  it('let the recorder switch the machine off, also where somebody is logged in, and nobody else', () => {
    const login1 = 'org.freedesktop.login1';
    for (const verb of ['power-off', 'power-off-multiple-sessions', 'power-off-ignore-inhibit']) {
      assert.equal(judge(`${login1}.${verb}`), 'yes');
      assert.equal(judge(`${login1}.${verb}`, 'pi'), undefined);
    }
    for (const verb of ['reboot', 'halt', 'suspend', 'power-off-more', 'set-user-linger'])
      assert.equal(judge(`${login1}.${verb}`), undefined, verb);
  });

  it('let it start and stop the two units for sticks, and no other', () => {
    const unit = (name: string, verb: string) =>
      judge('org.freedesktop.systemd1.manage-units', 'kikitome', { unit: name, verb });
    assert.equal(unit('kikitome-stick@sda1.service', 'start'), 'yes');
    assert.equal(unit('kikitome-stick-sealed@sdb.service', 'stop'), 'yes');
    for (const [name, verb] of [
      ['kikitome-stick@sda1.service', 'restart'],
      ['kikitome-stick@mmcblk0p2.service', 'start'],
      ['poweroff.target', 'start'],
    ] as const)
      assert.equal(unit(name, verb), undefined, name);
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
  const start = (options?: string) => {
    const env = { ...process.env, KIKITOME_CAPACITY: '', ...(options !== undefined && { KIKITOME_OPTIONS: options }) };
    execFileSync(path.join(folder, 'first-format'), [data()], { env });
  };
  const asked = () => readFileSync(path.join(folder, 'asked'), 'utf8');
  const format = (board: string) => `format --data ${data()} --capacity max --root-chip board --board ${board}\n`;

  it('formats an empty folder, also one that is a partition of its own', () => {
    mkdirSync(path.join(data(), 'lost+found'));
    start();
    assert.equal(asked(), format('auto'));
  });

  for (const [options, board] of [
    ['', 'auto'],
    ['--config /etc/x.json --board /etc/kikitome/box.json', '/etc/kikitome/box.json'],
    ['--board=usb-modem --config *', 'usb-modem'],
  ] as const) {
    it(`names the board that the recorder is told of with "${options}"`, () => {
      start(options);
      assert.equal(asked(), format(board));
    });
  }

  it('begins again what the power cut into', () => {
    for (const name of ['formatting', 'ring']) writeFileSync(path.join(data(), name), '');
    start();
    assert.equal(asked(), format('auto'));
  });

  it('leaves a folder alone that has anything in it', () => {
    writeFileSync(path.join(data(), '.anything'), '');
    start();
    assert.ok(!existsSync(path.join(folder, 'asked')));
    assert.deepEqual(readdirSync(data()), ['.anything']);
  });
});
