/** Stable across releases. Messages are for people and are not. */
export type HalErrorCode =
  | 'DEVICE_GONE'
  | 'DEVICE_BUSY'
  | 'DEVICE_MISSING'
  | 'DEVICE_FAILED'
  | 'DEVICE_FULL'
  /** It is there and works, and this program may not use it, or not as it is: rights, a file system that the kernel will not take. */
  | 'DEVICE_REFUSED'
  | 'FORMAT_REFUSED'
  | 'LIBRARY_MISSING'
  | 'PROTOCOL';

const RETRY_HELPS = {
  DEVICE_GONE: true,
  DEVICE_BUSY: true,
  DEVICE_MISSING: true,
  DEVICE_FAILED: true,
  DEVICE_FULL: false,
  DEVICE_REFUSED: false,
  FORMAT_REFUSED: false,
  LIBRARY_MISSING: false,
  PROTOCOL: false,
} as const satisfies Record<HalErrorCode, boolean>;

/** What a driver says when the world fails it. Native errors are translated into this once, at the driver. */
export class HalError extends Error {
  override readonly name = 'HalError';
  readonly code: HalErrorCode;
  /** Board role of the device (`line-1`, `lame`) with the name it was asked for by, never a file descriptor. */
  readonly device: string;

  constructor(code: HalErrorCode, device: string, message: string, options?: ErrorOptions) {
    super(`${device}: ${message}`, options);
    this.code = code;
    this.device = device;
  }

  /** True where the same call may succeed later without anybody changing the configuration. */
  get retryHelps(): boolean {
    return RETRY_HELPS[this.code];
  }
}
