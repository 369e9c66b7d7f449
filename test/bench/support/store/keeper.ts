/** What the bench knows of a call: the same for every store that is measured. */
export interface BenchCall {
  readonly startedWallMs: number;
  readonly durationMs: number;
  readonly line: string;
  readonly direction: 'inbound' | 'outbound';
  readonly caller: string;
}

/** A call in the making. */
export interface BenchWriter {
  /** One MP3 frame. */
  append(frame: Uint8Array): void;
  /** The call is over: kept once the next `commit` resolves. */
  close(): void;
}

export type NumberMatch = 'whole' | 'begins' | 'ends';

/**
 * A store of calls as the bench uses it. A question that a store cannot answer yet is null, never a stand-in: the result
 * then says "not available".
 */
export interface Keeper {
  readonly name: string;
  begin(call: BenchCall): BenchWriter;
  /** Everything appended and closed so far is on the medium when it resolves. */
  commit(): Promise<void>;
  /** Each resolves to how many calls it found, every one of them read with its particulars. */
  readonly newest: ((count: number) => Promise<number>) | null;
  /** `match`: the whole number, or how it begins or ends. */
  readonly ofNumber: ((digits: string, match: NumberMatch, count: number) => Promise<number>) | null;
  /** A page of what began in [from, to), the latest first. */
  readonly ofRange: ((fromWallMs: number, toWallMs: number, count: number) => Promise<number>) | null;
  /** The page behind the one that the newest `count` fill. */
  readonly second: ((count: number) => Promise<number>) | null;
  /** Removes calls for ever, as far as the store can. Numbers count from 1 in the order of `begin`. */
  erase(numbers: readonly number[]): Promise<void>;
  close(): Promise<void>;
}
