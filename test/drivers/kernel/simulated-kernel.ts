import { Errno } from '../../../drivers/kernel/errno.js';
import type { Kernel } from '../../../drivers/kernel/kernel.js';

/** What stands behind a handle. Numbers as in `Kernel`. */
export interface SimulatedFile {
  ioctl(request: number, argument: Uint8Array): number;
  /** `EAGAIN` when there is nothing. */
  read(into: Uint8Array): number;
  readonly readable: boolean;
  close(): void;
}

/** Devices by path; opening one returns a file or a negative errno. */
export class SimulatedKernel implements Kernel {
  readonly devices = new Map<string, () => SimulatedFile | number>();
  readonly #files = new Map<number, { readonly file: SimulatedFile; blocks: boolean }>();
  readonly #waiting = new Map<number, () => void>();
  #next = 10;

  /** Handles that are open now. */
  get openHandles(): number {
    return this.#files.size;
  }

  /** A handle for a file that an ioctl makes; blocking, as the kernel makes it. */
  add(file: SimulatedFile, blocks = true): number {
    const handle = this.#next++;
    this.#files.set(handle, { file, blocks });
    return handle;
  }

  list(folder: string): string[] {
    const names = [...this.devices.keys()].filter((path) => path.startsWith(`${folder}/`));
    return names.map((path) => path.slice(folder.length + 1)).sort();
  }

  open(path: string): number {
    const file = this.devices.get(path)?.() ?? Errno.NOENT;
    return typeof file === 'number' ? file : this.add(file, false);
  }

  close(handle: number): void {
    this.#waiting.delete(handle);
    this.#of(handle).file.close();
    this.#files.delete(handle);
  }

  ioctl(handle: number, request: number, argument: Uint8Array): number {
    return this.#of(handle).file.ioctl(request, argument);
  }

  unblock(handle: number): number {
    this.#of(handle).blocks = false;
    return 0;
  }

  read(handle: number, into: Uint8Array): number {
    const { file, blocks } = this.#of(handle);
    const length = file.read(into);
    if (length === Errno.AGAIN && blocks) throw new Error('this read would hold the event loop for ever');
    return length;
  }

  whenReadable(handle: number, heard: () => void): () => void {
    if (this.#waiting.has(handle)) throw new Error('two wait on one handle');
    this.#waiting.set(handle, heard);
    return () => {
      if (this.#waiting.get(handle) === heard) this.#waiting.delete(handle);
    };
  }

  /** The event loop turns until nobody is called any more. */
  turn(): void {
    for (;;) {
      const due = [...this.#waiting].find(([handle]) => this.#files.get(handle)?.file.readable);
      if (due === undefined) return;
      this.#waiting.delete(due[0]);
      due[1]();
    }
  }

  #of(handle: number): { readonly file: SimulatedFile; blocks: boolean } {
    const open = this.#files.get(handle);
    if (open === undefined) throw new Error(`handle ${handle} is not open`);
    return open;
  }
}
