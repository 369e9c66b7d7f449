export type IndexOperation =
  | { readonly type: 'put'; readonly key: string; readonly value: string }
  | { readonly type: 'del'; readonly key: string };

export interface IndexRange {
  readonly gte: string;
  readonly lt: string;
  /** Newest first where keys are numbers. */
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** An ordered map. Nothing in it is the only copy of anything. `level` is one implementation, a sorted array the other. */
export interface OrderedMap {
  get(key: string): Promise<string | undefined>;
  /** One answer for each key, in their order. */
  getMany(keys: readonly string[]): Promise<(string | undefined)[]>;
  /** All or nothing, also across a power cut; a cut may lose the latest batches, oldest kept first. */
  batch(operations: readonly IndexOperation[]): Promise<void>;
  /** At most `most` entries, read in one go. */
  page(range: IndexRange, most: number): Promise<readonly (readonly [key: string, value: string])[]>;
  entries(range: IndexRange): AsyncIterable<readonly [key: string, value: string]>;
  clear(): Promise<void>;
  close(): Promise<void>;
}
