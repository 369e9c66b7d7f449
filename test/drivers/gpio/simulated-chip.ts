import { Errno } from '../../../drivers/kernel/errno.js';
import type { Clock } from '../../../hal/clock.js';
import type { SimulatedFile, SimulatedKernel } from '../kernel/simulated-kernel.js';

/** Pins with levels, and handles on them as the character device makes them. Faults are named properties. */
export class SimulatedChip {
  readonly label: string;
  readonly #kernel: SimulatedKernel;
  readonly #clock: Clock;
  readonly #high = new Set<number>();
  readonly #taken = new Map<number, LineHandle>();
  /** Lines that some other driver has. */
  readonly busy = new Set<number>();
  /** Unbound: every handle says so. */
  gone = false;
  /** A kernel before 5.10 has the first ABI alone. */
  old = false;
  /** Most events kept for a reader, whatever it asks for. */
  keeps = 1024;

  constructor(kernel: SimulatedKernel, path: string, label: string, clock: Clock) {
    this.label = label;
    this.#kernel = kernel;
    this.#clock = clock;
    kernel.devices.set(path, () => (this.gone ? Errno.NODEV : this.#file()));
  }

  /** Lines taken now. */
  get taken(): number[] {
    return [...this.#taken.keys()].sort((a, b) => a - b);
  }

  /** Somebody outside drives a pin. */
  drive(offset: number, high: boolean): void {
    if (this.#high.has(offset) === high) return;
    if (high) this.#high.add(offset);
    else this.#high.delete(offset);
    this.#taken.get(offset)?.changed(offset, high, BigInt(Math.round(this.#clock.now() * 1e6)));
  }

  high(offset: number): boolean {
    return this.#high.has(offset);
  }

  #file(): SimulatedFile {
    return {
      readable: false,
      read: () => Errno.INVAL,
      close: () => undefined,
      ioctl: (request, argument) => {
        if (request === 0x8044b401) {
          argument.set(Buffer.from(this.label.padEnd(32, '\0')), 32);
          return 0;
        }
        // The kernel's own word for a request that it does not know.
        if (this.old) return Errno.INVAL;
        if (request === 0xc100b405) return 0;
        if (request !== 0xc250b407) return Errno.INVAL;
        const taken = new LineHandle(this, argument);
        if (taken.offsets.some((offset) => this.busy.has(offset) || this.#taken.has(offset))) return Errno.BUSY;
        for (const offset of taken.offsets) this.#taken.set(offset, taken);
        taken.begin();
        new DataView(argument.buffer).setInt32(588, this.#kernel.add(taken), true);
        return 0;
      },
    };
  }

  release(offsets: readonly number[]): void {
    for (const offset of offsets) this.#taken.delete(offset);
  }
}

/** One line request, read as `linux/gpio.h` describes it. */
class LineHandle implements SimulatedFile {
  readonly offsets: number[] = [];
  readonly #chip: SimulatedChip;
  readonly #flags: bigint[] = [];
  readonly #events: Uint8Array[] = [];
  #initial = 0n;
  #sequence = 0;

  constructor(chip: SimulatedChip, request: Uint8Array) {
    this.#chip = chip;
    const fields = new DataView(request.buffer);
    const lines = fields.getUint32(560, true);
    for (let i = 0; i < lines; i += 1) this.offsets.push(fields.getUint32(i * 4, true));
    this.#flags = this.offsets.map(() => fields.getBigUint64(288, true));
    for (let i = 0; i < fields.getUint32(296, true); i += 1) {
      const at = 320 + i * 24;
      const id = fields.getUint32(at, true);
      const value = fields.getBigUint64(at + 8, true);
      const mask = fields.getBigUint64(at + 16, true);
      if (id === 1) for (let l = 0; l < lines; l += 1) if ((mask >> BigInt(l)) & 1n) this.#flags[l] = value;
      if (id === 2) this.#initial = value;
    }
  }

  begin(): void {
    if (this.#isOutput) this.#set(this.#initial, (1n << BigInt(this.offsets.length)) - 1n);
  }

  get #isOutput(): boolean {
    return ((this.#flags[0] ?? 0n) & 8n) !== 0n;
  }

  #activeLow(index: number): boolean {
    return ((this.#flags[index] ?? 0n) & 2n) !== 0n;
  }

  changed(offset: number, high: boolean, atNs: bigint): void {
    if (this.#isOutput) return;
    const active = high !== this.#activeLow(this.offsets.indexOf(offset));
    this.#sequence += 1;
    const event = new Uint8Array(48);
    const fields = new DataView(event.buffer);
    fields.setBigUint64(0, atNs, true);
    fields.setUint32(8, active ? 1 : 2, true);
    fields.setUint32(12, offset, true);
    fields.setUint32(16, this.#sequence, true);
    // As the kernel does it: the oldest goes.
    if (this.#events.length >= this.#chip.keeps) this.#events.shift();
    this.#events.push(event);
  }

  get readable(): boolean {
    return this.#events.length > 0 || this.#chip.gone;
  }

  read(into: Uint8Array): number {
    if (this.#chip.gone) return Errno.NODEV;
    let length = 0;
    while (this.#events.length > 0 && length + 48 <= into.length) {
      into.set(this.#events.shift() as Uint8Array, length);
      length += 48;
    }
    return length === 0 ? Errno.AGAIN : length;
  }

  ioctl(request: number, argument: Uint8Array): number {
    if (this.#chip.gone) return Errno.NODEV;
    const fields = new DataView(argument.buffer, argument.byteOffset);
    if (request === 0xc010b40f) {
      this.#set(fields.getBigUint64(0, true), fields.getBigUint64(8, true));
      return 0;
    }
    if (request !== 0xc010b40e) return Errno.NOTTY;
    let bits = 0n;
    for (const [index, offset] of this.offsets.entries()) {
      if (this.#chip.high(offset) !== this.#activeLow(index)) bits |= 1n << BigInt(index);
    }
    fields.setBigUint64(0, bits & fields.getBigUint64(8, true), true);
    return 0;
  }

  #set(bits: bigint, mask: bigint): void {
    for (const [index, offset] of this.offsets.entries()) {
      const bit = 1n << BigInt(index);
      if (mask & bit) this.#chip.drive(offset, ((bits & bit) !== 0n) !== this.#activeLow(index));
    }
  }

  close(): void {
    this.#chip.release(this.offsets);
  }
}
