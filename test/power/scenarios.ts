import { growStore } from '../../storage/grow.js';
import { seededChance } from '../support/chance.js';
import { MemoryMap } from '../support/memory-map.js';
import type { World } from './world.js';

/** Something an office does, long enough that each step of it is worth a power cut. */
export interface Scenario {
  readonly name: string;
  /** Cuts at every how many steps in the default run. */
  readonly stride: number;
  readonly seeds: readonly number[];
  readonly run: (world: World) => Promise<void>;
}

const SMALL_BYTES = 4 << 20;

/** Three lines at once, calls of all lengths, something erased now and then. */
async function lines(world: World, seconds: number, holds: number): Promise<void> {
  const { chance } = world;
  for (let second = 0; second < seconds; second += 1) {
    if (world.open.size < 3 && chance.happens(0.5)) world.begin();
    for (const call of world.open.values()) world.say(call, chance.integer(0, 28));
    await world.second([...world.open.values()].filter(({ writer }) => writer.mustClose || chance.happens(0.2)));
    const here = await world.present();
    const n = here[chance.integer(0, here.length - 1)];
    if (n === undefined) continue;
    const held = world.told.held.has(n);
    const dice = chance.next();
    if (chance.happens(holds)) {
      if (held && chance.happens(0.3)) await world.release(n);
      else if (!held) await world.hold(n);
    } else if (dice < 0.08) await world.annotate(n, `memo ${second}`);
    else if (dice < 0.14) await world.put('retention', { days: second });
    else if (!held && dice < 0.2) await world.erase([n], 'order');
  }
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'append and finish',
    stride: 1,
    seeds: [1, 2],
    run: async (world) => {
      await world.format(SMALL_BYTES);
      await world.start();
      await lines(world, 12, 0.05);
      await world.stop();
    },
  },
  {
    name: 'wrap and evict',
    stride: 41,
    seeds: [3, 4],
    run: async (world) => {
      await world.format(SMALL_BYTES);
      await world.start();
      await lines(world, 450, 0);
      await world.stop();
    },
  },
  {
    name: 'holds: moved on and passed over',
    stride: 13,
    seeds: [5, 6],
    run: async (world) => {
      await world.format(SMALL_BYTES);
      await world.start();
      // One segment nearly full of held calls, others with a few: the first is passed over, the others' are moved.
      for (let i = 0; i < 8; i += 1) await world.hold(await world.call(7));
      await lines(world, 250, 0.25);
      await world.stop();
    },
  },
  {
    name: 'a ring held up to the budget: whole segments passed over, lap after lap',
    stride: 17,
    seeds: [13],
    run: async (world) => {
      await world.format(SMALL_BYTES);
      await world.start();
      for (let i = 0; i < 14; i += 1) await world.hold(await world.call(7));
      await lines(world, 260, 0.02);
      await world.stop();
    },
  },
  {
    name: 'a batch of due recordings over several key pages, and the journal turning over',
    stride: 13,
    seeds: [7],
    run: async (world) => {
      await world.format(SMALL_BYTES);
      await world.start();
      for (let i = 0; i < 90; i += 1) await world.call(1, 2);
      for (let batch = 0; batch < 40; batch += 1) {
        const here = await world.present();
        await world.erase(here.slice(0, batch % 3 === 0 ? 10 : 1), 'expiry');
        if (here.length < 30) for (let i = 0; i < 12; i += 1) await world.call(1, 1);
      }
      await world.stop();
    },
  },
  {
    name: 'calls in progress at a stop, closed at the next start',
    stride: 1,
    seeds: [8],
    run: async (world) => {
      await world.format(SMALL_BYTES);
      for (let session = 0; session < 5; session += 1) {
        await world.start();
        for (let i = 0; i < 3; i += 1) world.say(world.begin(), 10);
        await world.second();
        for (const call of world.open.values()) world.say(call, 28);
        await world.second();
        await world.stop();
      }
    },
  },
  {
    name: 'the process killed again and again, then a power cut',
    stride: 5,
    seeds: [14, 15],
    run: async (world) => {
      await world.format(SMALL_BYTES);
      for (let session = 0; session < 12; session += 1) {
        await world.killedAfter(world.chance.integer(20, 60), async () => {
          await world.start();
          await lines(world, 40, 0.1);
        });
      }
    },
  },
  {
    name: 'the root on a chip: erasing again and again',
    stride: 3,
    seeds: [16, 17],
    run: async (world) => {
      world.disk.addChip('chip', 128);
      await world.format(SMALL_BYTES, false, 'chip');
      await world.start();
      for (let round = 0; round < 6; round += 1) {
        await lines(world, 12, 0.2);
        const [n] = world.told.kept.keys();
        if (n !== undefined) await world.erase([n], 'order');
      }
    },
  },
  {
    name: 'a call longer than the ring',
    stride: 31,
    seeds: [9],
    run: async (world) => {
      await world.format(SMALL_BYTES);
      await world.start();
      let call = world.begin();
      for (let second = 0; second < 700; second += 1) {
        world.say(call, 28);
        if (call.writer.mustClose) {
          await world.second([call]);
          call = world.begin();
        } else await world.second();
      }
      await world.stop();
    },
  },
  {
    name: 'grow, and what is written afterwards',
    stride: 41,
    seeds: [12],
    run: async (world) => {
      await world.format(SMALL_BYTES);
      await world.start();
      for (let i = 0; i < 6; i += 1) await world.call(6);
      await world.hold(2);
      await lines(world, 60, 0.1);
      for (const call of world.open.values()) await world.second([call]);
      await growStore(world.here, world.disk, seededChance(12), 6 << 20);
      world.open.clear();
      await world.start();
      await lines(world, 420, 0.05);
      await world.stop();
    },
  },
  {
    name: 'format, and format over an old store',
    stride: 1,
    seeds: [10, 11],
    run: async (world) => {
      await world.format(SMALL_BYTES);
      await world.start();
      await world.call(2);
      await world.call(1);
      await world.stop();
      const { told } = world;
      for (const each of [told.kept, told.particulars, told.party, told.seconds]) each.clear();
      for (const each of [told.committedBytes, told.committedSaid]) each.clear();
      told.formatted = false;
      await world.format(SMALL_BYTES, true);
      told.bytes.clear();
      world.map = new MemoryMap();
      await world.start();
      await world.call(2);
      await world.stop();
    },
  },
];
