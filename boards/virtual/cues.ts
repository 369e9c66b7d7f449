import type { SimulatedFault } from '../../drivers/simulated/fault.js';
import type { MonotonicMs } from '../../hal/clock.js';
import type { LineEdge } from '../../hal/line.js';
import type { ModemCaller } from '../../hal/modem.js';
import type { LinePart } from './timeline.js';

/** Something that happens at an instant, whoever listens. */
export type Cue =
  | { readonly kind: 'edge'; readonly atMs: number; readonly line: string; readonly edge: LineEdge }
  | { readonly kind: 'modem'; readonly atMs: number; readonly line: string; readonly caller: ModemCaller }
  | { readonly kind: 'fault'; readonly atMs: number; readonly fault: SimulatedFault; readonly begins: boolean };

/**
 * All edges and faults in the order they happen. Of several at one instant: faults before edges, faults as given (an
 * end before a beginning), edges by line, then as in the trace.
 */
export function cuesOf(parts: readonly LinePart[], faults: readonly SimulatedFault[]): Cue[] {
  const begins = faults.map((fault): Cue => ({ kind: 'fault', atMs: fault.atMs, fault, begins: true }));
  const ends = faults.flatMap((fault): Cue[] =>
    fault.kind === 'clock-step' || fault.kind === 'process-stall'
      ? []
      : [{ kind: 'fault', atMs: fault.atMs + fault.lengthMs, fault, begins: false }],
  );
  return [...ends, ...begins, ...parts.flatMap(edgesOf), ...parts.flatMap(modemOf)].sort((a, b) => a.atMs - b.atMs);
}

/**
 * Between scenes the line keeps the levels it was left with. A scene that begins with others brings them about at its
 * start, by edges of its own: a trace tells the whole state of its line.
 */
function edgesOf({ line, scenes, initialHook }: LinePart): Cue[] {
  const cues: Cue[] = [];
  const push = (edge: LineEdge) => cues.push({ kind: 'edge', atMs: edge.atMs, line, edge });
  let hook = initialHook;
  let ringing = false;
  for (const { trace, startMs } of scenes) {
    const atMs = startMs as MonotonicMs;
    if (ringing) push({ kind: 'ring', ringing: false, atMs });
    if (hook !== trace.initialHook) push({ kind: 'hook', hook: trace.initialHook, atMs });
    ringing = false;
    hook = trace.initialHook;
    for (const edge of trace.edges) {
      push({ ...edge, atMs: (startMs + edge.atMs) as MonotonicMs });
      if (edge.kind === 'hook') hook = edge.hook;
      if (edge.kind === 'ring') ringing = edge.ringing;
    }
  }
  return cues;
}

function modemOf({ line, scenes }: LinePart): Cue[] {
  return scenes.flatMap(({ trace, startMs }) =>
    (trace.modem ?? []).map(({ atMs, caller }): Cue => ({ kind: 'modem', atMs: startMs + atMs, line, caller })),
  );
}
