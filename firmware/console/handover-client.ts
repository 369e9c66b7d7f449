import { KikitomeError } from '../errors.js';
import type { CollectionReport, CollectRequest, Handover, SticksReport } from '../retrieval/handover.js';
import { ask } from './client.js';
import type { HandoverRequest } from './handover-protocol.js';

/** The handing over at a running recorder, through its socket. */
export class RemoteHandover implements Handover {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async collection(): Promise<CollectionReport | null> {
    return (await this.#one({ op: 'collection' })) as CollectionReport | null;
  }

  async collect(request: CollectRequest): Promise<CollectionReport> {
    return (await this.#one({ op: 'collect', ...request, which: [...request.which] })) as CollectionReport;
  }

  async clearCollection(): Promise<void> {
    await this.#one({ op: 'collection-clear' });
  }

  async pinStatus(): ReturnType<Handover['pinStatus']> {
    return (await this.#one({ op: 'pin-status' })) as Awaited<ReturnType<Handover['pinStatus']>>;
  }

  async setPin(pin: string, code: string | null): Promise<void> {
    await this.#one({ op: 'pin-set', pin, code });
  }

  async unlockPin(): Promise<void> {
    await this.#one({ op: 'pin-unlock' });
  }

  async sticks(): Promise<SticksReport> {
    return (await this.#one({ op: 'sticks' })) as SticksReport;
  }

  async allowStick(serial: string | null): Promise<string> {
    return String(await this.#one({ op: 'stick-allow', serial }));
  }

  async forgetStick(serial: string): Promise<void> {
    await this.#one({ op: 'stick-forget', serial });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #one(request: HandoverRequest): Promise<unknown> {
    for await (const item of ask(this.#folder, request)) return item;
    throw new KikitomeError('RECORDER_SILENT', `the recorder on ${this.#folder} gave no answer`);
  }
}
