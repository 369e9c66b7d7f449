import { Observable, type Subscriber, share } from 'rxjs';
import type { MonotonicMs } from '../../hal/clock.js';
import { Errno } from '../kernel/errno.js';
import { type Kernel, openKernel } from '../kernel/kernel.js';
import {
  allOf,
  EVENT_BYTES,
  lineEvent,
  lineValues,
  Request,
  takeInputs,
  takenHandle,
  takeOutputs,
  valueBits,
} from './abi.js';
import { openChip } from './chip.js';
import type { EdgeReport, EdgeSource, InputLine } from './edge-source.js';
import { lostFault, takeFault } from './faults.js';
import type { OutputLine, OutputLines } from './output-lines.js';

export interface LinesOptions<Line> {
  /** What the lines are to the board, `line-1`. */
  readonly role: string;
  /** The chip's label, as `gpiodetect` shows it. */
  readonly chip: string;
  readonly lines: readonly Line[];
}

/** How many edges the kernel keeps while this process is busy: its own limit, 48 KB, over 6 s of dialling with bounce. */
const BUFFERED_EVENTS = 1024;

/** The name `gpioinfo` shows beside a line. */
const consumer = (role: string): string => `kikitome ${role}`;

/**
 * Inputs by the GPIO character device (kernel 5.10 and later). Every edge is stamped and numbered where the interrupt is
 * handled; levels are read by ioctl. No thread, no child process, no polling: the event loop wakes when an edge is there.
 */
export class CharacterDeviceEdges implements EdgeSource {
  readonly reports$: Observable<EdgeReport>;
  readonly #options: LinesOptions<InputLine>;
  readonly #device: string;
  readonly #openKernel: () => Kernel;
  readonly #buffer = new Uint8Array(EVENT_BYTES * 64);
  #kernel: Kernel | undefined;
  #handle: number | undefined;
  #sequence = 0;
  #lastMs = 0 as MonotonicMs;
  /** Edges were lost and the levels not yet asked for. */
  #doubtful = false;
  #watched = false;

