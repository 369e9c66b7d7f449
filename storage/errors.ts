/** Stable across releases; catalogued with remedies in `firmware/cli/errors.ts`. */
export type StoreErrorCode =
  | 'STORE_MISSING'
  | 'STORE_EXISTS'
  | 'STORE_VERSION'
  | 'STORE_DAMAGED'
  | 'STORE_IN_USE'
  | 'STORE_READ_ONLY'
  | 'STORE_CLOSED'
  | 'STORE_WRITE_FAILED'
  | 'CAPACITY_TOO_SMALL'
  | 'CAPACITY_TOO_LARGE'
  | 'RECORDING_UNKNOWN'
  | 'RECORDING_ERASED'
  | 'RECORDING_DAMAGED'
  | 'RECORDING_TOO_LONG'
  | 'RECORDING_OPEN'
  | 'HOLD_BUDGET'
  | 'HOLDS_REMAIN';

/** What the store says when it cannot do as asked. The store is as sound after it as before. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
