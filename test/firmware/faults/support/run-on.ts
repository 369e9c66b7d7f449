import { openVirtualBoard, type VirtualBoard } from '../../../../boards/virtual/board.js';
import { openMp3Codec } from '../../../../drivers/lame/codec.js';
import { SimulatedClock } from '../../../../drivers/simulated/clock.js';
import type { SimulatedFault } from '../../../../drivers/simulated/fault.js';
import type { Trace } from '../../../../drivers/simulated/trace.js';
import { FaultBook } from '../../../../firmware/faults/fault-book.js';
import {
  type FaultHistory,
  type FaultReport,
  faultHistoryOf,
  faultReportOf,
} from '../../../../firmware/faults/fault-report.js';
import { Keeper } from '../../../../firmware/keeper.js';
import { Panel } from '../../../../firmware/panel/panel.js';
import { Reckoner } from '../../../../firmware/reckon/reckoner.js';
import { Recorder } from '../../../../firmware/recorder.js';
import { DEFAULT_SETTINGS } from '../../../../firmware/settings.js';
import type { WallMs } from '../../../../hal/clock.js';
import { formatStore } from '../../../../storage/format.js';
import { Store } from '../../../../storage/store.js';
import { CrashDisk } from '../../../power/crash-disk.js';
import { type DiskCall, FaultyDisk } from '../../../storage/support/faulty-disk.js';
import { seededChance, seededRandom } from '../../../support/chance.js';
import { MemoryMap } from '../../../support/memory-map.js';

export interface RunOnOptions {
  readonly traces: readonly Trace[];
  readonly faults?: readonly SimulatedFault[];
  /** What the medium answers to a call that is no read at a moment of the board's; undefined: it takes it. */
  readonly medium?: (nowMs: number, file: string, call: DiskCall) => string | undefined;
  /** What is free on the medium at a moment of the board's, in bytes; undefined: plenty. */
  readonly freeBytes?: (nowMs: number) => number | undefined;
  /** Called once everything runs, before the world moves. */
  readonly meanwhile?: (parts: { board: VirtualBoard; panel: Panel; faults: FaultBook; store: Store }) => void;
}

export interface RanOn {
  readonly history: FaultHistory;
  readonly left: readonly FaultReport[];
  /** Every rhythm the lamp has shown. */
  readonly shown: readonly string[];
}

/** A recorder with its panel on the virtual board and a store in memory, from beginning to end. */
export async function runOn({
  traces,
  faults: named = [],
  medium,
  freeBytes,
  meanwhile,
}: RunOnOptions): Promise<RanOn> {
  const disk = new FaultyDisk(new CrashDisk(seededRandom(1)));
  const realClock = new SimulatedClock(0 as WallMs);
  const board = openVirtualBoard({ traces, speed: 'max', faults: named, realClock });
  const { clock } = board;
  await formatStore(disk, { capacityBytes: 5 << 20, eraseEverything: false, chance: seededChance(2), wallMs: 0 });
  const map = new MemoryMap();
  const store = await Store.open({ disk, openMap: async () => map, chance: seededChance(3), wall: () => clock.wall() });
  disk.errors = (call, file) => (call === 'read' ? undefined : medium?.(clock.now(), file, call));
  if (freeBytes) disk.free = () => freeBytes(clock.now());
  const keeper = await Keeper.open(store, clock);
  const ids = board.lines.map(({ id }) => id);
  const reckoner = await Reckoner.open(store, clock, ids, keeper);
  const faults = await FaultBook.open(store, clock);
  const codec = await openMp3Codec();
  const recorder = new Recorder({ board, store, codec, keeper, reckoner, settings: DEFAULT_SETTINGS, faults });
  const panel = new Panel({ board, faults, view$: recorder.view$ });
  const shown: string[] = [];
  board.lampShown$.subscribe(({ rhythmMs }) => shown.push(String(rhythmMs)));
  panel.start();
  recorder.start();
  meanwhile?.({ board, panel, faults, store });
  const settled = async () => {
    await recorder.settled();
    await faults.settled();
  };
  await board.play({ settled });
  await recorder.stop();
  panel.stop();
  const history = faultHistoryOf(await store.register(), 'Asia/Tokyo');
  const left = (await FaultBook.open(store, clock)).open.map((fault) => faultReportOf(fault, 'Asia/Tokyo'));
  await store.close();
  return { history, left, shown };
}
