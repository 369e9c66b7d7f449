/** Stable across releases; catalogued with remedies in `firmware/cli/error-catalogue.ts`. */
export type StoreErrorCode =
  | 'STORE_MISSING'
  | 'STORE_EXISTS'
  | 'STORE_VERSION'
  | 'STORE_DAMAGED'
  | 'STORE_IN_USE'
  | 'STORE_READ_ONLY'
  | 'STORE_CLOSED'
  | 'STORE_WRITE_FAILED'
  | 'ROOT_CHIP_MISSING'
  | 'ROOT_CHIP_TAKEN'
  | 'ROOT_CHIP_FAILED'
  | 'CAPACITY_TOO_SMALL'
  | 'CAPACITY_TOO_LARGE'
  | 'PARTICULARS_REFUSED'
  | 'RECORDING_UNKNOWN'
  | 'RECORDING_ERASED'
  | 'RECORDING_DAMAGED'
  | 'RECORDING_TOO_LONG'
  | 'RECORDING_OPEN'
  | 'HOLD_BUDGET'
  | 'HOLDS_REMAIN';

/** Whether the medium has refused something: what else is thrown is the store's own word, or a fault of the program. */
export function isRefusal(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  if (error instanceof StoreError || !(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' && !code.startsWith('ERR_'); // so Node says that it was called wrongly
}

/** What a system call's failure means here; anything else is a fault of the program. */
export function storeErrorOf(error: unknown, code: StoreErrorCode, what: string): unknown {
  if (!isRefusal(error)) return error;
  const readOnly = error.code === 'EROFS' || error.code === 'EACCES' || error.code === 'EPERM';
  return new StoreError(readOnly ? 'STORE_READ_ONLY' : code, `${what}: ${error.message}`, { cause: error });
}

/** What the store says when it cannot do as asked. The store is as sound after it as before. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