  /** Opens nothing yet, not even a library. `open` is the seam for a simulated kernel. */
  constructor(options: LinesOptions<InputLine>, open: () => Kernel = openKernel) {
    this.#options = options;
    this.#device = `${options.role} (${options.chip})`;
    this.#openKernel = open;
    this.reports$ = new Observable<EdgeReport>((subscriber) => this.#run(subscriber)).pipe(share());
  }

  active(offset: number): boolean {
    const index = this.#options.lines.findIndex((line) => line.offset === offset);
    if (index < 0) throw new RangeError(`${this.#device}: no line ${offset} among those taken`);
    const [kernel, handle] = this.#take();
    const mask = 1n << BigInt(index);
    const values = lineValues(0n, mask);
    const error = kernel.ioctl(handle, Request.GET_VALUES, values);
    if (error >= 0) return (valueBits(values) & mask) !== 0n;
    // A reader is told by its own read, and then lets go.
    if (!this.#watched) this.#release();
    throw lostFault(this.#device, error);
  }

  #run(subscriber: Subscriber<EdgeReport>): (() => void) | undefined {
    let taken: [Kernel, number];
    try {
      taken = this.#take();
    } catch (error) {
      subscriber.error(error);
      return undefined;
    }
    const [kernel, handle] = taken;
    this.#watched = true;
    const heard = (): void => {
      let error = this.#drain(kernel, handle, subscriber);
      if (error === Errno.AGAIN) error = this.#settle(kernel, handle, subscriber);
      if (subscriber.closed) return;
      if (error === Errno.AGAIN || error === Errno.INTR) {
        kernel.whenReadable(handle, heard);
        return;
      }
      // Let go before anyone hears of it, so that whoever subscribes again at once finds the lines free.
      this.#release();
      subscriber.error(lostFault(this.#device, error));
    };
    kernel.whenReadable(handle, heard);
    return () => {
      if (this.#handle === handle) this.#release();
    };
  }

  /** Tells what is there. Returns the errno that ended it. */
  #drain(kernel: Kernel, handle: number, subscriber: Subscriber<EdgeReport>): number {
    for (;;) {
      const length = kernel.read(handle, this.#buffer);
      if (length < 0) return length;
      if (length < EVENT_BYTES) return Errno.NODEV;
      for (let at = 0; at + EVENT_BYTES <= length; at += EVENT_BYTES) {
        const event = lineEvent(this.#buffer.subarray(at, at + EVENT_BYTES));
        const edges = (event.sequence - this.#sequence - 1) >>> 0;
        this.#sequence = event.sequence;
        this.#lastMs = event.atMs;
        if (edges > 0) {
          this.#doubtful = true;
          subscriber.next({ kind: 'lost', edges, atMs: event.atMs });
        }
        subscriber.next({ kind: 'edge', ...event });
        if (subscriber.closed) return Errno.AGAIN;
      }
    }
  }

  /** After a loss, tells how each line stands. Returns `EAGAIN`, or the errno with which the lines are gone. */
  #settle(kernel: Kernel, handle: number, subscriber: Subscriber<EdgeReport>): number {
    if (!this.#doubtful) return Errno.AGAIN;
    this.#doubtful = false;
    const { lines } = this.#options;
    const values = lineValues(0n, allOf(lines.length));
    const error = kernel.ioctl(handle, Request.GET_VALUES, values);
    if (error < 0) return error;
    const bits = valueBits(values);
    for (const [index, { offset }] of lines.entries()) {
      const active = ((bits >> BigInt(index)) & 1n) === 1n;
      subscriber.next({ kind: 'level', offset, active, atMs: this.#lastMs });
    }
    return Errno.AGAIN;
  }

  #take(): [Kernel, number] {
    this.#kernel ??= this.#openKernel();
    if (this.#handle === undefined) {
      const { lines, role, chip } = this.#options;
      const request = takeInputs(lines, consumer(role), BUFFERED_EVENTS);
      this.#handle = takeLines(this.#kernel, chip, this.#device, request);
      this.#sequence = 0;
      this.#doubtful = false;
    }
    return [this.#kernel, this.#handle];
  }

  #release(): void {
    if (this.#handle !== undefined) this.#kernel?.close(this.#handle);
    this.#handle = undefined;
    this.#watched = false;
  }
}

/** Outputs by the same device: set together, in one call. The kernel takes them back when this process is gone. */
export class CharacterDeviceOutputs implements OutputLines {
  readonly #options: LinesOptions<OutputLine>;
  readonly #device: string;
  readonly #openKernel: () => Kernel;
  #kernel: Kernel | undefined;
  #handle: number | undefined;

  constructor(options: LinesOptions<OutputLine>, open: () => Kernel = openKernel) {
    this.#options = options;
    this.#device = `${options.role} (${options.chip})`;
    this.#openKernel = open;
  }

  write(active: readonly number[]): void {
    const { lines, role, chip } = this.#options;
    let bits = 0n;
    for (const offset of active) {
      const index = lines.findIndex((line) => line.offset === offset);
      if (index < 0) throw new RangeError(`${this.#device}: no line ${offset} among those taken`);
      bits |= 1n << BigInt(index);
    }
    this.#kernel ??= this.#openKernel();
    if (this.#handle === undefined) {
      this.#handle = takeLines(this.#kernel, chip, this.#device, takeOutputs(lines, consumer(role), bits));
      return;
    }
    const error = this.#kernel.ioctl(this.#handle, Request.SET_VALUES, lineValues(bits, allOf(lines.length)));
    if (error >= 0) return;
    this.close();
    throw lostFault(this.#device, error);
  }

  close(): void {
    if (this.#handle !== undefined) this.#kernel?.close(this.#handle);
    this.#handle = undefined;
  }
}

/** Returns the handle of the lines, non-blocking; the chip's own is closed again. */
function takeLines(kernel: Kernel, chip: string, device: string, request: Uint8Array): number {
  const chipHandle = openChip(kernel, chip, device);
  const error = kernel.ioctl(chipHandle, Request.TAKE_LINES, request);
  kernel.close(chipHandle);
  if (error < 0) throw takeFault(device, error);
  const handle = takenHandle(request);
  const blocks = kernel.unblock(handle);
  if (blocks >= 0) return handle;
  kernel.close(handle);
  throw takeFault(device, blocks);
}
