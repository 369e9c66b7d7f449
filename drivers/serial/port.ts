import { read } from 'node:fs';

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
  /** Never throws; a failure is told by `lost`. */
  write(text: string): void;
  /** Settles, never rejects, when somebody else may open the port. */
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
  write(buffer: Buffer): Promise<void>;
  close(): Promise<void>;
}

const READ_BYTES = 4096;

/**
 * A port read without the package's own stream: on a port that is hung up (a stick pulled out) `read` returns 0, and the
 * package then reads again, for ever, at full speed, and tells nobody (bindings-cpp 13.0.0; its issue 162).
 */
class RealPort implements SerialPortLike {
  readonly #port: BoundPort;
  readonly #buffer = Buffer.alloc(READ_BYTES);
  #events: PortEvents | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(port: BoundPort) {
    this.#port = port;
  }

  listen(events: PortEvents): void {
    this.#events = events;
    this.#reading = this.#read();
  }

  write(text: string): void {
    this.#port.write(Buffer.from(text, 'latin1')).catch((error: Error) => this.#lose(error));
  }

  async close(): Promise<void> {
    this.#events = undefined;
    // A read under way must end before the descriptor may become somebody else's.
    this.#port.poller.stop();
    await this.#reading;
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
