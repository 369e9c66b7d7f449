/** An output as the board wires it. */
export interface OutputLine {
  readonly offset: number;
  readonly activeLow?: boolean;
  /** Default: push-pull. */
  readonly drive?: 'push-pull' | 'open-drain' | 'open-source';
}

/** Some outputs of one chip, driven together. */
export interface OutputLines {
  /**
   * These lines become active, all others of the set inactive, at once where the chip can. Takes the lines if they are not
   * taken. Throws `HalError` as `EdgeSource.active`, the lines let go: the next call takes them again. `RangeError` for a
   * line that is not of the set.
   */
  write(active: readonly number[]): void;

  /** Lets the lines go. Safe at any time, any number of times. */
  close(): void;
}
