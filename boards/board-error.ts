export type BoardErrorCode =
  | 'BOARD_UNKNOWN'
  | 'BOARD_NOT_DETECTED'
  | 'BOARD_NEEDS_PI'
  | 'BOARD_FILE_MISSING'
  | 'BOARD_FILE_NOT_JSON'
  | 'BOARD_FILE_FIELDS'
  | 'BOARD_PINS';

/** A box that this program cannot make out. The message is one line. */
export class BoardError extends Error {
  override readonly name = 'BoardError';
  readonly code: BoardErrorCode;

  constructor(code: BoardErrorCode, message: string, options?: ErrorOptions) {
    super(message.replace(/\s+/gu, ' '), options);
    this.code = code;
  }
}
