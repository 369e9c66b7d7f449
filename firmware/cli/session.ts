import { RemoteRecordings } from '../console/client.js';
import { KikitomeError } from '../errors.js';
import { openStore } from '../open-store.js';
import { OpenRecordings, type Recordings } from '../recordings.js';
import type { World } from './world.js';

/** Another command may have the store for a moment; a recorder that just starts will have its socket up by then. */
const TRIES = 20;
const PAUSE_MS = 150;

/** The store in `folder`: through a running recorder where there is one, else opened here. The caller closes it. */
export async function recordingsIn(folder: string, world: World, rebuildIndex = false): Promise<Recordings> {
  for (let tried = 1; ; tried += 1) {
    const remote = await RemoteRecordings.connect(folder);
    if (remote && rebuildIndex)
      throw new KikitomeError('RECORDER_RUNNING', `the recorder on ${folder} has the index open`);
    if (remote) return remote;
    try {
      const { chance, clock } = world;
      const wall = () => clock.wall();
      return new OpenRecordings(await openStore({ folder, chance, wall, rebuildIndex }), wall);
    } catch (error) {
      if ((error as { code?: string }).code !== 'STORE_IN_USE' || tried === TRIES) throw error;
      await new Promise<void>((done) => world.clock.after$(PAUSE_MS).subscribe({ complete: done }));
    }
  }
}
