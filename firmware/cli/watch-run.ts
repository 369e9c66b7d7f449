import { StoreError } from '../../storage/errors.js';
import type { CallRecord } from '../call/call-record.js';
import type { OpenRecordings, Running } from '../recordings.js';
import type { Watcher } from './live-view.js';
import type { World } from './world.js';

/** How often a terminal is drawn anew: the shortest blink of the lamp. */
const FRAME_MS = 100;
/** How many calls a watcher is shown. */
const CALLS_WATCHED = 10;

export interface WatchedBy {
  readonly watcher: Watcher;
  /** Whether the board's panel can be pressed from a keyboard. */
  readonly hasKeys: boolean;
}

export interface Watching {
  /** Resolves when every call that was kept has been told. */
  idle(): Promise<void>;
  end(): void;
}

/** Feeds the watcher. A call is told once it is kept; reading the store never holds the recorder up. */
export function watchRun(
  world: World,
  running: Running,
  recordings: OpenRecordings,
  { watcher, hasKeys }: WatchedBy,
): Watching {
  const { recorder, panel } = running;
  let latest: CallRecord[] = [];
  let keptCalls = 0;
  /** Calls above `seen`, and those in `open`, have not been told. */
  let seen = 0;
  const open = new Set<number>();
  const show = (): void =>
    watcher.show({
      recorder: recorder.view,
      panel: panel.view,
      calls: latest,
      nowMs: world.clock.now(),
      hasKeys: hasKeys && world.keyboard !== null,
    });
  // A medium that cannot be read is a fault that others notice; what could not be told is told with the next call.
  const unread = (error: unknown): void => {
    if (!(error instanceof StoreError)) throw error;
  };
  let busy: Promise<void> = callsDownTo(recordings, Number.POSITIVE_INFINITY).then((calls) => {
    latest = calls;
    seen = calls[0]?.number ?? 0;
  }, unread);
  const views = recorder.view$.subscribe((view) => {
    show();
    if (view.keptCalls === keptCalls) return;
    keptCalls = view.keptCalls;
    const tell = async (): Promise<void> => {
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
      show();
    };
    busy = busy.then(tell).catch(unread);
  });
  views.add(panel.view$.subscribe(show));
  // Levels and the lamp move by themselves; the time is of whoever watches, not of the board.
  const frame = (): void => {
    views.add(
      world.clock.after$(FRAME_MS).subscribe(() => {
        show();
        frame();
      }),
    );
  };
  if (world.isTerminal) frame();
  return {
    idle: () => busy,
    end: () => {
      views.unsubscribe();
      watcher.end();
    },
  };
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
