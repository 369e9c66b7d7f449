/** Every code a trace, its WAV or a named fault can be refused with. Stable across releases. */
const TRACE_ERROR_CODES = [
  'TRACE_MISSING',
  'TRACE_NOT_JSON',
  'TRACE_FIELDS',
  'TRACE_EDGES_UNSORTED',
  'TRACE_EDGE_AFTER_AUDIO',
  'TRACE_AUDIO_NAME',
  'TRACE_RATE_DIFFERS',
  'WAV_MISSING',
  'WAV_NOT_WAV',
  'WAV_RATE',
  'WAV_DEPTH',
  'WAV_CHANNELS',
  'WAV_CODEC',
  'WAV_TRUNCATED',
  'WAV_EMPTY',
  'FAULT_FIELDS',
] as const;

export type TraceErrorCode = (typeof TRACE_ERROR_CODES)[number];

/** What is asked of the virtual board cannot be played. The message is one line: what is wrong where, and what to do. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly code: TraceErrorCode;
  /** The file or argument to blame, as it was given. */
  readonly subject: string;

  constructor(code: TraceErrorCode, subject: string, message: string, options?: ErrorOptions) {
    super(`${subject}: ${message}`.replace(/\s+/gu, ' '), options);
    this.code = code;
    this.subject = subject;
  }
}
