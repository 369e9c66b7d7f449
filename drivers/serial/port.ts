import { read, write } from 'node:fs';

/** What a port tells, from `listen` until `close`. */
export interface PortEvents {
  /** Borrowed: valid during the call. */
  bytes(bytes: Uint8Array): void;
  /** The port is of no use any more; told at most once. It still wants closing. */
  lost(error: Error): void;
}

/** One serial port, open. */
export interface SerialPortLike {
  /** Called exactly once. */
  listen(events: PortEvents): void;
  /** In the order of the calls. Never throws; a failure is told by `lost`. */
  write(text: string): void;
  /** Settles, never rejects, when somebody else may open the port. Any number of times. */
  close(): Promise<void>;
}

/** The seam between the driver and the package `serialport`: here the real one, in tests a simulated one. */
export interface SerialPorts {
  /** Rejects with the package's own error; 8 bits, no parity, one stop bit, no flow control, locked against others. */
  open(path: string, baudRate: number): Promise<SerialPortLike>;
}

/** The package is optional, and a native one: loaded when asked for, not when imported. Rejects where it is not installed. */
export async function loadSerialPorts(): Promise<SerialPorts> {
  const { SerialPort } = await import('serialport');
  return {
    async open(path, baudRate) {
      return new RealPort((await SerialPort.binding.open({ path, baudRate })) as BoundPort);
    },
  };
}

/** What is used of a port of `@serialport/bindings-cpp` on Linux and macOS. */
interface BoundPort {
  readonly fd: number | null;
  readonly poller: {
    once(event: 'readable', heard: (error: Error | null) => void): unknown;
    stop(): void;
  };
  close(): Promise<void>;
}

const READ_BYTES = 4096;

/**
 * A port read and written without the package's own functions: on a port that is hung up (a stick pulled out) `read` returns 0, and the
 * package then reads again, for ever, at full speed, and tells nobody (bindings-cpp 13.0.0; its issue 162).
 * Its poller must not be touched after `close`: the process dies of it.
 */
class RealPort implements SerialPortLike {
  readonly #port: BoundPort;
  readonly #buffer = Buffer.alloc(READ_BYTES);
  #events: PortEvents | undefined;
  #reading: Promise<void> = Promise.resolve();
  #writing: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(port: BoundPort) {
    this.#port = port;
  }

  listen(events: PortEvents): void {
    this.#events = events;
    this.#reading = this.#read();
  }

  write(text: string): void {
    // One after the other: writes at the same time overtake each other.
    this.#writing = this.#writing
      .then(() => (this.#events === undefined ? undefined : writeAll(this.#port.fd, Buffer.from(text, 'latin1'))))
      .catch((error: Error) => this.#lose(error));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#events = undefined;
    // What is under way must end before the descriptor may become somebody else's.
    this.#port.poller.stop();
    await Promise.all([this.#reading, this.#writing]);
    await this.#port.close().catch(() => undefined);
  }

  async #read(): Promise<void> {
    try {
      while (this.#events !== undefined) {
        const length = await readOnce(this.#port.fd, this.#buffer);
        if (length === 0) throw new Error('hung up');
        if (length === null) await this.#readable();
        else this.#events?.bytes(this.#buffer.subarray(0, length));
      }
    } catch (error) {
      this.#lose(error as Error);
    }
  }

  /** Waits for bytes, or for the end. */
  #readable(): Promise<void> {
    if (this.#events === undefined) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#port.poller.once('readable', (error) => (error === null ? resolve() : reject(error)));
    });
  }

  #lose(error: Error): void {
    const events = this.#events;
    this.#events = undefined;
    events?.lost(error);
  }
}

/** Bytes read, 0 when hung up, null when there are none now. The descriptor does not block. */
function readOnce(fd: number | null, into: Buffer): Promise<number | null> {
  return new Promise((resolve, reject) => {
    if (fd === null) {
      resolve(0);
      return;
    }
    read(fd, into, 0, into.length, null, (error, length) => {
      if (error === null) resolve(length);
      else if (error.code === 'EAGAIN' || error.code === 'EINTR') resolve(null);
      else reject(error);
    });
  });
}

/** A command fits into the buffer of any port that is alive; one that takes no more counts as lost. */
function writeAll(fd: number | null, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    if (fd === null) {
      resolve();
      return;
    }
    write(fd, bytes, 0, bytes.length, null, (error, length) => {
      if (error !== null) reject(error);
      else if (length < bytes.length) reject(new Error('takes no more bytes'));
      else resolve();
    });
  });
}
