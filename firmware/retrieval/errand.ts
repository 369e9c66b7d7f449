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
  /** `sure`: it is not the stick's being pulled that shows as this. */
  | { readonly kind: 'failed'; readonly code: FaultCode; readonly sure: boolean; readonly detail: string };

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

  /** Copies what is named. `resumes`: this stick was pulled in the middle, and is back. Never rejects. */
  run(stick: Stick, resumes: boolean, onProgress: (files: number, filesDone: number) => void): Promise<ErrandOutcome> {
    this.stop();
    const stop = new AbortController();
    this.#stop = stop;
    const mine = this.#turn.then(() => this.#run(stick, resumes, onProgress, stop.signal)).catch(failureOf);
    this.#turn = mine;
    return mine;
  }

  /** Ends a copy at its next step. */
  stop(): void {
    this.#stop.abort(new HalError('DEVICE_GONE', 'stick', 'nobody waits for the copy any more'));
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
    const result = unsure.signal.aborted ? 'STICK_PULLED' : unsure.code;
    await this.enter('copy-ended', { ...unsure.what, result, files: 0, folder: '' });
  }

  async #run(
    stick: Stick,
    resumes: boolean,
    onProgress: (files: number, filesDone: number) => void,
    signal: AbortSignal,
  ): Promise<ErrandOutcome> {
    const { store, authority } = this.#options;
    await this.#enterUnsure();
    const collection = await readCollection(store);
    if (collection === null) throw new CopyFault('STICK_REFUSED', 'nothing is named to be handed over');
    const objection = await authority.objection(collection);
    if (objection !== null) throw new CopyFault('STICK_REFUSED', objection);
    const { id, numbers } = collection;
    const what: Particulars = { serial: stick.info.serial, collection: id, numbers: tellNumbers(numbers) };
    // Before the first byte: a copy that a power cut hides is in the register all the same.
    await store.enter('copy-begun', { ...what, resumes });
    const outcome = await this.#copy(stick, collection, resumes, onProgress, signal).catch(failureOf);
    if (outcome.kind === 'failed' && !outcome.sure) {
      this.#unsure = { what, code: outcome.code, signal };
      return outcome;
    }
    const { files, folder, missing } = outcome.kind === 'copied' ? outcome : { files: 0, folder: '', missing: [] };
    const result = outcome.kind === 'copied' ? 'done' : outcome.code;
    const lost = missing.length > 0 ? { missing: tellNumbers(missing, 200) } : {};
    await store.enter('copy-ended', { ...what, result, files, folder, ...lost });
    if (outcome.kind === 'copied') await putCollection(store, null);
    return outcome;
  }

  async #copy(
    stick: Stick,
    collection: Collection,
    resumes: boolean,
    onProgress: (files: number, filesDone: number) => void,
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
      this.#session = null;
      await rememberLeftover(store, serial, null);
      return { kind: 'copied', ...copied };
    } catch (error) {
      // A stick that is full is left as it was; one that is false or gone cannot be.
      if (failureOf(error).code === 'STICK_FULL' && folder !== null) {
        await tidyFolder(volume, folder)
          .then(() => rememberLeftover(store, serial, null))
          .catch(() => undefined);
      }
      throw error;
    }
  }
}

/** What a rejection means to whoever stands at the box. */
function failureOf(error: unknown): Extract<ErrandOutcome, { kind: 'failed' }> {
  const detail = ((error as Error).message ?? String(error)).replace(/\s+/g, ' ').slice(0, 300);
  const failed = (code: FaultCode, sure: boolean) => ({ kind: 'failed' as const, code, sure, detail });
  if (error instanceof CopyFault) return failed(error.code, true);
  if (!(error instanceof HalError)) return failed('STORAGE_FAILING', true);
  if (error.code === 'DEVICE_FULL') return failed('STICK_FULL', true);
  return failed(error.code === 'DEVICE_GONE' ? 'STICK_PULLED' : 'STICK_FALSE', false);
}
