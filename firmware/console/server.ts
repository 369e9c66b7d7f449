import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { KikitomeError } from '../errors.js';
import type { Recordings } from '../recordings.js';
import type { Handover } from '../retrieval/handover.js';
import { answerHandover, type HandoverRequest, isHandoverRequest } from './handover-protocol.js';
import { type ConsoleAnswer, type ConsoleRequest, REQUEST_MAX_CHARS, requestSchema, SOCKET_NAME } from './protocol.js';
import { socketPath } from './socket-path.js';

/** Answers commands while a recorder has the store. */
export class ConsoleServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #folder: string;

  private constructor(folder: string, recordings: Recordings, handover: Handover) {
    this.#folder = folder;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy()); // the command went away
      void serve(socket, recordings, handover);
    });
  }

  /** The caller has the store open, so a socket that is there already is a dead recorder's. Only the owner may connect. */
  static async listen(folder: string, recordings: Recordings, handover: Handover): Promise<ConsoleServer> {
    const console = new ConsoleServer(folder, recordings, handover);
    await rm(path.join(folder, SOCKET_NAME), { force: true });
    const found = socketPath(folder);
    if (!found) throw new KikitomeError('DATA_MISSING', folder);
    const before = process.umask(0o177);
    try {
      console.#server.listen(found.path);
      await once(console.#server, 'listening');
    } finally {
      process.umask(before);
      found.release();
    }
    await chmod(path.join(folder, SOCKET_NAME), 0o600);
    return console;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((done) => this.#server.close(done));
    await rm(path.join(this.#folder, SOCKET_NAME), { force: true });
  }
}

async function serve(socket: Socket, recordings: Recordings, handover: Handover): Promise<void> {
  try {
    const request = requestSchema.parse(JSON.parse(await readLine(socket)));
    if (isHandoverRequest(request)) await send(socket, { item: await answerHandover(request, handover) });
    else for await (const item of answer(request, recordings)) await send(socket, { item });
    await send(socket, { done: true });
  } catch (error) {
    const { code = 'USAGE', message } = error as { code?: string; message: string };
    await send(socket, { error: { code: String(code), message } }).catch(() => undefined);
  }
  socket.end();
}

async function* answer(
  request: Exclude<ConsoleRequest, HandoverRequest>,
  recordings: Recordings,
): AsyncIterable<unknown> {
  switch (request.op) {
    case 'status':
      yield await recordings.status();
      return;
    case 'calls':
      yield* recordings.calls(request.query);
      return;
    case 'check':
      yield* recordings.check();
      return;
    case 'call':
      yield await recordings.call(request.which);
      return;
    case 'audio':
      for await (const bytes of recordings.audio(request.which)) yield Buffer.from(bytes).toString('base64');
      return;
    case 'hold':
      yield await recordings.hold(request.which, request);
      return;
    case 'release':
      yield await recordings.release(request.which);
      return;
    case 'annotate':
      yield await recordings.annotate(request.which, request);
      return;
    case 'retention':
      yield await recordings.setRetention(request.rule, request.confirmed);
      return;
    case 'reckon':
      yield await recordings.reckon(request.day);
      return;
    case 'clock':
      yield await recordings.confirmClock(request.by);
      return;
    case 'faults':
      yield await recordings.faults();
      return;
    case 'acknowledge':
      yield await recordings.acknowledge(request.which);
      return;
    case 'fault-history':
      yield await recordings.faultHistory();
  }
}

async function readLine(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end);
    if (text.length > REQUEST_MAX_CHARS) break;
  }
  throw new Error('a request is one line of JSON');
}

/** Waits where the reader is slower than we are. */
async function send(socket: Socket, answer: ConsoleAnswer): Promise<void> {
  if (socket.destroyed) throw new Error('the command went away');
  if (socket.write(`${JSON.stringify(answer)}\n`)) return;
  const done = new AbortController();
  const { signal } = done;
  await Promise.race([once(socket, 'drain', { signal }), once(socket, 'close', { signal })]).finally(() =>
    done.abort(),
  );
}
