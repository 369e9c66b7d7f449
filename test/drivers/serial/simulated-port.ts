import type { PortEvents, SerialPortLike, SerialPorts } from '../../../drivers/serial/port.js';

/** A computer with one serial port. Named faults: `refuse` (opening fails), `pull` (the port vanishes). */
export class SimulatedPorts implements SerialPorts {
  /** The package's error, while opening fails. */
  refuse: string | undefined;
  /** Called with each command that is said, without its CR. */
  onSay: (command: string) => void = () => undefined;
  readonly said: string[] = [];
  opened = 0;
  closed = 0;
  /** Bytes after the port was closed, or commands on a closed one: faults of the driver. */
  afterClose = 0;
  #events: PortEvents | undefined;
  #isOpen = false;

  async open(path: string, baudRate: number): Promise<SerialPortLike> {
    if (this.refuse !== undefined) throw new Error(this.refuse);
    if (this.#isOpen) throw new Error('Error Resource temporarily unavailable Cannot lock port');
    if (path === '' || baudRate <= 0) throw new TypeError('no such options');
    this.#isOpen = true;
    this.opened += 1;
    return {
      listen: (events) => {
        this.#events = events;
      },
      write: (text) => {
        if (!this.#isOpen || !text.endsWith('\r')) this.afterClose += 1;
        this.said.push(text.slice(0, -1));
        this.onSay(text.slice(0, -1));
      },
      close: async () => {
        this.#events = undefined;
        await Promise.resolve();
        this.#isOpen = false;
        this.closed += 1;
      },
    };
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  send(bytes: Uint8Array | string): void {
    this.#events?.bytes(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  pull(): void {
    const events = this.#events;
    this.#events = undefined;
    events?.lost(new Error('hung up'));
  }
}
