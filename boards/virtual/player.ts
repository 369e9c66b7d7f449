import type { SimulatedClock } from '../../drivers/simulated/clock.js';
import type { SimulatedFault } from '../../drivers/simulated/fault.js';
import type { Pacer } from '../../drivers/simulated/pacer.js';
import type { Box } from './box.js';
import { type Cue, cuesOf } from './cues.js';
import type { Stage } from './stage.js';
import type { Timeline } from './timeline.js';

/** Quiet played after the last trace, so that hang-ups and missed calls are decided. */
export const TAIL_MS = 5000;

/** Time is passed over only where all lines are idle for longer than this. */
const SKIP_IDLE_OVER_MS = 60_000;

/** Idle time played before what ends a time passed over. `TAIL_MS` is played after what began it. */
const LEAD_MS = 5000;

const SETTLE_EVERY_MS = 1000;

/** How often the ears are looked at where real time is kept, as a sound card would be: a wake-up for each block costs more than the block. */
export const LOOK_MS = 100;

export interface PlayOptions {
  /** Resolves when whoever listens has caught up. Asked once for each simulated second, and at the end. */
  readonly settled: () => Promise<void>;
  /** Aborting ends the play early, as if it were over, without a tail. */
  readonly signal?: AbortSignal;
}

/** What a play works with. */
export interface Cast {
  readonly timeline: Timeline;
  readonly faults: readonly SimulatedFault[];
  readonly clock: SimulatedClock;
  readonly stages: readonly Stage[];
  readonly pacer: Pacer;
  readonly box: Box;
}

/**
 * Moves the world from 0 ms to its end. Order at one instant: alarms, faults, edges, then blocks; a block comes at the
 * end of its last sample, so an edge always comes before the block that holds its time. All of it runs in one turn of
 * the event loop for each simulated second (or look at the ears, where real time is kept).
 */
export async function playAll(cast: Cast, { settled, signal }: PlayOptions): Promise<void> {
  const { timeline, clock, stages, pacer } = cast;
  const cues = cuesOf(timeline.parts, cast.faults);
  const skips = skipsOf(timeline, cues);
  const endMs = timeline.endMs + TAIL_MS;
  let nextCue = 0;
  let settleAtMs = SETTLE_EVERY_MS;
  try {
    for (;;) {
      if (signal?.aborted) return;
      const skip = skips[0];
      const cue = cues[nextCue];
      const stage = firstToEnd(stages);
      let atMs = Math.min(stage.blockEndMs, cue?.atMs ?? Infinity, endMs);
      const skipping = skip !== undefined && skip.fromMs < atMs;
      if (skipping) atMs = skip.fromMs;

      if (pacer.aheadMs(atMs) > 0) {
        const lookMs = Math.ceil(atMs / LOOK_MS) * LOOK_MS;
        const wakeMs = Math.min(lookMs, cue?.atMs ?? Infinity, skip?.fromMs ?? Infinity, endMs);
        await pacer.wait(pacer.aheadMs(wakeMs), signal);
        if (signal?.aborted) return;
      }
      if (atMs >= settleAtMs) {
        await settled();
        await pacer.breathe();
        settleAtMs = (Math.floor(atMs / SETTLE_EVERY_MS) + 1) * SETTLE_EVERY_MS;
        if (signal?.aborted) return;
      }

      // After a stall the world is ahead of what has been told of it.
      clock.advanceTo(Math.max(atMs, clock.now()));
      if (skipping) {
        skips.shift();
        for (const one of stages) one.deliver(skip.fromMs);
        clock.advanceTo(Math.max(skip.toMs, clock.now()));
        for (const one of stages) one.skip(skip.toMs);
        pacer.skip(skip.toMs - skip.fromMs);
      } else if (cue !== undefined && cue.atMs <= atMs) {
        nextCue += 1;
        perform(cue, cast);
      } else if (stage.blockEndMs <= atMs) {
        stage.deliver(atMs);
      } else {
        for (const one of stages) one.deliver(endMs);
        await settled();
        return;
      }
    }
  } finally {
    for (const stage of stages) stage.close();
  }
}

function perform(cue: Cue, { clock, stages, box }: Cast): void {
  if (cue.kind === 'edge') {
    stages.find(({ id }) => id === cue.line)?.sense.change(cue.edge);
    return;
  }
  if (cue.kind === 'modem') {
    stages.find(({ id }) => id === cue.line)?.modem?.tell(cue.caller);
    return;
  }
  const { fault } = cue;
  if (fault.kind === 'clock-step') {
    clock.stepWall(fault.lengthMs);
    return;
  }
  if (fault.kind === 'process-stall') {
    clock.stallTo(Math.max(clock.now(), cue.atMs + fault.lengthMs));
    return;
  }
  if (!('line' in fault)) {
    box.suffer(fault.kind, cue.begins);
    return;
  }
  for (const stage of stages) {
    if (fault.line !== null && fault.line !== stage.id) continue;
    if (fault.kind === 'line-dead') {
      box.feed(stage.id, !cue.begins);
      continue;
    }
    if (fault.kind === 'modem-gone') {
      if (cue.begins) stage.modem?.lose();
      else stage.modem?.restore();
      continue;
    }
    if (fault.kind === 'edges-lost') {
      if (cue.begins) stage.sense.miss();
      else stage.sense.see(clock.now());
      continue;
    }
    if (fault.kind === 'sense-gone') {
      if (cue.begins) stage.sense.lose();
      else stage.sense.restore();
      continue;
    }
    // What was heard until this instant belongs to the state before it.
    stage.deliver(cue.atMs);
    if (cue.begins) stage.audio.begin(fault.kind);
    else stage.audio.end(fault.kind);
  }
}

function firstToEnd(stages: readonly Stage[]): Stage {
  return stages.reduce((first, stage) => (stage.blockEndMs < first.blockEndMs ? stage : first));
}

/** The idle times to pass over, in order: from `TAIL_MS` after a scene or fault to `LEAD_MS` before the next. */
function skipsOf({ parts }: Timeline, cues: readonly Cue[]): { readonly fromMs: number; readonly toMs: number }[] {
  const scenes = parts.flatMap((part) => part.scenes);
  const faults = cues.filter((cue) => cue.kind === 'fault').map(({ atMs }) => ({ startMs: atMs, endMs: atMs }));
  const busy = [...scenes, ...faults].sort((a, b) => a.startMs - b.startMs);
  const skips = [];
  let busyUntilMs = 0;
  for (const { startMs, endMs } of busy) {
    if (startMs - busyUntilMs > SKIP_IDLE_OVER_MS) {
      skips.push({ fromMs: busyUntilMs + TAIL_MS, toMs: startMs - LEAD_MS });
    }
    busyUntilMs = Math.max(busyUntilMs, endMs);
  }
  return skips;
}
