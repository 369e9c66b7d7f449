import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openPinHash } from '../../../drivers/argon2/pin-hash.js';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import { Pin, type PinStore } from '../../../firmware/pin/pin.js';
import { isPin, weaknessOf } from '../../../firmware/pin/policy.js';
import { CODE_MS, SetupCode } from '../../../firmware/pin/setup-code.js';
import { PIN_ATTEMPTS_MAX, waitAfterMs } from '../../../firmware/pin/waits.js';
import type { WallMs } from '../../../hal/clock.js';
import type { PinHash } from '../../../hal/pin-hash.js';
import { CrashDisk, Mains, PowerCut } from '../../power/crash-disk.js';
import { format, MIB, openStore } from '../../storage/support/office.js';
import { Chance, seededChance } from '../../support/chance.js';
import { MemoryMap } from '../../support/memory-map.js';

/** A hash that is quick and hides nothing: the slow one has a test of its own. */
const plainHash: PinHash = {
  name: 'plain',
  hash: async (pin) => `plain ${pin}`,
  verify: async (hash, pin) => hash === `plain ${pin}`,
};
const openHash = async () => plainHash;

/** Settings in memory. */
class Settings implements PinStore {
  readonly values = new Map<string, unknown>();
  readonly entered: string[] = [];
  refuses = false;

  async setting(key: string): Promise<unknown> {
    return this.values.get(key);
  }

  async putSetting(key: string, value: unknown): Promise<void> {
    if (this.refuses) throw new Error('the medium refuses');
    this.values.set(key, value);
  }

  async enter(kind: string, detail: Record<string, unknown>): Promise<void> {
    this.entered.push(`${kind} ${JSON.stringify(detail)}`);
  }
}

const clockAt = () => new SimulatedClock(0 as WallMs);
const RIGHT = '482913';

async function pinSet(store: PinStore, clock = clockAt()): Promise<Pin> {
  const pin = await Pin.open({ store, clock, openHash });
  await pin.set(RIGHT, 'test');
  return pin;
}

describe('what may be a PIN', () => {
  for (const [pin, weakness] of [
    ['12345', 'digits'],
    ['12345678901234567', 'digits'],
    ['12a456', 'digits'],
    ['１２３４５６', 'digits'],
    ['123456', 'run'],
    ['987654', 'run'],
    ['789012', 'run'],
    ['210987', 'run'],
    ['111111', 'repeat'],
    ['121212', 'repeat'],
    ['1212121', 'repeat'],
    ['123123', 'repeat'],
    ['482913', null],
    ['1234567890123457', null],
  ] as const) {
    it(`${pin}: ${weakness ?? 'taken'}`, () => assert.equal(weaknessOf(pin), weakness));
  }

  it('never takes a run or a repetition, and takes nearly everything else', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 6, max: 16 }),
        fc.boolean(),
        (first, length, up) => {
          const run = Array.from({ length }, (_, i) => (first + (up ? i : 9 * i)) % 10).join('');
          assert.notEqual(weaknessOf(run), null);
        },
      ),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{1,8}$/), fc.integer({ min: 6, max: 16 }), (group, length) => {
        const repeated = group.repeat(16).slice(0, Math.max(length, 2 * group.length));
        assert.notEqual(weaknessOf(repeated), null);
      }),
    );
    let taken = 0;
    const chance = new Chance(7);
    for (let i = 0; i < 1000; i += 1) {
      const pin = String(chance.integer(0, 999_999)).padStart(6, '0');
      if (isPin(pin) && weaknessOf(pin) === null) taken += 1;
    }
    assert.ok(taken > 990, `${taken} of 1000`);
  });
});

