import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type Contents, contentsOf, record } from '../scenario/recorded.js';
import type { Played } from './compare.js';
import { makeDisk, storeOn } from './disk.js';
import type { PlayLog } from './guest/player.js';
import { Guest } from './guest.js';

/** The guest's time stands still while this machine is busy elsewhere: that makes a run longer, and nothing else. */
export const PACED: readonly string[] = ['--fast', 'paced'];
/** Besides, waiting takes no time: nobody outside can say when something is to happen. */
const FAST: readonly string[] = ['--fast', 'on'];

/** What a scenario has to work with: a folder, a data disk, and virtual boards to switch on. */
export class Bench {
  readonly folder: string;
  readonly #app: string;
  /** A folder of this machine that the guest sees as `/share`. */
  readonly share: string;
  readonly disk: string;
  readonly #traces = new Map<string, string>();

  constructor(folder: string, app: string, diskMegabytes = 160) {
    this.folder = folder;
    this.#app = app;
    this.share = path.join(folder, 'share');
    mkdirSync(this.share, { recursive: true });
    this.disk = makeDisk(path.join(folder, 'data.ext4'), diskMegabytes);
  }

  boot(script: string, more: readonly string[] = PACED): Guest {
    return new Guest(script, { folder: this.folder, app: this.#app, share: this.share, disk: this.disk, more });
  }

  /** A script to its end. Throws what the guest said unless all went well. */
  async run(script: string, more: readonly string[] = FAST): Promise<string> {
    const guest = this.boot(script, more);
    const status = await guest.end();
    if (status !== 0) throw new Error(`the guest ended with ${status}: ${guest.out}`);
    return guest.out;
  }

  /** Puts a trace where the guest can play it, by this name. */
  trace(dir: string, name: string): void {
    cpSync(dir, path.join(this.share, name), { recursive: true });
    this.#traces.set(name, dir);
  }

  played(name: string): Played {
    const dir = this.#traces.get(name);
    if (dir === undefined) throw new RangeError(`no trace ${name}`);
    return { ...(JSON.parse(readFileSync(path.join(this.share, name, 'played.json'), 'utf8')) as PlayLog), dir };
  }

  /** What is on the data disk, at `at`, seen from outside, checked by the store's own checker. */
  async contents(at?: string): Promise<Contents> {
    return contentsOf(await storeOn(this.disk, path.join(this.folder, 'seen'), at));
  }

  /** What the virtual board of this program makes of traces, one after the other. */
  async reference(...dirs: readonly string[]): Promise<Contents> {
    const folder = path.join(this.folder, 'reference');
    rmSync(folder, { recursive: true, force: true });
    await record(folder, dirs);
    return contentsOf(folder);
  }
}

/** Seconds from power-on to armed, as the guest said. */
export const armedAfterS = (out: string): number => Number(/^ARMED ([\d.]+)$/mu.exec(out)?.[1]);

/** A bench of its own for each time, with an empty disk. */
export type MakeBench = (diskMegabytes?: number) => Bench;
