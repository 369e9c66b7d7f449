import { HOOK_LIMITS, type HookLimits, type HookState, PulseDialDecoder } from './pulse-dial.js';

/** One edge of the hook switch: when, and what it became. */
export type HookEdge = readonly [atMs: number, state: HookState];

/** A hook flash within a call. */
export interface HookFlash {
  readonly atMs: number;
  readonly durationMs: number;
}

/** One call as the hook switch saw it. */
export interface HookCall {
  readonly startMs: number;
  /** The edge that ended it; null while it goes on. */
  readonly endMs: number | null;
  /** Digits dialled by pulses; null when there were none. */
  readonly dialled: string | null;
  /** Speed of the dial in pulses per second (of most digits); null without digits. */
  readonly pulses: 10 | 20 | null;
  readonly flashes: readonly HookFlash[];
}

/** Reads a whole list of edges, oldest first, bounce included. The list is taken to begin on-hook. */
export function readHook(edges: readonly HookEdge[], limits: HookLimits = HOOK_LIMITS): { calls: HookCall[] } {
  const calls: HookCall[] = [];
  let startMs = 0;
  let dialled = '';
  let fast = 0;
  let flashes: HookFlash[] = [];
  let open = false;
  const close = (endMs: number | null): void => {
    const pulses = dialled === '' ? null : fast * 2 > dialled.length ? 20 : 10;
    calls.push({ startMs, endMs, dialled: dialled === '' ? null : dialled, pulses, flashes });
    open = false;
  };
  const decoder = new PulseDialDecoder((event) => {
    switch (event.kind) {
      case 'seized':
        open = true;
        startMs = event.atMs;
        dialled = '';
        fast = 0;
        flashes = [];
        break;
      case 'digit':
        dialled += event.digit;
        fast += event.pulses === 20 ? 1 : 0;
        break;
      case 'flash':
        flashes.push({ atMs: event.atMs, durationMs: event.durationMs });
        break;
      case 'released':
        close(event.atMs);
        break;
    }
  }, limits);
  for (const [atMs, state] of edges) decoder.edge(atMs, state);
  decoder.finish();
  if (open) close(null);
  return { calls };
}
