import type { SimulatedBuzzer } from '../../drivers/simulated/buzzer.js';
import { SimulatedClock } from '../../drivers/simulated/clock.js';
import type { SimulatedFault } from '../../drivers/simulated/fault.js';
import type { TypedKey } from '../../drivers/simulated/keypad.js';
import type { SimulatedLamp } from '../../drivers/simulated/lamp.js';
import { Pacer, type Speed } from '../../drivers/simulated/pacer.js';
import { SimulatedStick } from '../../drivers/simulated/stick.js';
import type { PluggedStick } from '../../drivers/simulated/stick-option.js';
import { SimulatedStickPort } from '../../drivers/simulated/stick-port.js';
import type { Trace } from '../../drivers/simulated/trace.js';
import type { Board } from '../../hal/board.js';
import type { Clock } from '../../hal/clock.js';
import type { Key } from '../../hal/panel.js';
import { Box } from './box.js';
import { type PlayOptions, playAll } from './player.js';
import { Stage } from './stage.js';
import { timelineOf } from './timeline.js';

export interface VirtualBoardOptions {
  /** At least one. Each line that a trace names becomes a port. */
  readonly traces: readonly Trace[];
  readonly speed: Speed;
  readonly faults?: readonly SimulatedFault[];
  /** Sticks that somebody plugs in. */
  readonly sticks?: readonly PluggedStick[];
  /** Keys that somebody presses. */
  readonly keys?: readonly TypedKey[];
  /** Paces the play; not read at speed `max`. */
  readonly realClock: Clock;
}

/** A box without hardware, and the world around it. */
export interface VirtualBoard extends Board {
  /** What the lamp shows. Hot; begins with what is shown now. */
  readonly lampShown$: SimulatedLamp['shown$'];
  /** What the buzzer is told to sound. Hot. */
  readonly buzzed$: SimulatedBuzzer['sounded$'];
  /** Somebody at the panel. */
  readonly hands: {
    /** Holds the button down for `ms` of the board's time. */
    readonly hold: (ms: number) => void;
    readonly press: (key: Key) => void;
  };

  /**
   * Plays every trace from 0 ms to `TAIL_MS` after the last, then resolves. The same traces and faults give the same
   * events at every speed. Rejects with what `settled` rejects with, or with `TraceError` `WAV_MISSING` or
   * `WAV_TRUNCATED` if a WAV was taken away meanwhile; the world then stands still. A board plays once.
   */
  play(options: PlayOptions): Promise<void>;
}

/**
 * A board whose lines do what traces say. Nothing moves before `play`. Throws `TraceError` if the traces and faults do
 * not go together, `RangeError` for a speed that is not over 0.
 */
export function openVirtualBoard(options: VirtualBoardOptions): VirtualBoard {
  const { traces, speed, faults = [], realClock, sticks = [], keys = [] } = options;
  const timeline = timelineOf(traces, faults);
  if (speed !== 'max' && !(speed > 0 && speed < Infinity)) throw new RangeError(`a speed of ${speed}`);
  const clock = new SimulatedClock(timeline.wallAtZeroMs);
  const stages = timeline.parts.map((part) => new Stage(part, clock));
  const box = new Box(
    clock,
    stages.map(({ id }) => id),
  );
  const port = new SimulatedStickPort();
  let played = false;
  return {
    id: 'virtual',
    clock,
    lamp: box.lamp,
    lampShown$: box.lamp.shown$,
    buzzed$: box.buzzer.sounded$,
    hands: { hold: (ms) => box.button.hold(ms), press: (key) => box.keypad.press(key, clock.now()) },
    lines: stages,
    button: box.button,
    buzzer: box.buzzer,
    keypads: [box.keypad],
    sticks: port,
    health: [box.health],
    async play(options) {
      if (played) throw new Error('a virtual board plays once');
      played = true;
      handle(clock, port, sticks, box, keys);
      await playAll({ timeline, faults, clock, stages, box, pacer: new Pacer(realClock, speed) }, options);
    },
  };
}

/** Somebody who stands at the box. */
function handle(
  clock: SimulatedClock,
  port: SimulatedStickPort,
  sticks: readonly PluggedStick[],
  { keypad }: Box,
  keys: readonly TypedKey[],
): void {
  for (const plugged of sticks) {
    const stick = new SimulatedStick(plugged);
    clock.after$(plugged.atMs).subscribe(() => port.plug(stick));
    if (plugged.outMs !== null) clock.after$(plugged.outMs).subscribe(() => stick.pull());
  }
  for (const { key, atMs } of keys) clock.after$(atMs).subscribe(() => keypad.press(key, clock.now()));
}
