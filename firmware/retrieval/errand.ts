import type { Clock } from '../../hal/clock.js';
import { HalError } from '../../hal/errors.js';
import type { Stick, StickVolume } from '../../hal/stick.js';
import type { Store } from '../../storage/store.js';
import type { FaultCode } from '../faults/fault.js';
import type { Authority } from './authority.js';
import { type Collection, putCollection, readCollection, tellNumbers } from './collection.js';
import { CopyFault, copyOut } from './copy.js';
import { leftoverOn, rememberLeftover, tidyFolder } from './own-folder.js';
import type { HandoverSource } from './source.js';

export type ErrandOutcome =
  | { readonly kind: 'copied'; readonly files: number }
  /** Somebody has taken back or replaced what was to be copied, or the stick's leave. */
  | { readonly kind: 'withdrawn' }
  /** `sure`: it is not the stick's being pulled that shows as this. */
  | { readonly kind: 'failed'; readonly code: FaultCode; readonly sure: boolean; readonly detail: string };

/** What is to be done, as it was when the PIN was entered. */
export interface ErrandOrder {
  readonly stick: Stick;
  /** Its id: another one that is named by now is not copied. */
  readonly collection: string;
  /** This stick was pulled in the middle, and is back. */
  readonly resumes: boolean;
}

/** What becomes of it meanwhile. */
export interface ErrandEars {
  readonly onProgress: (files: number, filesDone: number) => void;
  /** All of it is on the stick and in the register; the collection is cleared only after this. */
  readonly onCopied: (files: number) => void;
}

/** Why a copy is stopped: nobody waits for its stick any more, or somebody decided so. */
export type StopReason = 'pulled' | 'withdrawn';

class Withdrawn extends Error {
  override readonly name = 'Withdrawn';
}

/** Of a copy, for the register. */
interface Particulars {
  readonly serial: string;
  readonly collection: string;
  readonly numbers: string;
}

export type ErrandStore = Pick<Store, 'setting' | 'putSetting' | 'enter'>;

export interface ErrandOptions {
  readonly store: ErrandStore;
  readonly source: HandoverSource;
  readonly authority: Authority;
  readonly clock: Pick<Clock, 'wall'>;
}

