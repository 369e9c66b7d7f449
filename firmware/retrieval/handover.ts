import type { StickInfo } from '../../hal/stick.js';
import type { Chance } from '../../storage/disk.js';
import type { Store } from '../../storage/store.js';
import { type CallRecord, callRecordOf } from '../call/call-record.js';
import { type CallQuery, candidates, matcherOf, spanOf } from '../call-query.js';
import { KikitomeError } from '../errors.js';
import { type Pin, type PinStatus, requireStrong } from '../pin/pin.js';

import type { SetupCode } from '../pin/setup-code.js';
import { key } from '../recordings.js';
import { localIso } from '../rules/local-time.js';
import { officeRules } from '../rules/office.js';
import { allowedSticks, allowStick, forgetStick } from './allow-list.js';
import {
  COLLECTION_MAX,
  type Collection,
  putCollection,
  REASON_MAX_CHARS,
  readCollection,
  tellNumbers,
} from './collection.js';
import type { MissingCall } from './manifest.js';
import { StoreSource } from './source.js';

/** What is to be handed over, and what has become of it since it was named. */
export interface CollectionReport {
  readonly id: string;
  readonly madeAt: string;
  readonly reason: string | null;
  readonly numbers: readonly number[];
  readonly calls: readonly CallRecord[];
  readonly missing: readonly MissingCall[];
  readonly bytes: number;
}

export interface SticksReport {
  readonly allowed: readonly string[];
  readonly plugged: (StickInfo & { readonly allowed: boolean }) | null;
}

/** Which recordings: by a query, or by number or id. */
export interface CollectRequest {
  readonly query: CallQuery;
  readonly which: readonly string[];
  readonly reason: string | null;
}

/** What commands ask of the handing over, whether this process has the store open or a recorder has. */
export interface Handover {
  /** Null: nothing is named. */
  collection(): Promise<CollectionReport | null>;
  /** Names what is to be handed over, in place of what was. Throws `COLLECTION_EMPTY`, `COLLECTION_OPEN`, `COLLECTION_TOO_LARGE`. */
  collect(request: CollectRequest): Promise<CollectionReport>;
  clearCollection(): Promise<void>;
  pinStatus(): Promise<PinStatus & { readonly needsCode: boolean }>;
  /** Throws `PIN_WEAK`; `PIN_CODE` where a box that has none yet shows a code, and this is not it. */
  setPin(pin: string, code: string | null): Promise<void>;
  /** Throws `PIN_UNSET`. */
  unlockPin(): Promise<void>;
  sticks(): Promise<SticksReport>;
  /** Null: the one that is plugged in. Returns its serial number. Throws `STICK_SERIAL`, `STICK_MISSING`. */
  allowStick(serial: string | null): Promise<string>;
  /** Throws `STICK_SERIAL` where it is not on the list. */
  forgetStick(serial: string): Promise<void>;
  close(): Promise<void>;
}

/** The part of a running retrieval that commands need. */
export interface LiveRetrieval {
  readonly plugged: StickInfo | null;
  readonly showsCodes: boolean;
  /** What was decided here counts there at once. */
  refresh(): void;
}

export interface HandoverParts {
  readonly store: Store;
  readonly wall: () => number;
  readonly chance: Chance;
  readonly pin: Pin;
  readonly live: { readonly retrieval: LiveRetrieval; readonly code: SetupCode } | null;
}

/** Who decides at a command line; names come with accounts. */
const AT_THE_CONSOLE = 'console';

export class OpenHandover implements Handover {
  readonly #parts: HandoverParts;

  constructor(parts: HandoverParts) {
    this.#parts = parts;
  }

