import { of, Subject } from 'rxjs';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import { SimulatedKeypad } from '../../../drivers/simulated/keypad.js';
import { SimulatedLamp } from '../../../drivers/simulated/lamp.js';
import { SimulatedStickPort } from '../../../drivers/simulated/stick-port.js';
import type { CallParticulars } from '../../../firmware/call/call-record.js';
import { FaultBook } from '../../../firmware/faults/fault-book.js';
import { StorageWatch } from '../../../firmware/faults/storage-watch.js';
import { Panel } from '../../../firmware/panel/panel.js';
import type { Press } from '../../../firmware/panel/press.js';
import { Pin } from '../../../firmware/pin/pin.js';
import { SetupCode } from '../../../firmware/pin/setup-code.js';
import { type Authority, PIN_IS_ENOUGH } from '../../../firmware/retrieval/authority.js';
import { Errand } from '../../../firmware/retrieval/errand.js';
import { OpenHandover } from '../../../firmware/retrieval/handover.js';
import { Retrieval } from '../../../firmware/retrieval/retrieval.js';
import { StoreSource } from '../../../firmware/retrieval/source.js';
import type { RetrievalState } from '../../../firmware/retrieval/state.js';
import type { WallMs } from '../../../hal/clock.js';
import type { PinHash } from '../../../hal/pin-hash.js';
import type { StickPort } from '../../../hal/stick.js';
import type { Store } from '../../../storage/store.js';
import { CrashDisk } from '../../power/crash-disk.js';
import { format, MIB, openStore, speech, WALL } from '../../storage/support/office.js';
import { seededChance } from '../../support/chance.js';
import { MemoryMap } from '../../support/memory-map.js';

export const RIGHT = '482913';
export const SERIAL = 'OFFICE-1';

const plainHash: PinHash = {
  name: 'plain',
  hash: async (pin) => `plain ${pin}`,
  verify: async (hash, pin) => hash === `plain ${pin}`,
};

export interface BoxOptions {
  readonly seed: number;
  readonly calls: number;
  /** Bytes of call `i`, from 0; 0: a missed call, without a recording. */
  readonly bytesOf?: (i: number) => number;
  readonly particulars?: Partial<CallParticulars>;
  readonly authority?: Authority;
  /** Without a PIN. */
  readonly fresh?: boolean;
  /** Size of the store. */
  readonly mib?: number;
}

interface Entry {
  readonly kind: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A box that hands over: a real store in memory, a simulated clock, socket and keypad. */
export class Box {
  readonly clock: SimulatedClock;
  readonly port = new SimulatedStickPort();
  readonly keypad = new SimulatedKeypad();
  readonly presses$ = new Subject<Press>();
  readonly lamp = new SimulatedLamp();
  readonly states: RetrievalState[] = [];
  readonly store: Store;
  readonly book: FaultBook;
  readonly panel: Panel;
  readonly pin: Pin;
  readonly retrieval: Retrieval;
  readonly handover: OpenHandover;
  /** Who is told of a store that fails. */
  readonly storage: StorageWatch;
  /** By number. */
  readonly audio = new Map<number, Buffer>();

  private constructor(
    clock: SimulatedClock,
    store: Store,
    pin: Pin,
    faults: FaultBook,
    seed: number,
    authority: Authority,
    sticks: StickPort | null = null,
  ) {
    this.store = store;
    this.book = faults;
    this.pin = pin;
    this.clock = clock;
    const code = new SetupCode(clock, seededChance(seed));
    const errand = new Errand({ store, source: new StoreSource(store), authority, clock });
    const board = { clock, button: null, keypads: [this.keypad], sticks: sticks ?? this.port };
    this.storage = new StorageWatch(store, faults);
    const onStoreFailed = (error: unknown) => this.storage.failed(error);
    this.retrieval = new Retrieval({ board, pin, code, errand, faults, onStoreFailed });
    const chance = seededChance(seed + 1);
    const live = { retrieval: this.retrieval, code };
    this.handover = new OpenHandover({ store, wall: () => clock.wall(), chance, pin, live });
    this.retrieval.state$.subscribe((state) => this.states.push(state));
    const panelBoard = { clock, lamp: this.lamp, button: null, buzzer: null };
    this.panel = new Panel({ board: panelBoard, faults, view$: of({ lines: [] }) });
    this.panel.start({ retrieval$: this.retrieval.state$ });
  }

  /** What is there now, by code. */
  get faults(): ReadonlyMap<string, string> {
    const there = this.book.open.filter(({ active }) => active);
    return new Map(there.map(({ code, subject, detail }) => [code, `${subject}: ${detail}`]));
  }

