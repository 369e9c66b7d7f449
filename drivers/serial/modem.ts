import { Observable, Subject, type Subscriber, type Subscription } from 'rxjs';
import type { Clock, MonotonicMs } from '../../hal/clock.js';
import type { HalError } from '../../hal/errors.js';
import type { ModemReport } from '../../hal/modem.js';
import { begin, type Dialogue, type DialogueOutput, dueAtMs, step } from './at-dialogue.js';
import { dialogueFault, libraryFault, lostFault, openFault } from './faults.js';
import { LineSplitter } from './line-splitter.js';
import type { VoltageReading } from './line-voltage.js';
import { loadSerialPorts, type SerialPortLike, type SerialPorts } from './port.js';
import type { ModemProfile } from './profiles.js';
import type { VoltageModem } from './voltage-sense.js';

export interface SerialModemOptions {
  /** What the modem is to the board, `line-1-modem`. */
  readonly role: string;
  /** `/dev/ttyACM0`; better one of `/dev/serial/by-id/`, which stays the same after a replug. */
  readonly path: string;
  readonly profile: ModemProfile;
  readonly clock: Clock;
}

/** A modem on a serial port, asked for caller IDs and, where its profile polls, for the line's voltage. */
export class SerialModem implements VoltageModem {
  readonly reports$: Observable<ModemReport>;
  readonly #voltages$ = new Subject<VoltageReading>();
  readonly voltages$: Observable<VoltageReading> = this.#voltages$.asObservable();
  readonly #options: SerialModemOptions;
  readonly #device: string;
  readonly #load: () => Promise<SerialPorts>;
  /** The port of the last subscription has been released. */
  #released: Promise<void> = Promise.resolve();

  /** Opens nothing yet, not even the package. `load` is the seam for simulated ports. */
  constructor(options: SerialModemOptions, load: () => Promise<SerialPorts> = loadSerialPorts) {
    this.#options = options;
    this.#load = load;
    this.#device = `${options.role} (${options.path})`;
    this.reports$ = new Observable((subscriber) => this.#run(subscriber));
  }

  #run(subscriber: Subscriber<ModemReport>): () => void {
    let talk: Talk | undefined;
    const opening = this.#released.then(async () => {
      if (subscriber.closed) return;
      try {
        const port = await this.#open();
        if (subscriber.closed) await port.close();
        else talk = new Talk(port, this.#options, this.#device, (told) => this.#tell(told, subscriber), fail);
      } catch (error) {
        subscriber.error(error);
      }
    });
    const release = (): Promise<void> => {
      this.#released = opening.then(() => talk?.close());
      return this.#released;
    };
    // Released before anyone hears of it, so that whoever subscribes again at once finds the port free.
    const fail = (error: HalError): void => void release().then(() => subscriber.error(error));
    return () => void release();
  }

  #tell(told: Told, subscriber: Subscriber<ModemReport>): void {
    if (told.kind === 'report') subscriber.next(told.report);
    else this.#voltages$.next({ volts: told.volts, atMs: told.atMs });
  }

  async #open(): Promise<SerialPortLike> {
    const { path, profile } = this.#options;
    let ports: SerialPorts;
    try {
      ports = await this.#load();
    } catch (error) {
      throw libraryFault(this.#device, error);
    }
    try {
      return await ports.open(path, profile.baudRate);
    } catch (error) {
      throw openFault(this.#device, error);
    }
  }
}

type Told = Extract<DialogueOutput, { kind: 'report' | 'voltage' }>;

/** One open port and the dialogue on it. Owns the port. */
class Talk {
  readonly #port: SerialPortLike;
  readonly #clock: Clock;
  readonly #device: string;
  readonly #tell: (told: Told) => void;
  readonly #fail: (error: HalError) => void;
  readonly #lines = new LineSplitter();
  #dialogue: Dialogue;
  #alarm: Subscription | undefined;
  #closed: Promise<void> | undefined;

  constructor(
    port: SerialPortLike,
    { profile, clock }: SerialModemOptions,
    device: string,
    tell: (told: Told) => void,
    fail: (error: HalError) => void,
  ) {
    this.#port = port;
    this.#clock = clock;
    this.#device = device;
    this.#tell = tell;
    this.#fail = fail;
    port.listen({
      bytes: (bytes) => this.#heard(bytes),
      lost: (error) => {
        if (this.#closed === undefined) this.#fail(lostFault(device, error));
      },
    });
    const [dialogue, outputs] = begin(profile, clock.now());
    this.#dialogue = dialogue;
    this.#after(outputs);
  }

  /** Says nothing any more. Settles when the port is free. */
  close(): Promise<void> {
    this.#alarm?.unsubscribe();
    this.#closed ??= this.#port.close();
    return this.#closed;
  }

  #heard(bytes: Uint8Array): void {
    const atMs = this.#clock.now();
    for (const line of this.#lines.push(bytes)) this.#take({ kind: 'line', line, atMs });
  }

  #take(input: { kind: 'line'; line: string; atMs: MonotonicMs } | { kind: 'time'; atMs: MonotonicMs }): void {
    if (this.#closed !== undefined) return;
    const [dialogue, outputs] = step(this.#dialogue, input);
    this.#dialogue = dialogue;
    this.#after(outputs);
  }

  #after(outputs: readonly DialogueOutput[]): void {
    for (const output of outputs) {
      if (this.#closed !== undefined) return;
      if (output.kind === 'say') this.#port.write(`${output.command}\r`);
      else if (output.kind === 'report' || output.kind === 'voltage') this.#tell(output);
      else this.#fail(dialogueFault(this.#device, output));
    }
    this.#alarm?.unsubscribe();
    const dueMs = dueAtMs(this.#dialogue);
    if (dueMs === null || this.#closed !== undefined) return;
    const waitMs = Math.max(0, dueMs - this.#clock.now());
    this.#alarm = this.#clock.after$(waitMs).subscribe(() => this.#take({ kind: 'time', atMs: this.#clock.now() }));
  }
}
