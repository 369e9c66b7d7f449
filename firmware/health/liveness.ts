/** What can be seen of one line. */
export interface LineSigns {
  readonly id: string;
  /** Samples that have come in since the start. */
  readonly samples: number;
  /** Its capture is lost, known and told: a fault with a lamp, tried again every second. */
  readonly captureLost: boolean;
}

/** What can be seen of a recorder that works. */
export interface LifeSigns {
  readonly lines: readonly LineSigns[];
  /** Commits that have come to an end since the start, well or badly. */
  readonly commits: number;
  /** Pieces of work done since the start in opening a medium anew, while no commit can end. */
  readonly pieces: number;
}

/** What stands still although nothing says why; nothing: alive. */
export type Standstill = 'commit' | `capture of ${string}`;

/**
 * Compares two looks at a recorder, a watchdog's interval apart. A line whose samples do not advance is a hang unless its
 * loss is known: a sound device that was unplugged is told by the lamp, and a restart would not plug it in again. A commit
 * that fails is told likewise; one that never ends is a hang, unless a medium is being read through and that advances.
 */
export function standstill(before: LifeSigns, now: LifeSigns): Standstill | null {
  if (now.commits <= before.commits && now.pieces <= before.pieces) return 'commit';
  for (const { id, samples, captureLost } of now.lines) {
    const earlier = before.lines.find((line) => line.id === id);
    const known = captureLost || earlier?.captureLost === true;
    if (!known && samples <= (earlier?.samples ?? -1)) return `capture of ${id}`;
  }
  return null;
}
