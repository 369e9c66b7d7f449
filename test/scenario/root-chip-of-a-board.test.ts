import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { surveyBoards } from '../../boards/survey.js';
import { board as tapHat } from '../../boards/tap-hat/board.js';
import { SystemClock } from '../../drivers/clock/system.js';
import type { StatusReport } from '../../firmware/status-report.js';
import type { Clock, MonotonicMs } from '../../hal/clock.js';
import type { Supervisor } from '../../hal/supervisor.js';
import { kikitome, must } from '../support/world.js';
import { scratch } from './recorded.js';

describe('scenario: the first format of a box', () => {
  const at = scratch();
  /** A tap HAT whose chip is this file. */
  const withChip = (keyMemory: string | null) => ({
    surveyBoards: async (asked: string) => {
      const survey = await surveyBoards(asked, { pi: null, hat: tapHat.hat });
      return { ...survey, chosen: survey.chosen && { ...survey.chosen, keyMemory } };
    },
  });
  const format = async (name: string, chip: string | null) => {
    const argv = ['format', '--data', at(name), '--capacity', '8MiB', '--root-chip', 'board'];
    const { exit, err } = await kikitome(argv, withChip(chip));
    assert.equal(exit, 0);
    const status = JSON.parse((await must(['status', '--data', at(name), '--json'])).out) as StatusReport;
    return { err, rootKey: status.store.rootKey };
  };

  it("puts the root key on the board's own chip", async () => {
    const chip = at('chip');
    writeFileSync(chip, Buffer.alloc(128, 0xff));
    assert.deepEqual(await format('on-chip', chip), { err: '', rootKey: 'effaceable' });
    assert.ok(readFileSync(chip).some((byte) => byte !== 0xff));
  });

  it('puts it in a file where the board has no chip, and says so', async () => {
    const { err, rootKey } = await format('no-chip', null);
    assert.match(
      err,
      /^kikitome: ROOT_CHIP_MISSING: board tap-hat has no chip for it; the root key is in a file instead[^\n]*\n$/u,
    );
    assert.equal(rootKey, 'best-effort');
  });

  for (const [what, code, content] of [
    ['is missing', 'ROOT_CHIP_MISSING', null],
    ['is too small', 'ROOT_CHIP_MISSING', Buffer.alloc(64, 0xff)],
    ['holds something else', 'ROOT_CHIP_TAKEN', Buffer.alloc(128, 0x42)],
  ] as const) {
    it(`puts it in a file where the chip ${what}, says so, and leaves the chip alone`, async () => {
      const chip = at(`chip that ${what}`);
      if (content) writeFileSync(chip, content);
      const { err, rootKey } = await format(`store whose chip ${what}`, chip);
      assert.match(err, new RegExp(`^kikitome: ${code}: [^\\n]*; the root key is in a file instead[^\\n]*\\n$`, 'u'));
      assert.equal(rootKey, 'best-effort');
      if (content) assert.deepEqual(readFileSync(chip), content);
    });
  }

  it('lets a supervisor try again right after power-on, where the chip is missing: its driver may come late', async () => {
    const chip = at('late chip');
    const said: string[] = [];
    const supervisor = { working: () => undefined, status: (text: string) => said.push(text) } as unknown as Supervisor;
    const uptime = (nowMs: number): Clock => Object.assign(new SystemClock(), { now: () => nowMs as MonotonicMs });
    const argv = ['format', '--data', at('late'), '--capacity', '8MiB', '--root-chip', 'board'];
    const world = { ...withChip(chip), supervisor };
    const early = await kikitome(argv, { ...world, clock: uptime(20_000) });
    assert.deepEqual([early.exit, /^kikitome: ROOT_CHIP_MISSING: [^\n]*\n$/u.test(early.err)], [1, true]);
    assert.ok(!existsSync(at('late')));
    writeFileSync(chip, Buffer.alloc(128, 0xff));
    await must(argv, { ...world, clock: uptime(30_000) });
    assert.ok(readFileSync(chip).some((byte) => byte !== 0xff));
    const never = ['format', '--data', at('never'), '--capacity', '8MiB', '--root-chip', 'board'];
    const late = await kikitome(never, { ...withChip(at('none')), supervisor, clock: uptime(60_000) });
    assert.deepEqual([late.exit, late.err.includes('the root key is in a file instead')], [0, true]);
  });

  describe('and a move later', () => {
    const move = (from: string, to: string, ...more: readonly string[]) => [
      'store',
      'move',
      '--data',
      at(from),
      '--to',
      at(to),
      '--capacity',
      '8MiB',
      '--root-chip',
      'board',
      ...more,
    ];
    const statusOf = async (name: string) =>
      (JSON.parse((await must(['status', '--data', at(name), '--json'])).out) as StatusReport).store;

    it("brings the root key to the board's chip, as the first format says", async () => {
      const { err } = await format('in-file', null);
      assert.match(err, /kikitome store move --root-chip board/u);
      const chip = at('chip for a move');
      writeFileSync(chip, Buffer.alloc(128, 0xff));
      await must(move('in-file', 'moved'), withChip(chip));
      const [before, after] = [await statusOf('in-file'), await statusOf('moved')];
      assert.deepEqual([before.rootKey, after.rootKey, after.id], ['best-effort', 'effaceable', before.id]);
    });

    it('takes the board that is named', async () => {
      await format('named-from', null);
      const chip = at('chip of a named board');
      writeFileSync(chip, Buffer.alloc(128, 0xff));
      await must(move('named-from', 'named-to', '--board', 'tap-hat'), withChip(chip));
      assert.equal((await statusOf('named-to')).rootKey, 'effaceable');
      const { err } = await kikitome([
        'store',
        'move',
        '--data',
        at('named-to'),
        '--to',
        at('x'),
        '--board',
        'tap-hat',
      ]);
      assert.match(err, /^kikitome: USAGE: --board goes with --root-chip board/u);
    });

    for (const [what, chip] of [
      ['the board has none', null],
      ['it is missing', 'nowhere'],
    ] as const) {
      it(`is refused where ${what}, and nothing is made`, async () => {
        await format(`from where ${what}`, null);
        const { exit, err } = await kikitome(
          move(`from where ${what}`, `to where ${what}`),
          withChip(chip && at(chip)),
        );
        assert.deepEqual([exit, /^kikitome: ROOT_CHIP_MISSING: [^\n]*\n$/u.test(err)], [1, true]);
        await assert.rejects(statusOf(`to where ${what}`));
      });
    }

    it("leaves a chip alone that has this store's root key, or another's", async () => {
      const chip = at('chip in use');
      writeFileSync(chip, Buffer.alloc(128, 0xff));
      await format('on its chip', chip);
      const key = readFileSync(chip);
      const own = await kikitome(move('on its chip', 'to its chip'), withChip(chip));
      assert.match(
        own.err,
        /ROOT_CHIP_TAKEN: [^;]* holds the root key of the store that is to be moved; name another/u,
      );
      await format('another', null);
      const others = await kikitome(move('another', 'to another'), withChip(chip));
      assert.match(others.err, /ROOT_CHIP_TAKEN: [^;]* holds another store's root key/u);
      assert.deepEqual([own.exit, others.exit, readFileSync(chip)], [1, 1, key]);
      assert.equal((await statusOf('on its chip')).rootKey, 'effaceable');
    });
  });

  it('is refused where a chip is named, and is not there', async () => {
    const argv = ['format', '--data', at('named'), '--capacity', '8MiB', '--root-chip', at('not there')];
    const { exit, err } = await kikitome(argv);
    assert.deepEqual([exit, /^kikitome: ROOT_CHIP_MISSING: [^\n]*\n$/u.test(err)], [1, true]);
  });
});
