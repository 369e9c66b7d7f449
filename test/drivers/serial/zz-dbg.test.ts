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
  readonly #items: Item[] = [];
  #waiting: ((item: Item) => void) | undefined;

  put(item: Item): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting(item);
    else this.#items.push(item);
  }

  next(): Promise<Item> {
    const item = this.#items.shift();
    if (item !== undefined) return Promise.resolve(item);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }
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
    console.log('ae1');
    await far?.close();
    console.log('ae2');
    await pair?.pull();
    console.log('ae3');
    subscription = far = pair = undefined;
  });
  after(() => dir && rmSync(dir, { recursive: true }));

  /** Plugs a modem in: what is said to it comes into `said`, `send` is what it says. */
  async function plug(program?: string): Promise<{ said: Inbox<string>; send: (bytes: Uint8Array) => void }> {
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
        for (const command of commands) {
          console.log(performance.now(), 'far heard', command);
          said.put(command);
        }
      },
      lost: (e) => console.log('FAR LOST', e),
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
        console.log('NEAR', error.message);
        errors.put(error);
      },
    });
    return { reports, errors };
  }

  /** Plays the modem's part of a transcript: waits for each command and each report where they stand. Time passes by itself. */
  async function perform(
    { entries }: Transcript,
    reports: Inbox<ModemReport>,
    modem: Awaited<ReturnType<typeof plug>>,
  ) {
    for (const entry of entries) {
      console.log(performance.now(), entry);
      if (entry.kind === 'say') assert.equal(await modem.said.next(), entry.text);
      else if (entry.kind === 'send') modem.send(entry.bytes);
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
      console.log('pull');
      await pair?.pull();
      console.log('pulled');
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
