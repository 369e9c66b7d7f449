import { z } from 'zod';

/** Listed singly, the oldest of a day; the rest is counted. A tally must fit in a page of the journal. */
const LISTED_MAX = 12;
/** Times somebody listened, apart; more are drawn together over the shortest pauses, which are added up. */
const WATCHED_MAX = 12;

const stretch = z.tuple([z.number(), z.number()]);
const count = z.int().nonnegative();

const schema = z.strictObject({
  day: z.string(),
  /** Off-hook intervals that were calls, by the watch; the unexplained ones among them. */
  calls: count,
  /** Records with audio, and missed calls, closed by the recorder. */
  recordings: count,
  missed: count,
  /** Times a telephone lifted by itself to fetch a number. */
  fetched: count,
  unexplained: z.strictObject({
    count,
    /** `o` off-hook, `r` ringing; wall ms. */
    listed: z.array(z.tuple([z.enum(['o', 'r']), z.number(), z.number()])),
  }),
  /** When the line was watched, wall ms, in order. */
  watched: z.array(stretch),
  /** Pauses in watching that are not to be seen in `watched` any more. */
  pauses: z.strictObject({ count, ms: z.number() }),
  /** Highest number of a record that is counted here. */
  lastNumber: count,
});

/** What one line did on one day of the office's calendar. A plain value; nothing personal in it. */
export type DayTally = z.infer<typeof schema>;
export type Unexplained = DayTally['unexplained']['listed'][number];

export const emptyTally = (day: string): DayTally => ({
  day,
  calls: 0,
  recordings: 0,
  missed: 0,
  fetched: 0,
  unexplained: { count: 0, listed: [] },
  watched: [],
  pauses: { count: 0, ms: 0 },
  lastNumber: 0,
});

/** Undefined for what is no tally. */
export const readTally = (value: unknown): DayTally | undefined => schema.safeParse(value).data;

export function withUnexplained(tally: DayTally, found: readonly Unexplained[]): DayTally {
  const { count: before, listed } = tally.unexplained;
  const room = Math.max(0, LISTED_MAX - listed.length);
  return { ...tally, unexplained: { count: before + found.length, listed: [...listed, ...found.slice(0, room)] } };
}

export const withRecord = (tally: DayTally, number: number, missed: boolean): DayTally => ({
  ...tally,
  recordings: tally.recordings + (missed ? 0 : 1),
  missed: tally.missed + (missed ? 1 : 0),
  lastNumber: Math.max(tally.lastNumber, number),
});

/** Watched from `fromMs` to `toMs` (wall). What abuts on the last stretch prolongs it. */
export function withWatched(tally: DayTally, fromMs: number, toMs: number): DayTally {
  const last = tally.watched.at(-1);
  if (last && fromMs >= last[0] && fromMs <= last[1]) {
    return { ...tally, watched: [...tally.watched.slice(0, -1), [last[0], Math.max(last[1], toMs)]] };
  }
  return drawnTogether({ ...tally, watched: [...tally.watched, [fromMs, Math.max(fromMs, toMs)]] });
}

function drawnTogether(tally: DayTally): DayTally {
  const { watched, pauses } = tally;
  if (watched.length <= WATCHED_MAX) return tally;
  const pauseBefore = (i: number): number => Math.max(0, (watched[i]?.[0] ?? 0) - (watched[i - 1]?.[1] ?? 0));
  let shortest = 1;
  for (let i = 2; i < watched.length; i += 1) if (pauseBefore(i) < pauseBefore(shortest)) shortest = i;
  const [a, b] = [watched[shortest - 1], watched[shortest]];
  if (!a || !b) return tally;
  const both: [number, number] = [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
  return {
    ...tally,
    watched: [...watched.slice(0, shortest - 1), both, ...watched.slice(shortest + 1)],
    pauses: { count: pauses.count + 1, ms: pauses.ms + pauseBefore(shortest) },
  };
}

/** The parts of [from, to) in which nobody watched, those under a second left out. */
export function notWatched(tally: DayTally | undefined, fromMs: number, toMs: number): [number, number][] {
  const gaps: [number, number][] = [];
  let atMs = fromMs;
  for (const [from, to] of [...(tally?.watched ?? [])].sort((a, b) => a[0] - b[0])) {
    if (from - atMs >= 1000) gaps.push([atMs, Math.min(from, toMs)]);
    atMs = Math.max(atMs, to);
  }
  if (toMs - atMs >= 1000) gaps.push([atMs, toMs]);
  return gaps.filter(([from, to]) => from < to);
}
