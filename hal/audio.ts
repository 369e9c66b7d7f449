import type { Observable } from 'rxjs';
import type { MonotonicMs } from './clock.js';

/** A run of mono samples. Consecutive blocks abut unless samples were lost. */
export interface PcmBlock {
  /** Index of `samples[0]` since this subscription opened the device. A jump is a gap; its size is the loss. */
  readonly firstSample: number;
  /** When `samples[0]` was at the line. */
  readonly atMs: MonotonicMs;
  /**
   * Signed 16-bit, full scale = +/-32768 (= +3.14 dBm0). At most 4096 samples.
   * Borrowed: valid during `next()`; the driver may fill the same array again afterwards.
   */
  readonly samples: Int16Array;
}

/** The ear on one line. */
export interface AudioInput {
  readonly sampleRateHz: number;

  /**
   * Cold: the device opens on subscribe and is released on unsubscribe.
   * Errors with `HalError`: `DEVICE_MISSING`, `DEVICE_BUSY`, `FORMAT_REFUSED`, `LIBRARY_MISSING` when it cannot be
   * opened, `DEVICE_GONE` when it is lost while open. Subscribing again tries again.
   */
  readonly blocks$: Observable<PcmBlock>;
}
