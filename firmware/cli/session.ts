import type { Store } from '../../storage/store.js';
import { RemoteRecordings } from '../console/client.js';
import { RemoteHandover } from '../console/handover-client.js';
import { KikitomeError } from '../errors.js';
import { openStore } from '../open-store.js';
import { Pin } from '../pin/pin.js';
import { OpenRecordings, type Recordings } from '../recordings.js';
import { type Handover, OpenHandover } from '../retrieval/handover.js';
import type { World } from './world.js';

/** Another command may have the store for a moment; a recorder that just starts will have its socket up by then. */
const TRIES = 20;
const PAUSE_MS = 150;

/** The store in `folder`: through a running recorder where there is one, else opened here. The caller closes it. */
export async function recordingsIn(folder: string, world: World, rebuildIndex = false): Promise<Recordings> {
  const wall = () => world.clock.wall();
  const found = await reach(folder, world, rebuildIndex);
  return found instanceof RemoteRecordings ? found : new OpenRecordings(found, wall);
}

/** The handing over of the store in `folder`, likewise. */
export async function handoverIn(folder: string, world: World): Promise<Handover> {
  const { clock, chance, openPinHash } = world;
  const store = await reach(folder, world, false);
  if (store instanceof RemoteRecordings) return new RemoteHandover(folder);
  try {
    const pin = await Pin.open({ store, clock, openHash: openPinHash });
    return new OpenHandover({ store, wall: () => clock.wall(), chance, pin, live: null });
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function reach(folder: string, world: World, rebuildIndex: boolean): Promise<RemoteRecordings | Store> {
  const { chance, clock } = world;
  for (let tried = 1; ; tried += 1) {
    const remote = await RemoteRecordings.connect(folder);
    if (remote && rebuildIndex)
      throw new KikitomeError('RECORDER_RUNNING', `the recorder on ${folder} has the index open`);
    if (remote) return remote;
    try {
      return await openStore({ folder, chance, wall: () => clock.wall(), rebuildIndex });
    } catch (error) {
      if ((error as { code?: string }).code !== 'STORE_IN_USE' || tried === TRIES) throw error;
      await new Promise<void>((done) => clock.after$(PAUSE_MS).subscribe({ complete: done }));
    }
  }
}
