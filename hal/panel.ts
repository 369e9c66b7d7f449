/** A lamp is told apart by rhythm and count, never by colour alone. */
export interface LampPattern {
  readonly colour: 'green' | 'red' | 'amber';
  /** On/off run lengths in ms, beginning with on, repeated for ever. One entry = lit steadily; none = dark. */
  readonly rhythmMs: readonly number[];
}

/** The lamp a passer-by sees. */
export interface Lamp {
  /** Replaces what was shown. Never throws: a dead lamp must not stop a recorder. */
  show(pattern: LampPattern): void;
}