/** One collection onto one stick, with its entries in the register before and after. One at a time. */
export class Errand {
  readonly #options: ErrandOptions;
  /** The folder that was being filled when a stick was pulled. */
  #session: { readonly serial: string; readonly collection: string; readonly folder: string } | null = null;
  #volume: StickVolume | null = null;
  /** A copy that failed as one does whose stick has been pulled: its end is entered once that is known. */
  #unsure: { readonly what: Particulars; readonly code: FaultCode; readonly signal: AbortSignal } | null = null;
  #stop = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ErrandOptions) {
    this.#options = options;
  }

  get store(): ErrandStore {
    return this.#options.store;
  }

  enter(kind: string, detail: Parameters<Store['enter']>[1]): Promise<void> {
    return this.#options.store.enter(kind, detail);
  }

  /** Copies what is named. Never rejects. */
  run(order: ErrandOrder, ears: ErrandEars): Promise<ErrandOutcome> {
    this.stop('pulled');
    const stop = new AbortController();
    this.#stop = stop;
    const mine = this.#turn.then(() => this.#run(order, ears, stop.signal)).catch(failureOf);
    this.#turn = mine;
    return mine;
  }

  /** Ends a copy at its next step. What was withdrawn is taken off the stick again. */
  stop(why: StopReason): void {
    const gone = new HalError('DEVICE_GONE', 'stick', 'nobody waits for the copy any more');
    this.#stop.abort(why === 'withdrawn' ? new Withdrawn('what was being copied was taken back') : gone);
  }

  /** Lets the stick go, once nothing is being written. What failed and was not stopped by now was not pulled. */
  close(): Promise<void> {
    // In turn with copies: one that is begun meanwhile would find its stick let go in place of the one before.
    const mine = this.#turn.then(() => this.#close());
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #close(): Promise<void> {
    const volume = this.#volume;
    this.#volume = null;
    await volume?.close();
    await this.#enterUnsure();
  }

  async #enterUnsure(): Promise<void> {
    const unsure = this.#unsure;
    this.#unsure = null;
    if (unsure === null) return;
    const { aborted, reason } = unsure.signal;
    const result = reason instanceof Withdrawn ? 'WITHDRAWN' : aborted ? 'STICK_PULLED' : unsure.code;
    await this.enter('copy-ended', { ...unsure.what, result, files: 0, folder: '' });
  }

  async #run(order: ErrandOrder, ears: ErrandEars, signal: AbortSignal): Promise<ErrandOutcome> {
    const { store, authority } = this.#options;
    await this.#enterUnsure();
    const collection = await readCollection(store);
    if (collection?.id !== order.collection) return { kind: 'withdrawn' };
    const objection = await authority.objection(collection);
    if (objection !== null) throw new CopyFault('STICK_REFUSED', objection);
    const { id, numbers } = collection;
    const what: Particulars = { serial: order.stick.info.serial, collection: id, numbers: tellNumbers(numbers) };
    // Before the first byte: a copy that a power cut hides is in the register all the same.
    await store.enter('copy-begun', { ...what, resumes: order.resumes });
    const outcome = await this.#copy(order, collection, ears, signal).catch(failureOf);
    if (outcome.kind === 'failed' && !outcome.sure) {
      this.#unsure = { what, code: outcome.code, signal };
      return outcome;
    }
    if (outcome.kind !== 'copied') {
      const result = outcome.kind === 'withdrawn' ? 'WITHDRAWN' : outcome.code;
      await store.enter('copy-ended', { ...what, result, files: 0, folder: '' });
      return outcome;
    }
    const { files, folder, missing } = outcome;
    const lost = missing.length > 0 ? { missing: tellNumbers(missing, 200) } : {};
    await store.enter('copy-ended', { ...what, result: 'done', files, folder, ...lost });
    ears.onCopied(files);
    // What was named in its place meanwhile stays named.
    if ((await readCollection(store))?.id === id) await putCollection(store, null);
    return outcome;
  }

  async #copy(
    { stick, resumes }: ErrandOrder,
    collection: Collection,
    { onProgress }: ErrandEars,
    signal: AbortSignal,
  ): Promise<{ kind: 'copied'; files: number; folder: string; missing: readonly number[] }> {
    const { store, source, clock } = this.#options;
    const { serial } = stick.info;
    const before = this.#session;
    const goesOn = resumes && before?.serial === serial && before.collection === collection.id;
    const resume = goesOn ? before.folder : null;
    signal.throwIfAborted();
    await this.#volume?.close();
    const volume = await stick.open();
    this.#volume = volume;
    const leftover = await leftoverOn(store, serial);
    if (leftover !== null && leftover !== resume) {
      await tidyFolder(volume, leftover);
      await rememberLeftover(store, serial, null);
    }
    let folder = resume;
    const onFolder = async (made: string): Promise<void> => {
      folder = made;
      this.#session = { serial, collection: collection.id, folder: made };
      await rememberLeftover(store, serial, made);
    };
    const options = { collection, source, volume, info: stick.info, wallMs: clock.wall() };
    try {
      const copied = await copyOut({ ...options, resume, onFolder, onProgress, signal });
      if (signal.reason instanceof Withdrawn) throw signal.reason;
      this.#session = null;
      await rememberLeftover(store, serial, null);
      return { kind: 'copied', ...copied };
    } catch (error) {
      // A stick that is full, or is to have nothing, is left as it was; one that is false or gone cannot be.
      const outcome = failureOf(error);
      const isLeft = outcome.kind === 'withdrawn' || outcome.code === 'STICK_FULL';
      if (isLeft && folder !== null) await this.#takeAway(stick, folder).catch(() => undefined);
      throw error;
    }
  }

  /** Of a volume that may be sealed already. */
  async #takeAway(stick: Stick, folder: string): Promise<void> {
    await this.#volume?.close();
    const volume = await stick.open();
    this.#volume = volume;
    await tidyFolder(volume, folder);
    this.#session = null;
    await rememberLeftover(this.#options.store, stick.info.serial, null);
  }
}

/** What a rejection means to whoever stands at the box. */
function failureOf(error: unknown): Exclude<ErrandOutcome, { kind: 'copied' }> {
  if (error instanceof Withdrawn) return { kind: 'withdrawn' };
  const detail = ((error as Error).message ?? String(error)).replace(/\s+/g, ' ').slice(0, 300);
  const failed = (code: FaultCode, sure: boolean) => ({ kind: 'failed' as const, code, sure, detail });
  if (error instanceof CopyFault) return failed(error.code, true);
  if (!(error instanceof HalError)) return failed('STORAGE_FAILING', true);
  if (error.code === 'DEVICE_FULL') return failed('STICK_FULL', true);
  if (error.code === 'DEVICE_REFUSED') return failed('STICK_REFUSED', true);
  return failed(error.code === 'DEVICE_GONE' ? 'STICK_PULLED' : 'STICK_FALSE', false);
}
