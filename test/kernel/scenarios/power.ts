import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import path from 'node:path';
import type { CallRecord } from '../../../firmware/call/call-record.js';
import { Chance } from '../../support/chance.js';
import { armedAfterS, type Bench, type MakeBench } from '../bench.js';
import { type ByHand, callsByHand, LOSS_MAX_MS, onRecord } from '../by-hand.js';
import { makeDisk } from '../disk.js';
import { fullRing } from '../full-ring.js';

/** Cut by the guest itself. */
const CUT = 137;
/** Time goes by the guest's clock, and no flush waits for this machine's disk. */
const OPTIONS = ['--fast', 'paced', '--flush', 'off'];
const DISK_MB = 48;
const FORMAT = 'mount_data; kikitome format --data $store --capacity 16MiB >/dev/null';

type Aim = 'format' | 'opening' | 'in a call' | 'in a commit' | 'hanging up' | 'making room';

const seconds = (value: number): string => value.toFixed(3);

/** What the guest types for a cut of this kind. */
function script(aim: Aim, chance: Chance): string {
  const calls = chance.happens(0.5)
    ? `call ${seconds(chance.between(1.5, 4))} ${seconds(chance.between(2.5, 4))}; `
    : '';
  const started = `murmur; arm || exit; nap 0.5; `;
  switch (aim) {
    case 'format':
      return `(after_writes ${chance.integer(1, 60)}; cut_power) & CAPACITY=16MiB arm; cut_power`;
    case 'opening':
      return `(after_writes ${chance.integer(1, 24)}; cut_power) & ${started}lift; nap 5; cut_power`;
    case 'in a call':
      return `${started}${calls}lift; nap ${seconds(chance.between(0.05, 6))}; cut_power`;
    case 'in a commit':
      return `${started}${calls}lift; nap ${seconds(chance.between(0.5, 3))}; after_writes ${chance.integer(1, 8)}; cut_power`;
    case 'hanging up':
      return `${started}${calls}call ${seconds(chance.between(2, 4))} ${seconds(chance.between(0, 3.5))}; cut_power`;
    case 'making room':
      return `${started}(after_change journal; after_writes ${chance.integer(0, 6)}; cut_power) & lift; nap 20; cut_power`;
  }
}

/** Of everything the guest said until the power went. */
function said(out: string): { readonly calls: ByHand[]; readonly told: number[]; readonly cutMs: number } {
  const calls = callsByHand(out);
  // Whole lines alone: those the guest repeats right before the cut, and those that came out by themselves.
  const told = [...out.matchAll(/^(?:\| )? *(\d+) {2}line-.*\n/gmu)].map(([, number]) => Number(number));
  const cutMs = Number(/^CUT ([\d.]+)$/mu.exec(out)?.[1]) * 1000;
  return { calls, told, cutMs };
}

/** A box whose power goes again and again, and what it must never forget. */
class Box {
  readonly #bench: Bench;
  readonly #chance: Chance;
  /** The ring is full: what is oldest may go. */
  readonly #full: boolean;
  readonly #told = new Set<number>();
  readonly #hashes = new Map<number, string>();
  #formatted = false;
  #fresh = true;
  cuts = 0;
  told = 0;
  inCall = 0;
  worstLossMs = 0;
  cutFormats = 0;
  readonly armedS: number[] = [];

  constructor(bench: Bench, chance: Chance, full: boolean) {
    this.#bench = bench;
    this.#chance = chance;
    this.#full = full;
  }

