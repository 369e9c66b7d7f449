import { ConsoleServer } from '../console/server.js';
import { openStore } from '../open-store.js';
import { Keeper } from '../keeper.js';
import { Recorder } from '../recorder.js';
import { OpenRecordings } from '../recordings.js';
import type { CallRecord } from '../call/call-record.js';
import type { Settings } from '../settings.js';
import type { Watcher } from './live-view.js';
import type { BoardRequest, World } from './world.js';

export interface RunOptions {
  readonly folder: string;
  readonly request: BoardRequest;
  readonly settings: Settings;
  readonly watcher: Watcher;
  readonly onReady?: () => void;
}

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
    const recorder = new Recorder({ board, store, codec, keeper, settings });
    const recordings = new OpenRecordings(store, () => board.clock.wall(), recorder);
    server = await ConsoleServer.listen(folder, recordings);
    const failed = new Promise<never>((_, reject) => recorder.startFailure$.subscribe({ error: reject }));
    failed.catch(() => over.abort());
    const watching = watch(recorder, recordings, watcher);
    recorder.start();
    onReady?.();
    const settled = async () => {
      await recorder.settled();
      await watching.idle();
    };
    const played = play ? play({ settled, signal: stop }) : new Promise<void>((done) => stop.addEventListener('abort', () => done()));
    try {
      await Promise.race([played, failed]);
    } finally {
      over.abort();
      await played.catch(() => undefined);
      await recorder.stop();
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
  let busy: Promise<void> = newest(recordings).then((calls) => {
    latest = calls;
  });
  recorder.view$.subscribe((view) => {
    watcher.show(view, latest);
    if (view.keptCalls === keptCalls) return;
    keptCalls = view.keptCalls;
    busy = busy.then(async () => {
      await recorder.settled();
      const calls = await newest(recordings);
      const known = new Set(latest.filter(({ state }) => state === 'kept').map(({ number }) => number));
      const fresh = calls.filter(({ state, number }) => state === 'kept' && !known.has(number));
      for (const call of fresh.reverse()) watcher.kept(call);
      latest = calls;
      watcher.show(view, latest);
    });
  });
  return { idle: () => busy };
}

async function newest(recordings: OpenRecordings): Promise<CallRecord[]> {
  const calls: CallRecord[] = [];
  for await (const call of recordings.calls({ limit: CALLS_WATCHED })) calls.push(call);
  return calls;
}