  /** Started, with a PIN and the office's stick on the list; nothing is named. */
  static async make({
    seed,
    calls,
    bytesOf,
    particulars = {},
    authority = PIN_IS_ENOUGH,
    fresh = false,
    mib = 4,
  }: BoxOptions): Promise<Box> {
    const disk = new CrashDisk(() => 0);
    await format(disk, mib * MIB, seed);
    const store = await openStore(disk, new MemoryMap(), seed);
    const clock = new SimulatedClock(WALL as WallMs);
    const pin = await Pin.open({ store, clock, openHash: async () => plainHash });
    const box = new Box(clock, store, pin, await FaultBook.open(store, clock), seed, authority);
    for (let i = 0; i < calls; i += 1) await box.record(bytesOf?.(i) ?? 2000 + i * 1777, particulars);
    if (!fresh) await pin.set(RIGHT, 'test');
    await box.handover.allowStick(SERIAL);
    box.retrieval.start(box.presses$);
    await box.settled();
    return box;
  }

  /** The same store after a restart: this box is of no use any more. */
  async restarted({ sticks = null }: { readonly sticks?: StickPort | null } = {}): Promise<Box> {
    await this.#stop();
    const clock = new SimulatedClock(WALL as WallMs);
    const pin = await Pin.open({ store: this.store, clock, openHash: async () => plainHash });
    const book = await FaultBook.open(this.store, clock);
    const box = new Box(clock, this.store, pin, book, 99, PIN_IS_ENOUGH, sticks);
    for (const [number, audio] of this.audio) box.audio.set(number, audio);
    box.retrieval.start(box.presses$);
    await box.settled();
    return box;
  }

  /** A finished call. */
  async record(bytes: number, particulars: Partial<CallParticulars> = {}): Promise<number> {
    const startedWallMs = WALL - 1e9 + this.audio.size * 60_000;
    const call: CallParticulars = {
      line: 'line-1',
      direction: 'inbound',
      outcome: bytes > 0 ? 'answered' : 'missed',
      startedWallMs,
      durationMs: bytes > 0 ? bytes / 4 : null,
      ringMs: 3000,
      caller: { number: '0312345678' },
      dialled: null,
      flashes: [],
      gaps: [],
      clock: 'synchronised',
      audio: bytes > 0 ? { codec: 'mp3', encoder: 'none', sampleRateHz: 8000, bitRate: 32_000 } : null,
      ...particulars,
    };
    const writer = this.store.begin(call, startedWallMs);
    const said = speech(writer.number, bytes);
    for (let at = 0; at < bytes; at += 288) writer.append(said.subarray(at, at + 288));
    writer.close({ endedWallMs: startedWallMs + 1000, party: null, particulars: { ...call } });
    await this.store.commit();
    if (bytes > 0) this.audio.set(writer.number, said);
    return writer.number;
  }

  get phase(): RetrievalState['phase'] {
    return this.retrieval.state.phase;
  }

  async settled(): Promise<void> {
    await this.retrieval.settled();
    await this.book.settled();
  }

  /** Names all there is. Returns the collection's id. */
  async collectAll(): Promise<string> {
    return (await this.handover.collect({ query: { from: '1970-01-01T00:00Z' }, which: [], reason: null })).id;
  }

  /** Names these. */
  collect(...which: readonly number[]): Promise<unknown> {
    return this.handover.collect({ query: {}, which: which.map(String), reason: null });
  }

  /** `#` is enter, `*` clear. */
  async type(keys: string): Promise<void> {
    for (const sign of keys) {
      const key = sign === '#' ? 'enter' : sign === '*' ? 'clear' : (sign as '0');
      this.keypad.press(key, this.clock.now());
    }
    await this.settled();
  }

  async pass(ms: number): Promise<void> {
    this.clock.advanceTo(this.clock.now() + ms);
    await this.settled();
  }

  /** Kinds and details of what was entered, oldest first, but for the faults. */
  async register(): Promise<readonly Entry[]> {
    return (await this.store.register()).events.filter(({ kind }) => !kind.startsWith('fault-'));
  }

  /** What was entered of faults. */
  async faultEntries(): Promise<readonly Entry[]> {
    return (await this.store.register()).events.filter(({ kind }) => kind.startsWith('fault-'));
  }

  async close(): Promise<void> {
    await this.#stop();
    await this.store.close();
  }

  async #stop(): Promise<void> {
    await this.retrieval.stop();
    this.panel.stop();
    await this.book.settled();
  }
}