  async collection(): Promise<CollectionReport | null> {
    const collection = await readCollection(this.#parts.store);
    return collection && this.#report(collection);
  }

  async collect({ query, which, reason }: CollectRequest): Promise<CollectionReport> {
    const { store, wall, chance } = this.#parts;
    if (reason !== null && (reason.trim() === '' || reason.length > REASON_MAX_CHARS || /\p{Cc}/u.test(reason))) {
      throw new KikitomeError('USAGE', `a reason is one line of 1 to ${REASON_MAX_CHARS} characters`);
    }
    const numbers = which.length > 0 ? await this.#numbersOf(which) : await this.#matching(query);
    if (numbers.length === 0) throw new KikitomeError('COLLECTION_EMPTY', 'no finished recording matches');
    const id = chance(8).toString('hex');
    const collection = { id, madeWallMs: wall(), numbers: numbers.sort((a, b) => a - b), reason };
    await putCollection(store, collection);
    await store.enter('collected', {
      collection: id,
      numbers: tellNumbers(collection.numbers),
      ...(reason !== null && { reason }),
    });
    this.#parts.live?.retrieval.refresh();
    return this.#report(collection);
  }

  async clearCollection(): Promise<void> {
    const { store, live } = this.#parts;
    const before = await readCollection(store);
    if (before === null) return;
    await putCollection(store, null);
    await store.enter('collection-cleared', { collection: before.id });
    live?.retrieval.refresh();
  }

  async pinStatus(): Promise<PinStatus & { readonly needsCode: boolean }> {
    return { ...this.#parts.pin.status, needsCode: this.#needsCode };
  }

  async setPin(pin: string, code: string | null): Promise<void> {
    const { pin: kept, live } = this.#parts;
    requireStrong(pin); // before the code is used up
    if (this.#needsCode && code === null) throw new KikitomeError('PIN_CODE', 'no code was given'); // no try of it
    if (this.#needsCode && !live?.code.use(code ?? '')) {
      throw new KikitomeError('PIN_CODE', 'that is not the code, or not any more');
    }
    await kept.set(pin, AT_THE_CONSOLE);
    live?.retrieval.refresh();
  }

  async unlockPin(): Promise<void> {
    const { pin, live } = this.#parts;
    if (!pin.status.set) throw new KikitomeError('PIN_UNSET', 'there is no PIN yet');
    await pin.unlock(AT_THE_CONSOLE);
    live?.retrieval.refresh();
  }

  async sticks(): Promise<SticksReport> {
    const allowed = await allowedSticks(this.#parts.store);
    const plugged = this.#parts.live?.retrieval.plugged ?? null;
    return { allowed, plugged: plugged && { ...plugged, allowed: allowed.includes(plugged.serial) } };
  }

  async allowStick(serial: string | null): Promise<string> {
    const { store, live } = this.#parts;
    const which = serial ?? live?.retrieval.plugged?.serial;
    if (which === undefined) throw new KikitomeError('STICK_MISSING', 'no stick that can be used is plugged in');
    await allowStick(store, which);
    await store.enter('stick-allowed', { serial: which });
    live?.retrieval.refresh();
    return which;
  }

  async forgetStick(serial: string): Promise<void> {
    const { store, live } = this.#parts;
    if (!(await forgetStick(store, serial))) throw new KikitomeError('STICK_SERIAL', `${serial} is not on the list`);
    await store.enter('stick-forgotten', { serial });
    live?.retrieval.refresh();
  }

  close(): Promise<void> {
    return this.#parts.store.close();
  }

  /** A box that has no PIN yet and can show a code is set up by whoever stands in front of it. */
  get #needsCode(): boolean {
    const { pin, live } = this.#parts;
    return !pin.status.set && live?.retrieval.showsCodes === true;
  }

  async #numbersOf(which: readonly string[]): Promise<number[]> {
    const numbers: number[] = [];
    for (const each of which) {
      const { row } = await this.#parts.store.recording(key(each));
      // Asked for by name, it is not left out in silence.
      if (row.state !== 'kept') {
        throw new KikitomeError('COLLECTION_OPEN', `recording ${row.n} is still being recorded`);
      }
      if (!numbers.includes(row.n)) numbers.push(row.n);
    }
    return numbers;
  }

  async #matching(query: CallQuery): Promise<number[]> {
    const { store } = this.#parts;
    const rules = await officeRules(store);
    const span = spanOf(query, rules.timeZone);
    const matches = matcherOf(query, span);
    const numbers: number[] = [];
    for await (const stored of candidates(store, query, span)) {
      if (stored.row.state !== 'kept' || !matches(callRecordOf(stored, rules))) continue;
      numbers.push(stored.row.n);
      if (numbers.length > COLLECTION_MAX) throw new KikitomeError('COLLECTION_TOO_LARGE', `over ${COLLECTION_MAX}`);
      if (numbers.length === query.limit) break;
    }
    return numbers;
  }

  async #report(collection: Collection): Promise<CollectionReport> {
    const source = new StoreSource(this.#parts.store);
    const [calls, missing]: [CallRecord[], MissingCall[]] = [[], []];
    for (const number of collection.numbers) {
      const found = await source.find(number);
      if (found.kind === 'call') calls.push(found.record);
      else missing.push(found.missing);
    }
    const { id, reason, numbers } = collection;
    const madeAt = localIso(collection.madeWallMs, await source.timeZone());
    const bytes = calls.reduce((sum, { audio }) => sum + (audio?.bytes ?? 0), 0);
    return { id, madeAt, reason, numbers, calls, missing, bytes };
  }
}
