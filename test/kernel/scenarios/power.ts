import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { Chance } from '../../support/chance.js';
import { makeRandomTrace } from '../../support/traces.js';
import { armedAfterS, type MakeBench } from '../bench.js';

/** Real seconds; the guest's are fewer where this machine is busy. */
const CUT_AFTER_S = 40;

/** Numbers the recorder said it had kept, whole lines alone. */
const toldOf = (out: string): number[] =>
  [...out.matchAll(/^ *(\d+) {2}line-.*\n/gmu)].map(([, number]) => Number(number));

/** The power goes at random moments, in calls and between them, again and again on the same disk. */
export async function power(make: MakeBench): Promise<string[]> {
  const cuts = Number(process.env['KERNEL_CUTS'] ?? 4);
  const seed = Number(process.env['SEED'] ?? 1);
  const chance = new Chance(seed);
  const bench = make();
  const { dir } = makeRandomTrace({ seed, calls: 20, line: 'line-1', dir: `${bench.folder}/random`, meanCallS: 3 });
  bench.trace(dir, 'random');
  const told = new Set<number>();
  const hashes = new Map<number, string>();
  let inCall = 0;
  let worstS = 0;
  for (let cut = 1; cut <= cuts; cut += 1) {
    const about = `seed ${seed}, cut ${cut}`;
    const guest = bench.boot('arm && play random; sleep 1000', ['--cpus', '2']);
    await guest.says(/^ARMED/mu);
    worstS = Math.max(worstS, armedAfterS(guest.out));
    await pause(chance.between(1, CUT_AFTER_S) * 1000);
    await guest.cut();
    for (const number of toldOf(guest.out)) told.add(number);
    const [, state] = [...guest.out.matchAll(/^line-1: (\w+)/gmu)].at(-1) ?? [];
    if (state === 'recording') inCall += 1;
    const { calls, breaches } = await bench.contents();
    assert.deepEqual(breaches, [], about);
    const numbers = new Set(calls.map(({ number }) => number));
    for (const number of told) assert.ok(numbers.has(number), `${about}: call ${number} was told as kept`);
    for (const { number, audio } of calls) {
      const sha256 = audio?.sha256 ?? '';
      assert.equal(hashes.get(number) ?? sha256, sha256, `${about}: call ${number} changed`);
      hashes.set(number, sha256);
    }
  }
  return [
    `seed ${seed}: ${cuts} cuts, ${inCall} in a call; ${told.size} calls told as kept, none lost; armed within ${worstS} s`,
  ];
}