describe('tries of a PIN', () => {
  it('none before one is set, and none that is weak can be set', async () => {
    const store = new Settings();
    const pin = await Pin.open({ store, clock: clockAt(), openHash });
    assert.deepEqual(pin.gate, { kind: 'unset' });
    assert.equal(await pin.attempt('482913', 'box'), 'refused');
    await assert.rejects(pin.set('123456', 'test'), { code: 'PIN_WEAK' });
    assert.deepEqual(pin.gate, { kind: 'unset' });
  });

  it('waits grow from the third wrong one on, the tenth locks, unlocking opens', async () => {
    const clock = clockAt();
    const store = new Settings();
    const pin = await pinSet(store, clock);
    let lastWaitMs = 0;
    for (let failures = 1; failures <= PIN_ATTEMPTS_MAX; failures += 1) {
      assert.equal(await pin.attempt('000001', 'box'), 'wrong', `${failures}`);
      const waitMs = waitAfterMs(failures);
      if (failures === PIN_ATTEMPTS_MAX) break;
      assert.ok(failures < 3 ? waitMs === 0 : waitMs >= Math.max(1000, lastWaitMs));
      lastWaitMs = waitMs;
      if (waitMs === 0) continue;
      assert.deepEqual(pin.gate, { kind: 'wait', waitMs });
      assert.equal(await pin.attempt(RIGHT, 'box'), 'refused');
      clock.stepWall(10 * 365 * 86_400_000); // no clock that can be set makes it shorter
      clock.advanceTo(clock.now() + waitMs - 1);
      assert.equal(await pin.attempt(RIGHT, 'box'), 'refused');
      clock.advanceTo(clock.now() + 1);
    }
    assert.deepEqual(pin.gate, { kind: 'locked' });
    clock.advanceTo(clock.now() + 1e9);
    assert.equal(await pin.attempt(RIGHT, 'box'), 'refused');
    await pin.unlock('test');
    assert.equal(await pin.attempt(RIGHT, 'box'), 'right');
    assert.ok(store.entered.every((line) => !line.includes(RIGHT) && !line.includes('000001')));
  });

  it('a right one resets the count', async () => {
    const pin = await pinSet(new Settings());
    for (let i = 0; i < 30; i += 1) {
      assert.equal(await pin.attempt('000001', 'box'), 'wrong');
      assert.equal(await pin.attempt('000002', 'box'), 'wrong');
      assert.equal(await pin.attempt(RIGHT, 'box'), 'right');
    }
  });

  it('after a restart a wait begins anew, and locked stays locked', async () => {
    const store = new Settings();
    const clock = clockAt();
    const pin = await pinSet(store, clock);
    for (let i = 0; i < 3; i += 1) await pin.attempt('000001', 'box');
    clock.advanceTo(waitAfterMs(3) - 1);
    const again = await Pin.open({ store, clock: clockAt(), openHash });
    assert.deepEqual(again.gate, { kind: 'wait', waitMs: waitAfterMs(3) });
    store.values.set('pin-failures', PIN_ATTEMPTS_MAX);
    const locked = await Pin.open({ store, clock: clockAt(), openHash });
    assert.deepEqual(locked.gate, { kind: 'locked' });
  });

  it('settings that cannot be read are a PIN that is locked, and another one can be set', async () => {
    for (const [key, value] of [
      ['pin', { hash: 'x', setWallMs: 0, version: 2 }],
      ['pin', 'x'],
      ['pin-failures', 'x'],
      ['pin-failures', -1],
    ] as const) {
      const store = new Settings();
      await pinSet(store);
      store.values.set(key, value);
      const pin = await Pin.open({ store, clock: clockAt(), openHash });
      assert.deepEqual(pin.gate, { kind: 'locked' });
      assert.equal(await pin.attempt(RIGHT, 'box'), 'refused');
      await pin.set('975310', 'test');
      assert.equal(await pin.attempt('975310', 'box'), 'right');
    }
  });

  it('one that cannot be counted is not looked at', async () => {
    const store = new Settings();
    const pin = await pinSet(store);
    store.refuses = true;
    for (let i = 0; i < 3; i += 1) await assert.rejects(pin.attempt(RIGHT, 'box'), /refuses/);
    assert.equal(pin.gate.kind, 'wait');
  });

  it('tries made at once are made one after the other', async () => {
    const pin = await pinSet(new Settings());
    const verdicts = await Promise.all(Array.from({ length: 8 }, () => pin.attempt('000001', 'box')));
    assert.deepEqual(verdicts, ['wrong', 'wrong', 'wrong', 'refused', 'refused', 'refused', 'refused', 'refused']);
  });
});

describe('tries of a PIN with power cuts between', () => {
  for (let seed = 1; seed <= 12; seed += 1) {
    it(`no cut gives a try back (seed ${seed})`, async () => {
      const chance = new Chance(seed);
      const disk = new CrashDisk(() => chance.next());
      const map = new MemoryMap();
      await format(disk, 4 * MIB, seed);
      let looks = 0;
      const counting: PinHash = {
        ...plainHash,
        verify: async (hash, pin) => {
          looks += 1;
          return plainHash.verify(hash, pin);
        },
      };
      const open = async () => {
        const store = await openStore(disk, map, seed + looks + chance.integer(0, 1e6));
        const clock = clockAt();
        return { store, clock, pin: await Pin.open({ store, clock, openHash: async () => counting }) };
      };
      let box = await open();
      await box.pin.set(RIGHT, 'test');
      for (let tries = 0; tries < 60 && box.pin.gate.kind !== 'locked'; tries += 1) {
        const { gate } = box.pin;
        if (gate.kind === 'wait') box.clock.advanceTo(box.clock.now() + gate.waitMs);
        disk.mains = new Mains(chance.integer(0, 8));
        try {
          assert.equal(await box.pin.attempt('000001', 'box'), 'wrong');
          disk.mains = new Mains();
        } catch (error) {
          if (!(error instanceof PowerCut || (error as Error).cause instanceof PowerCut)) throw error;
          disk.reboot();
          box = await open();
        }
        assert.ok(looks <= box.pin.status.failures, `${looks} looks, ${box.pin.status.failures} counted`);
      }
      assert.equal(box.pin.gate.kind, 'locked');
      assert.ok(looks <= PIN_ATTEMPTS_MAX, `${looks} looks`);
    });
  }
});

describe('how a PIN is kept', () => {
  it('argon2id with its parameters in it, salted, and telling right from wrong', async () => {
    const hasher = await openPinHash();
    assert.equal(hasher.name, 'argon2id m=19456 t=2 p=1');
    const hash = await hasher.hash(RIGHT);
    assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    assert.notEqual(await hasher.hash(RIGHT), hash);
    assert.equal(await hasher.verify(hash, RIGHT), true);
    assert.equal(await hasher.verify(hash, '482914'), false);
  });
});

describe('the code that a box shows', () => {
  it('is six digits, good once, for ten minutes', () => {
    const clock = clockAt();
    const code = new SetupCode(clock, seededChance(3));
    assert.equal(code.use('000000'), false);
    const first = code.make();
    assert.match(first, /^\d{6}$/);
    assert.equal(code.use(first), true);
    assert.equal(code.use(first), false);
    const second = code.make();
    assert.equal(code.use(first), false, 'a wrong try ends it');
    assert.equal(code.use(second), false);
    const third = code.make();
    clock.advanceTo(CODE_MS);
    assert.equal(code.use(third), false);
  });

  it('has every digit about as often', () => {
    const code = new SetupCode(clockAt(), seededChance(9));
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 2000; i += 1)
      for (const digit of code.make()) counts[Number(digit)] = (counts[Number(digit)] ?? 0) + 1;
    assert.ok(
      counts.every((count) => count > 1050 && count < 1350),
      counts.join(' '),
    );
  });
});
