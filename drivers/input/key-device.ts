import type { KeyPress } from '../../hal/panel.js';
import { Errno } from '../kernel/errno.js';
import type { Kernel } from '../kernel/kernel.js';
import { EventType, eventBytes, inputEvent, Sync } from './event.js';
import { isLetter, isTenKey, keyOf } from './keys.js';

const KEY_BYTES = 96;

/** ioctls of `linux/input.h`. */
const Request = {
  /** Which key codes it has, in `KEY_BYTES` bytes. */
  KEY_BITS: (2 << 30) | (KEY_BYTES << 16) | (0x45 << 8) | 0x21,
  /** Stamps by CLOCK_MONOTONIC. */
  CLOCK: (1 << 30) | (4 << 16) | (0x45 << 8) | 0xa0,
  /** Any pointer: nobody else, no console either, gets this device's keys. */
  GRAB: (1 << 30) | (4 << 16) | (0x45 << 8) | 0x90,
} as const;

const CLOCK_MONOTONIC = 1;

export interface KeyDeviceEvents {
  press(press: KeyPress): void;
  /** Pulled out; told at most once, the handle closed. */
  gone(): void;
}

/**
 * One ten-key pad that is plugged in, and ours alone. A full keyboard passes for one, and a pad may say that it has letters: it is given
 * back to the console, until it is pulled, as soon as a letter is pressed on it. So a box without a network can be repaired.
 */
export class KeyDevice {
  readonly #kernel: Kernel;
  readonly #path: string;
  #handle: number;
  readonly #events: KeyDeviceEvents;
  readonly #buffer = new Uint8Array(eventBytes() * 64);
  #open = true;
  #ours = true;
  /** Events were lost: what follows, up to the next report, is half of something. */
  #dropping = false;

  /** Null where `path` is no ten-key pad, cannot be opened (yet), or is somebody else's. Calls nobody back before it returns. */
  static open(kernel: Kernel, path: string, events: KeyDeviceEvents): KeyDevice | null {
    const handle = kernel.open(path);
    if (handle < 0) return null;
    const bits = new Uint8Array(KEY_BYTES);
    const clock = new Uint8Array(Int32Array.of(CLOCK_MONOTONIC).buffer);
    const ours =
      kernel.ioctl(handle, Request.KEY_BITS >>> 0, bits) >= 0 &&
      isTenKey(bits) &&
      kernel.ioctl(handle, Request.CLOCK, clock) >= 0 &&
      kernel.ioctl(handle, Request.GRAB, Uint8Array.of(1, 0, 0, 0)) >= 0;
    if (ours) return new KeyDevice(kernel, path, handle, events);
    kernel.close(handle);
    return null;
  }

  private constructor(kernel: Kernel, path: string, handle: number, events: KeyDeviceEvents) {
    this.#kernel = kernel;
    this.#path = path;
    this.#handle = handle;
    this.#events = events;
    kernel.whenReadable(handle, () => this.#heard());
  }

  /** Any number of times. */
  close(): void {
    if (this.#open) this.#kernel.close(this.#handle);
    this.#open = false;
  }

  #heard(): void {
    for (;;) {
      const length = this.#kernel.read(this.#handle, this.#buffer);
      if (length === Errno.AGAIN || length === Errno.INTR) {
        this.#kernel.whenReadable(this.#handle, () => this.#heard());
        return;
      }
      if (length <= 0) {
        this.#gone();
        return;
      }
      if (!this.#ours) continue;
      for (let at = 0; at + eventBytes() <= length; at += eventBytes()) {
        this.#event(this.#buffer.subarray(at, at + eventBytes()));
        if (!this.#open) return;
        if (!this.#ours) break;
      }
    }
  }

  #gone(): void {
    this.close();
    this.#events.gone();
  }

  /** Closing takes it from us; it is open again to notice that it is pulled. */
  #giveBack(): void {
    this.#ours = false;
    this.#kernel.close(this.#handle);
    this.#handle = this.#kernel.open(this.#path);
    if (this.#handle >= 0) return;
    this.#open = false;
    this.#events.gone();
  }

  #event(bytes: Uint8Array): void {
    const { type, code, value, atMs } = inputEvent(bytes);
    if (type === EventType.SYNC) this.#dropping = code === Sync.DROPPED || (this.#dropping && code !== Sync.REPORT);
    if (type !== EventType.KEY || value !== 1 || this.#dropping) return;
    if (isLetter(code)) {
      this.#giveBack();
      return;
    }
    const key = keyOf(code);
    if (key !== undefined) this.#events.press({ key, atMs });
  }
}
