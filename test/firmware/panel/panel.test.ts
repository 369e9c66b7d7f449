import assert from 'node:assert/strict';
import { BehaviorSubject } from 'rxjs';
import { SimulatedButton } from '../../../drivers/simulated/button.js';
import { SimulatedBuzzer } from '../../../drivers/simulated/buzzer.js';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import { SimulatedLamp } from '../../../drivers/simulated/lamp.js';
import type { FaultCode } from '../../../firmware/faults/fault.js';
import { FaultBook } from '../../../firmware/faults/fault-book.js';
import { Panel } from '../../../firmware/panel/panel.js';
import { faultPattern, PATTERNS, roundMs } from '../../../firmware/panel/view.js';
import type { RetrievalState } from '../../../firmware/retrieval/state.js';
import type { WallMs } from '../../../hal/clock.js';
import { formatStore } from '../../../storage/format.js';
import { Store } from '../../../storage/store.js';
import { CrashDisk } from '../../power/crash-disk.js';
import { seededChance, seededRandom } from '../../support/chance.js';
import { MemoryMap } from '../../support/memory-map.js';

type Lines = { readonly lines: readonly { readonly state: 'idle' | 'ringing' | 'recording' }[] };

describe('panel', () => {
  let clock: SimulatedClock;
  let store: Store;
  let faults: FaultBook;
  let lamp: SimulatedLamp;
  let button: SimulatedButton;
  let sounds: (readonly number[])[];
  let shown: string[];
  let view$: BehaviorSubject<Lines>;
  let retrieval$: BehaviorSubject<RetrievalState>;
  let panel: Panel;
  beforeEach(async () => {
    const disk = new CrashDisk(seededRandom(1));
    clock = new SimulatedClock(1_800_000_000_000 as WallMs);
    await formatStore(disk, { capacityBytes: 5 << 20, eraseEverything: false, chance: seededChance(2), wallMs: 0 });
    const map = new MemoryMap();
    store = await Store.open({ disk, openMap: async () => map, chance: seededChance(3), wall: () => clock.wall() });
    faults = await FaultBook.open(store, clock);
    lamp = new SimulatedLamp();
    button = new SimulatedButton(clock);
    const buzzer = new SimulatedBuzzer();
    sounds = [];
    buzzer.sounded$.subscribe((rhythmMs) => sounds.push(rhythmMs));
    view$ = new BehaviorSubject<Lines>({ lines: [{ state: 'idle' }] });
    retrieval$ = new BehaviorSubject<RetrievalState>({ phase: 'idle' });
    panel = new Panel({ board: { clock, lamp, button, buzzer }, faults, view$ });
    shown = [];
    panel.start({ retrieval$ });
    lamp.shown$.subscribe(({ rhythmMs }) => shown.push(String(rhythmMs)));
  });
  afterEach(async () => {
    panel.stop();
    await faults.settled();
    await store.close();
  });

  const pass = (ms: number): void => clock.advanceTo(clock.now() + ms);
  const press = (heldMs = 100): void => {
    button.hold(heldMs);
    pass(heldMs + 50);
  };
  const saying = (): string => {
    const { meaning, code } = panel.view;
    assert.deepEqual(lamp.shown, panel.view.pattern);
    return code ?? meaning;
  };
  const unnoted = (): FaultCode[] => faults.open.flatMap(({ code, acknowledged }) => (acknowledged ? [] : [code]));

  it('follows lines, faults and retrieval, and begins no rhythm anew that goes on', () => {
    assert.equal(saying(), 'ready');
    view$.next({ lines: [{ state: 'recording' }] });
    assert.equal(saying(), 'recording');
    view$.next({ lines: [{ state: 'recording' }, { state: 'ringing' }] });
    faults.raise('CAPTURE_LOST', 'line-1', 'gone');
    assert.equal(saying(), 'CAPTURE_LOST');
    const { sinceMs } = panel.view;
    pass(1000);
    faults.raise('CAPTURE_LOST', 'line-2', 'gone');
    assert.equal(panel.view.sinceMs, sinceMs);
    faults.clear('CAPTURE_LOST', 'line-1');
    faults.clear('CAPTURE_LOST', 'line-2');
    retrieval$.next({ phase: 'stick-ready' });
    assert.equal(saying(), 'stick-ready');
    const rhythms = [PATTERNS.ready, PATTERNS.recording, faultPattern('CAPTURE_LOST'), PATTERNS.recording];
    assert.deepEqual(
      shown,
      [...rhythms, PATTERNS['stick-ready']].map(({ rhythmMs }) => String(rhythmMs)),
    );
  });

  it('shows the faults in turn, press by press, takes note of each shown, and is itself again after the last', () => {
    faults.raise('HOLD_BUDGET_NEAR', 'holds', '81 %');
    faults.raise('LID_OPENED', 'lid', 'open');
    faults.clear('LID_OPENED', 'lid');
    faults.raise('CAPTURE_LOST', 'line-1', 'gone');
    press();
    assert.equal(saying(), 'CAPTURE_LOST');
    assert.deepEqual(unnoted(), ['LID_OPENED', 'HOLD_BUDGET_NEAR']);
    press();
    assert.equal(saying(), 'LID_OPENED'); // and is no longer in the book
    press();
    assert.equal(saying(), 'HOLD_BUDGET_NEAR');
    assert.deepEqual(unnoted(), []);
    press();
    assert.equal(saying(), 'CAPTURE_LOST'); // which is still there: a failure is told until it is over
    faults.clear('CAPTURE_LOST', 'line-1');
    assert.equal(saying(), 'attention'); // what is known and still there
    faults.clear('HOLD_BUDGET_NEAR', 'holds');
    assert.equal(saying(), 'ready');
  });

  it('counts what was asked for twice, then is itself again', () => {
    faults.raise('LID_OPENED', 'lid', 'open');
    faults.clear('LID_OPENED', 'lid');
    assert.equal(saying(), 'attention');
    press();
    const { sinceMs } = panel.view;
    clock.advanceTo(sinceMs + 2 * roundMs(faultPattern('LID_OPENED')) - 1);
    assert.equal(saying(), 'LID_OPENED');
    pass(1);
    assert.equal(saying(), 'ready');
  });

  it('has two faults of one kind and one moment in turn, too', () => {
    faults.raise('CAPTURE_LOST', 'line-1', 'gone');
    faults.raise('CAPTURE_LOST', 'line-2', 'gone');
    press();
    assert.deepEqual(unnoted(), ['CAPTURE_LOST']);
    press();
    assert.deepEqual(unnoted(), []);
  });

  it('sounds when somebody takes note, otherwise when there is nothing to take note of', () => {
    press();
    faults.raise('STORAGE_WORN', 'medium', '90 %');
    press();
    assert.equal(sounds.length, 2);
    assert.notDeepEqual(sounds[0], sounds[1]);
  });

  it('sounds for what calls are lost by when it comes, for nothing else, and not at every flap', () => {
    faults.raise('STORAGE_WORN', 'medium', '90 %');
    assert.equal(sounds.length, 0);
    for (let i = 0; i < 20; i += 1) {
      faults.raise('CAPTURE_LOST', 'line-1', 'gone');
      pass(1000);
      faults.clear('CAPTURE_LOST', 'line-1');
      pass(1000);
    }
    assert.equal(sounds.length, 1);
    faults.raise('CAPTURE_LOST', 'line-2', 'gone');
    assert.equal(sounds.length, 2);
    pass(600_000);
    faults.raise('CAPTURE_LOST', 'line-1', 'gone');
    assert.equal(sounds.length, 3);
  });

  it('shows and sounds for what comes behind a failure that somebody has taken note of', () => {
    faults.raise('LINE_DEAD', 'line-2', 'no voltage');
    press();
    pass(60_000);
    view$.next({ lines: [{ state: 'recording' }] });
    assert.deepEqual([panel.view.meaning, panel.view.code], ['recording', 'LINE_DEAD']);
    sounds.length = 0;
    faults.raise('CAPTURE_OVERRUN', 'line-1', '250 ms');
    assert.equal(saying(), 'CAPTURE_OVERRUN');
    assert.equal(sounds.length, 1);
    press(); // what the lamp counts
    assert.equal(saying(), 'CAPTURE_OVERRUN');
    assert.deepEqual(unnoted(), []);
    press();
    assert.equal(saying(), 'LINE_DEAD');
    press();
    assert.deepEqual([panel.view.meaning, panel.view.code], ['recording', 'LINE_DEAD']);
  });

  it('does not sound for a failure that somebody knew of before a restart', async () => {
    faults.raise('LINE_DEAD', 'line-1', 'no voltage');
    press();
    await faults.settled();
    sounds.length = 0;
    const again = await FaultBook.open(store, clock);
    const buzzer = new SimulatedBuzzer();
    buzzer.sounded$.subscribe((rhythmMs) => sounds.push(rhythmMs));
    const other = new Panel({ board: { clock, lamp, button: null, buzzer }, faults: again, view$ });
    other.start();
    again.raise('LINE_DEAD', 'line-1', 'no voltage');
    assert.equal(sounds.length, 0);
    again.raise('LINE_DEAD', 'line-2', 'no voltage');
    assert.equal(sounds.length, 1);
    other.stop();
    await again.settled();
  });

  it('leaves presses to whoever takes the PIN, and lets them hear all', () => {
    const heard: string[] = [];
    panel.presses$.subscribe(({ length }) => heard.push(length));
    let off = 0;
    panel.switchOff$.subscribe(() => {
      off += 1;
    });
    faults.raise('LID_OPENED', 'lid', 'open');
    retrieval$.next({ phase: 'pin', digits: 0, echo: null });
    press();
    press(2500);
    press(9000);
    assert.deepEqual(heard, ['short', 'long', 'very-long']);
    assert.deepEqual(unnoted(), ['LID_OPENED']);
    assert.equal(off, 0);
    retrieval$.next({ phase: 'idle' });
    press(2500);
    assert.deepEqual(unnoted(), ['LID_OPENED']);
    press(9000);
    assert.equal(off, 1);
    press();
    assert.deepEqual(unnoted(), []);
  });

  it('takes the press that ends the entering of a PIN for no press of its own', () => {
    faults.raise('LID_OPENED', 'lid', 'open');
    retrieval$.next({ phase: 'pin', digits: 3, echo: null });
    panel.presses$.subscribe(() => retrieval$.next({ phase: 'copying', files: 1, filesDone: 0 }));
    press();
    assert.deepEqual(unnoted(), ['LID_OPENED']);
    assert.equal(saying(), 'copying');
  });

  it('does without button, buzzer and retrieval', () => {
    const bare = new SimulatedLamp();
    const other = new Panel({ board: { clock, lamp: bare, button: null, buzzer: null }, faults, view$ });
    other.start();
    faults.raise('CAPTURE_LOST', 'line-1', 'gone');
    assert.deepEqual(bare.shown, faultPattern('CAPTURE_LOST'));
    other.stop();
  });
});
