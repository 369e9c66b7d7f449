import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { CallRecord, NoteWords } from '../call/call-record.js';
import type { CallQuery } from '../call-query.js';
import { KikitomeError } from '../errors.js';
import type { FaultHistory, FaultsReport } from '../faults/fault-report.js';
import type { DayReckoning } from '../reckon/day-reckoning.js';
import type { Recordings, RetentionChange, StatusReport } from '../recordings.js';
import { answerSchema, type ConsoleRequest } from './protocol.js';
import { socketPath } from './socket-path.js';

/** An error that the recorder told us of, with its own code. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** A running recorder's store, through its socket. */
export class RemoteRecordings implements Recordings {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined where no recorder runs on the folder. */
  static async connect(folder: string): Promise<RemoteRecordings | undefined> {
    const socket = await dial(folder);
    socket?.destroy();
    return socket && new RemoteRecordings(folder);
  }

  async status(): Promise<StatusReport> {
    return (await this.#one({ op: 'status' })) as StatusReport;
  }

  async *calls(query: CallQuery): AsyncIterable<CallRecord> {
    for await (const item of this.#ask({ op: 'calls', query })) yield item as CallRecord;
  }

  async *check(): AsyncIterable<string> {
    for await (const item of this.#ask({ op: 'check' })) yield String(item);
  }

  async call(which: string): Promise<CallRecord> {
    return (await this.#one({ op: 'call', which })) as CallRecord;
  }

  async *audio(which: string): AsyncIterable<Uint8Array> {
    for await (const item of this.#ask({ op: 'audio', which })) yield Buffer.from(String(item), 'base64');
  }

  async hold(which: string, { by, reason }: { readonly by: string; readonly reason: string }): Promise<CallRecord> {
    return (await this.#one({ op: 'hold', which, by, reason })) as CallRecord;
  }

  async release(which: string): Promise<CallRecord> {
    return (await this.#one({ op: 'release', which })) as CallRecord;
  }

  async annotate(which: string, { memo, handler }: NoteWords): Promise<CallRecord> {
    return (await this.#one({ op: 'annotate', which, memo, handler })) as CallRecord;
  }

  async setRetention(rule: string, confirmed: boolean): Promise<RetentionChange> {
    return (await this.#one({ op: 'retention', rule, confirmed })) as RetentionChange;
  }

  async reckon(day?: string): Promise<DayReckoning> {
    return (await this.#one({ op: 'reckon', ...(day !== undefined && { day }) })) as DayReckoning;
  }

  async confirmClock(by: string): Promise<number> {
    return Number(await this.#one({ op: 'clock', by }));
  }

  async faults(): Promise<FaultsReport> {
    return (await this.#one({ op: 'faults' })) as FaultsReport;
  }

  async acknowledge(which: string): Promise<number> {
    return Number(await this.#one({ op: 'acknowledge', which }));
  }

  async faultHistory(): Promise<FaultHistory> {
    return (await this.#one({ op: 'fault-history' })) as FaultHistory;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #one(request: ConsoleRequest): Promise<unknown> {
    for await (const item of this.#ask(request)) return item;
    throw silent(this.#folder);
  }

  #ask(request: ConsoleRequest): AsyncIterable<unknown> {
    return ask(this.#folder, request);
  }
}

/** Asks the recorder on a folder. Rejects with what it answers, `RECORDER_SILENT` where it goes away meanwhile. */
export async function* ask(folder: string, request: ConsoleRequest): AsyncIterable<unknown> {
  const socket = await dial(folder);
  if (!socket) throw silent(folder);
  try {
    socket.write(`${JSON.stringify(request)}\n`);
    for await (const line of createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })) {
      const answer = answerSchema.parse(JSON.parse(line));
      if ('error' in answer) throw new RemoteError(answer.error.code, answer.error.message);
      if ('done' in answer) return;
      yield answer.item;
    }
  } finally {
    socket.destroy();
  }
  throw silent(folder);
}

const silent = (folder: string): KikitomeError =>
  new KikitomeError('RECORDER_SILENT', `the recorder on ${folder} went away in the middle of an answer`);

/** Undefined where nobody listens. Throws `DATA_READ_ONLY` where this user may not connect. */
async function dial(folder: string): Promise<Socket | undefined> {
  const found = socketPath(folder);
  if (!found) return undefined;
  const { path, release } = found;
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    socket.on('error', () => socket.destroy());
    return socket;
  } catch (error) {
    socket.destroy();
    const { code } = error as { code?: string };
    if (code === 'EACCES') throw new KikitomeError('DATA_READ_ONLY', `${path}: not yours to ask`, { cause: error });
    return undefined;
  } finally {
    release();
  }
}