  /** An empty disk again. */
  renew(): void {
    makeDisk(this.#bench.disk, DISK_MB);
    this.#fresh = true;
    this.#formatted = false;
    this.#told.clear();
    this.#hashes.clear();
  }

  async cut(aim: Aim, about: string): Promise<void> {
    let before = '';
    if (this.#fresh && this.#full) before = 'take_store || exit; ';
    // A format that was cut has left no store: another one begins again, as `first-format` does by itself.
    else if (!this.#fresh && !this.#formatted) before = `${FORMAT} || exit; `;
    const guest = this.#bench.boot(`. $guest/power.sh; ${before}${script(aim, this.#chance)}`, OPTIONS);
    const status = await guest.end();
    assert.equal(status, CUT, `${about}: ${status} ${guest.out}`);
    const armedS = armedAfterS(guest.out);
    if (!Number.isNaN(armedS)) this.armedS.push(armedS);
    else assert.ok(aim === 'format' || aim === 'opening', `${about}: not armed: ${guest.out}`);
    this.cuts += 1;
    this.#fresh = false;
    this.#formatted ||= this.#full || !Number.isNaN(armedS);
    await this.#look(guest.out, about);
  }

  async #look(out: string, about: string): Promise<void> {
    const { calls: byHand, told, cutMs } = said(out);
    for (const number of told) this.#told.add(number);
    this.told += new Set(told).size;
    const contents = await this.#bench.contents().catch((error: { code?: string }) => {
      const none = ['DATA_MISSING', 'STORE_MISSING'].includes(error.code ?? '');
      if (this.#formatted || !none) throw new Error(`${about}: ${String(error)}\n${out}`, { cause: error });
      this.cutFormats += 1;
      return null;
    });
    if (contents === null) return;
    this.#formatted = true;
    const { calls, breaches } = contents;
    assert.deepEqual(breaches, [], about);
    const oldest = calls[0]?.number ?? Number.POSITIVE_INFINITY;
    const numbers = new Set(calls.map(({ number }) => number));
    for (const number of this.#told) {
      if (numbers.has(number)) continue;
      // The check has seen its tombstone; a ring that is not full has no reason for one.
      assert.ok(this.#full && number < oldest, `${about}: call ${number} was told as kept\n${out}`);
    }
    for (const { number, audio } of calls) {
      const sha256 = audio?.sha256 ?? '';
      assert.equal(this.#hashes.get(number) ?? sha256, sha256, `${about}: call ${number} changed`);
      this.#hashes.set(number, sha256);
    }
    this.#lookAtLast(byHand, cutMs, calls, `${about}\n${out}`);
  }

  /** The call that the power cut into, and the one before it: on record up to the promised loss. */
  #lookAtLast(byHand: readonly ByHand[], cutMs: number, calls: readonly CallRecord[], about: string): void {
    for (const each of byHand) {
      const { call, lossMs } = onRecord(each, calls, cutMs);
      assert.ok(lossMs <= LOSS_MAX_MS, `${about}: ${lossMs.toFixed(0)} ms lost`);
      this.worstLossMs = Math.max(this.worstLossMs, lossMs);
      if (each.hangUpMs !== null) continue;
      this.inCall += 1;
      if (call) assert.equal(call.outcome, 'interrupted', about);
    }
  }
}

/** A box that is new, whose first format is cut; a new one again every five cuts. */
async function roomy(make: MakeBench, cuts: number, seed: number): Promise<Box> {
  const box = new Box(make(DISK_MB), new Chance(seed), false);
  const aims: Aim[] = ['format', 'in a call', 'in a commit', 'hanging up', 'opening'];
  for (let cut = 0; cut < cuts; cut += 1) {
    const aim = aims[cut % aims.length] as Aim;
    if (aim === 'format') box.renew();
    await box.cut(aim, `seed ${seed}, new box, cut ${cut + 1}, ${aim}`);
  }
  return box;
}

/** A box whose ring is full: every other cut comes while it makes room for a call. */
async function full(make: MakeBench, cuts: number, seed: number): Promise<Box> {
  const bench = make(DISK_MB);
  cpSync(await fullRing(path.join(bench.folder, 'filled')), path.join(bench.share, 'store'), { recursive: true });
  const box = new Box(bench, new Chance(seed), true);
  const aims: Aim[] = ['making room', 'in a call', 'making room', 'in a commit', 'making room', 'opening'];
  for (let cut = 0; cut < cuts; cut += 1) {
    const aim = aims[cut % aims.length] as Aim;
    if (aim === 'making room') box.renew();
    await box.cut(aim, `seed ${seed}, full box, cut ${cut + 1}, ${aim}`);
  }
  return box;
}

/** The power goes at moments that matter, again and again: of a new box, and beside it of one whose ring is full. */
export async function power(make: MakeBench): Promise<string[]> {
  const cuts = Number(process.env['KERNEL_CUTS'] ?? 14);
  const seed = Number(process.env['SEED'] ?? 1);
  const half = Math.ceil(cuts / 2);
  const boxes = await Promise.all([roomy(make, half, seed), full(make, cuts - half, seed + 1)]);
  return boxes.map((box, i) => {
    const armed = `armed ${Math.min(...box.armedS).toFixed(1)} to ${Math.max(...box.armedS).toFixed(1)} s after power-on`;
    const loss = `at most ${box.worstLossMs.toFixed(0)} ms of a call lost`;
    const name = i === 0 ? `new boxes (no store yet after ${box.cutFormats} cut formats)` : 'box with a full ring';
    return `${name}: ${box.cuts} cuts, ${box.inCall} in a call; ${box.told} calls told as kept, none lost; ${loss}; ${armed}`;
  });
}
