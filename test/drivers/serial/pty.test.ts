import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Subscription } from 'rxjs';
import { SystemClock } from '../../../drivers/clock/system.js';
import { SerialModem } from '../../../drivers/serial/modem.js';
import { loadSerialPorts, type SerialPortLike } from '../../../drivers/serial/port.js';
import { HalError } from '../../../hal/errors.js';
import type { ModemReport } from '../../../hal/modem.js';
import { noPtyPair, PtyPair } from './pty-pair.js';
import { bare, type Transcript, transcripts } from './transcript.js';

/** What has come so far, and what comes next. */
class Inbox<Item> {
  readonly #items: Promise<Item>[] = [];
  #waiting: ((item: Promise<Item>) => void) | undefined;

  put(item: Item): void {
    this.#put(Promise.resolve(item));
  }

  /** Nothing more comes. */
  fail(error: Error): void {
    const failed = Promise.reject(error);
    failed.catch(() => undefined);
    this.#put(failed);
  }

  next(): Promise<Item> {
    const item = this.#items.shift();
    if (item !== undefined) return item;
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  #put(item: Promise<Item>): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting(item);
    else this.#items.push(item);
  }
}

/** A modem at the far end. */
interface Plugged {
  /** What is said to it. */
  readonly said: Inbox<string>;
  readonly send: (bytes: Uint8Array) => void;
}

describe('serial: modem over a pair of pseudo terminals', () => {
  let dir: string;
  let pair: PtyPair | undefined;
  let far: SerialPortLike | undefined;
  let subscription: Subscription | undefined;
  const near = (): string => path.join(dir, 'modem');

  before(function () {
    const reason = noPtyPair();
    if (reason !== null) {
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    dir = mkdtempSync(path.join(tmpdir(), 'kikitome-serial-'));
  });
  afterEach(async () => {
    subscription?.unsubscribe();
    await far?.close();
    await pair?.pull();
    subscription = far = pair = undefined;
  });
  after(() => dir && rmSync(dir, { recursive: true }));

  /** Plugs a modem in: what is said to it comes into `said`, `send` is what it says. */
  async function plug(program?: string): Promise<Plugged> {
    const end = path.join(dir, 'far');
    pair = await PtyPair.open(near(), end, program);
    const port = await (await loadSerialPorts()).open(end, 115_200);
    far = port;
    const said = new Inbox<string>();
    let rest = '';
    port.listen({
      bytes: (bytes) => {
        const commands = (rest + Buffer.from(bytes).toString('latin1')).split('\r');
        rest = commands.pop() ?? '';
        for (const command of commands) said.put(command);
      },
      lost: (error) => said.fail(error),
    });
    return { said, send: (bytes) => port.write(Buffer.from(bytes).toString('latin1')) };
  }

  function listen({ profile }: Pick<Transcript, 'profile'>): { reports: Inbox<ModemReport>; errors: Inbox<HalError> } {
    const modem = new SerialModem({ role: 'line-1-modem', path: near(), profile, clock: new SystemClock() });
    const reports = new Inbox<ModemReport>();
    const errors = new Inbox<HalError>();
    subscription = modem.reports$.subscribe({
      next: (report) => reports.put(report),
      error: (error: HalError) => {
        reports.fail(error);
        errors.put(error);
      },
    });
    return { reports, errors };
  }

  /**
   * Plays the modem's part of a transcript: waits for each command and each report where they stand. Time passes by
   * itself. On a busy machine a command may have been said again before its answer was seen.
   */
  async function perform({ entries }: Transcript, reports: Inbox<ModemReport>, { said, send }: Plugged) {
    let last: string | undefined;
    for (const entry of entries) {
      if (entry.kind === 'say') {
        let command = await said.next();
        while (command === last) command = await said.next();
        assert.equal(command, entry.text);
        last = command;
      } else if (entry.kind === 'send') send(entry.bytes);
      else if (entry.kind === 'report') assert.deepEqual(bare(await reports.next()), entry.report);
    }
  }

  // In the others time must pass between two lines, or a minute of it.
  const performable = transcripts().filter(({ name }) => name === 'isomodem-japan' || name === 'conexant-old-command');

  for (const transcript of performable) {
    for (const program of ['socat', 'python3']) {
      it(`${transcript.name} (${program})`, async function () {
        try {
          const modem = await plug(program);
          const { reports } = listen(transcript);
          await perform(transcript, reports, modem);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.skip();
          throw error;
        }
      });
    }
  }

  it('vanishes in the middle of a dialogue or of listening, and returns', async () => {
    const [transcript] = performable;
    assert.ok(transcript);
    for (const upTo of [3, transcript.entries.length, transcript.entries.length]) {
      const modem = await plug();
      const { reports, errors } = listen(transcript);
      await perform({ ...transcript, entries: transcript.entries.slice(0, upTo) }, reports, modem);
      await pair?.pull();
      const error = await errors.next();
      assert.ok(error instanceof HalError);
      assert.deepEqual([error.code, error.retryHelps], ['DEVICE_GONE', true]);
      await far?.close();
      far = undefined;
      // Pulled out: there is nothing to open.
      rmSync(near(), { force: true });
      const { errors: missing } = listen(transcript);
      assert.equal((await missing.next()).code, 'DEVICE_MISSING');
    }
  });

  it('has the port to itself, and leaves it to the next', async () => {
    const [transcript] = performable;
    assert.ok(transcript);
    const modem = await plug();
    const first = listen(transcript);
    const held = subscription;
    await perform(transcript, first.reports, modem);
    const second = listen(transcript);
    assert.equal((await second.errors.next()).code, 'DEVICE_BUSY');
    held?.unsubscribe();
    const ports = await loadSerialPorts();
    // The release takes a moment that nobody tells.
    for (let port: SerialPortLike | undefined; port === undefined; ) {
      port = await ports.open(near(), 9600).catch(() => undefined);
      await port?.close();
    }
  });

  it('is DEVICE_MISSING where the name is none of a port', async () => {
    const [transcript] = performable;
    assert.ok(transcript);
    for (const name of ['/dev/null', tmpdir(), path.join(dir, 'nothing')]) {
      const modem = new SerialModem({ role: 'm', path: name, profile: transcript.profile, clock: new SystemClock() });
      const error = await new Promise<HalError>((resolve) => modem.reports$.subscribe({ error: resolve }));
      assert.equal(error.code, 'DEVICE_MISSING');
    }
  });
});
