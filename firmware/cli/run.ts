import type { CallRecord } from '../call/call-record.js';
import { ConsoleServer } from '../console/server.js';
import { Keeper } from '../keeper.js';
import { openStore } from '../open-store.js';
import { Reckoner } from '../reckon/reckoner.js';
import { Recorder } from '../recorder.js';
import { OpenRecordings } from '../recordings.js';
import type { Settings } from '../settings.js';
import type { Watcher } from './live-view.js';
import { openRetrieval } from './open-retrieval.js';
import type { BoardRequest, World } from './world.js';

export interface RunOptions {
  readonly folder: string;
  readonly request: BoardRequest;
  readonly settings: Settings;
  readonly watcher: Watcher;
  readonly onReady?: () => void;
}

/** How often somebody at a terminal sees levels move. */
const VIEW_MS = 200;
/** How many calls a watcher is shown. */
const CALLS_WATCHED = 10;

/** Records until the board's world ends or somebody says stop. Returns how many calls were kept. */
export async function run(world: World, { folder, request, settings, watcher, onReady }: RunOptions): Promise<number> {
  const { board, play } = await world.openBoard(request);
  const codec = await world.openCodec();
  const store = await openStore({ folder, chance: world.chance, wall: () => board.clock.wall() });
  let server: ConsoleServer | undefined;
  const over = new AbortController();
  const stop = AbortSignal.any([world.stop, over.signal]);
  try {
    const keeper = await Keeper.open(store, board.clock);
    const reckoner = await Reckoner.open(
      store,
      board.clock,
      board.lines.map(({ id }) => id),
    );
    const recorder = new Recorder({
      board,
      store,
      codec,
      keeper,
      reckoner,
      settings,
      viewMs: world.isTerminal ? VIEW_MS : 0,
    });
    const recordings = new OpenRecordings(store, () => board.clock.wall(), recorder);
    const { retrieval, handover } = await openRetrieval(world, board, store, recorder.faults);
    server = await ConsoleServer.listen(folder, recordings, handover);
    let sound = true;
    const failed = new Promise<never>((_, reject) => {
      recorder.failure$.subscribe({
        error: (error) => {
          sound = false;
          reject(error);
        },
      });
    });
    failed.catch(() => over.abort());
    const watching = watch(recorder, recordings, watcher);
    recorder.start();
    retrieval.state$.subscribe((state) => watcher.retrieval(state));
    retrieval.start();
    if (sound) onReady?.();
    const settled = async () => {
      await recorder.settled();
      await retrieval.settled();
      await watching.idle();
    };
    const played = play
      ? play({ settled, signal: stop })
      : new Promise<void>((done) => stop.addEventListener('abort', () => done()));
    try {
      await Promise.race([played, failed]);
    } finally {
      over.abort();
      await played.catch(() => undefined);
      await recorder.stop();
      await retrieval.stop(); // a stick may take its time; no recording waits for it
      await watching.idle();
      watcher.end();
    }
    return recorder.view.keptCalls;
  } finally {
    await server?.close();
    await store.close();
  }
}

/** Feeds the watcher. A call is told once it is kept; reading the store never holds the recorder up. */
function watch(recorder: Recorder, recordings: OpenRecordings, watcher: Watcher): { idle(): Promise<void> } {
  let latest: CallRecord[] = [];
  let keptCalls = 0;
  /** Calls above `seen`, and those in `open`, have not been told. */
  let seen = 0;
  const open = new Set<number>();
  let busy: Promise<void> = callsDownTo(recordings, Number.POSITIVE_INFINITY).then((calls) => {
    latest = calls;
    seen = calls[0]?.number ?? 0;
  });
  recorder.view$.subscribe((view) => {
    watcher.show(view, latest);
    if (view.keptCalls === keptCalls) return;
    keptCalls = view.keptCalls;
    busy = busy.then(async () => {
      await recorder.settled();
      const calls = await callsDownTo(recordings, Math.min(seen + 1, ...open));
      for (const call of [...calls].reverse()) {
        if (call.number <= seen && !open.has(call.number)) continue;
        if (call.state === 'kept') watcher.kept(call);
        if (call.state === 'kept') open.delete(call.number);
        else open.add(call.number);
      }
      seen = Math.max(seen, calls[0]?.number ?? 0);
      latest = calls;
      watcher.show(view, latest);
    });
  });
  return { idle: () => busy };
}

/** Newest first: every call from number `lowest` on, and at least those a watcher is shown. */
async function callsDownTo(recordings: OpenRecordings, lowest: number): Promise<CallRecord[]> {
  const calls: CallRecord[] = [];
  for await (const call of recordings.calls({})) {
    if (calls.length >= CALLS_WATCHED && call.number < lowest) break;
    calls.push(call);
  }
  return calls;
}
