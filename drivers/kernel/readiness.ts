/** What is used of libuv's poll handle, as `@serialport/bindings-cpp` wraps it. */
export interface Poller {
  once(event: 'readable', heard: (error: Error | null) => void): unknown;
  stop(): void;
}

export type PollerClass = new (handle: number) => Poller;

/**
 * Waits, in Node's own event loop and without a thread, for handles to become readable.
 *
 * A poller is kept for each handle number for good and used again when the number is. It must not be thrown away: when
 * it is collected it takes its number out of the event loop, whosever the number is by then.
 */
export class Readiness {
  readonly #Poller: PollerClass;
  readonly #pollers = new Map<number, Poller>();
  readonly #waiting = new Map<number, () => void>();

  constructor(Poller: PollerClass) {
    this.#Poller = Poller;
  }

  /** As `Kernel.whenReadable`. */
  once(handle: number, heard: () => void): () => void {
    let poller = this.#pollers.get(handle);
    if (poller === undefined) {
      poller = new this.#Poller(handle);
      this.#pollers.set(handle, poller);
    }
    this.#waiting.set(handle, heard);
    poller.once('readable', () => {
      if (this.#waiting.get(handle) !== heard) return;
      this.#waiting.delete(handle);
      // An error is told by the read that follows.
      heard();
    });
    return () => {
      if (this.#waiting.get(handle) === heard) this.cancel(handle);
    };
  }

  /** Nobody is called for `handle` any more. Before the handle is closed. */
  cancel(handle: number): void {
    if (this.#waiting.delete(handle)) this.#pollers.get(handle)?.stop();
  }
}
