import type { Supervisor } from '../../hal/supervisor.js';
import { ConsoleServer } from '../console/server.js';
import { FaultBook } from '../faults/fault-book.js';
import type { Standstill } from '../health/liveness.js';
import { LongWork } from '../health/long-work.js';
import { supervision$ } from '../health/supervision.js';
import { Keeper } from '../keeper.js';
import { openStore } from '../open-store.js';
import { Panel } from '../panel/panel.js';
import { Reckoner } from '../reckon/reckoner.js';
import { Recorder } from '../recorder.js';
import { OpenRecordings } from '../recordings.js';
import type { Settings } from '../settings.js';
import type { Watcher } from './live-view.js';
import { openAtStart } from './open-at-start.js';
import { openRetrieval } from './open-retrieval.js';
import { panelKeyOf } from './panel-keys.js';
import { tellPins } from './pins-notice.js';
import { switchOff } from './switch-off.js';
import { watchRun } from './watch-run.js';
import type { BoardRequest, Keyboard, OpenedBoard, World } from './world.js';

export interface RunOptions {
  readonly folder: string;
  readonly request: BoardRequest;
  readonly settings: Settings;
  readonly watcher: Watcher;
  readonly onReady?: () => void;
}

/**
 * Records until the board's world ends or somebody says stop. Returns how many calls were kept. Where the button says so, the machine
 * is switched off after it.
 */
export async function run(world: World, options: RunOptions): Promise<number> {
  const opened = await world.openBoard(options.request);
  tellPins(world, opened, 'en');
  let switchedOff = false;
  try {
    return await record(world, opened, options, () => {
      switchedOff = true;
    });
  } finally {
    opened.close?.();
    if (switchedOff) await switchOff(world, opened.board, opened.powerOff);
  }
}

async function record(
  world: World,
  { board, play, hands, powerOff }: OpenedBoard,
  { folder, settings, watcher, onReady }: RunOptions,
  onSwitchOff: () => void,
): Promise<number> {
  const codec = await world.openCodec();
  const wall = () => board.clock.wall();
  // A world that ends is told at once.
  const work = new LongWork(world.supervisor ?? null, world.clock);
  const medium = { folder, chance: world.chance, wall, onAdvance: work.advance };
  const opening = play ? openStore(medium) : openAtStart(world, board, medium);
  const store = await opening;
  if (store === 'switch-off') {
    onSwitchOff();
    return 0;
  }
  let server: ConsoleServer | undefined;
  let switchedOff = false;
  let giveBack = (): void => undefined;
  let leaveAlone = (): void => undefined;
  const over = new AbortController();
  const stop = AbortSignal.any([world.stop, over.signal]);
  try {
    const keeper = await Keeper.open(store, board.clock);
    const reckoner = await Reckoner.open(
      store,
      board.clock,
      board.lines.map(({ id }) => id),
      keeper,
    );
    const faults = await FaultBook.open(store, board.clock);
    const recorder = new Recorder({
      ...{ board, store, codec, keeper, reckoner, settings, faults, work },
      unattended: Boolean(world.supervisor),
    });
    const { retrieval, handover } = await openRetrieval(world, board, store, {
      faults,
      onStoreFailed: (error) => recorder.storeFailed(error),
    });
    const panel = new Panel({ board, faults, view$: recorder.view$ });
    const running = { recorder, panel, faults };
    const recordings = new OpenRecordings(store, wall, running);
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
    panel.switchOff$.subscribe(() => {
      switchedOff = true;
      onSwitchOff();
      void store.enter('switched-off', { by: 'button' }).catch(() => undefined); // it is switched off all the same
      over.abort();
    });
    const watching = watchRun(world, running, recordings, { watcher, hasKeys: hands !== undefined });
    panel.start({ retrieval$: retrieval.state$ });
    recorder.start();
    // After the panel, which must know what a press was meant for before it is heeded.
    retrieval.start(panel.presses$);
    if (hands && world.keyboard) giveBack = typeAtPanel(world.keyboard, hands, () => over.abort());
    if (sound) {
      work.armed();
      world.supervisor?.status(armed(recorder));
      world.supervisor?.ready();
      onReady?.();
    }
    if (world.supervisor) leaveAlone = supervise(world, world.supervisor, recorder);
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
      // A service that says it stops is not told to end any more, and that is what a machine going off is known by.
      if (switchedOff) world.supervisor?.closing();
      else world.supervisor?.stopping();
      leaveAlone();
      over.abort();
      await played.catch(() => undefined);
      try {
        try {
          await recorder.stop(switchedOff && powerOff !== undefined);
        } finally {
          // A stick may take its time; no recording waits for it. Whoever still listens to one keeps the process alive.
          await retrieval.stop();
        }
        await faults.settled();
        await watching.idle();
      } finally {
        panel.stop();
        watching.end();
      }
    }
    return recorder.view.keptCalls;
  } finally {
    giveBack();
    await server?.close();
    await store.close();
  }
}

/** For whoever asks the supervisor how it stands. */
const armed = ({ view }: Recorder): string => `armed: ${view.lines.map(({ id }) => id).join(', ')}`;

/** Tells the supervisor that the recorder is alive while it is, and says in the journal what it is that stands still. Returns what ends it. */
function supervise(world: World, supervisor: Supervisor, recorder: Recorder): () => void {
  const onStandstill = (what: Standstill): void => {
    supervisor.status(`STANDSTILL: ${what}`);
    world.err.write(`kikitome: STANDSTILL: ${what} does not advance\n`);
  };
  const { clock } = world;
  const onGoingOn = (): void => supervisor.status(armed(recorder));
  const watching = supervision$({
    supervisor,
    clock,
    signs: () => recorder.signs,
    onStandstill,
    onGoingOn,
  }).subscribe();
  return () => watching.unsubscribe();
}

/** Lets whoever watches press the panel's button and keys. Returns what gives the keyboard back. */
function typeAtPanel(keyboard: Keyboard, hands: NonNullable<OpenedBoard['hands']>, stop: () => void): () => void {
  return keyboard.listen((character) => {
    const meant = panelKeyOf(character);
    if (meant === null) return;
    if (meant === 'stop') stop();
    else if ('key' in meant) hands.press(meant.key);
    else hands.hold(meant.holdMs);
  });
}
