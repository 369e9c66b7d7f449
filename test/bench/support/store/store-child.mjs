/**
 * A process of its own around the built store, so that start-up is cold and memory is nobody else's.
 * `node store-child.mjs open|rebuild|scan FOLDER`: opens, reads the newest 50 (or all, after a search), prints one line of JSON.
 */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { LevelMap } from '../../../../dist/storage/level-map.js';
import { NodeDisk } from '../../../../dist/storage/node-disk.js';
import { Store } from '../../../../dist/storage/store.js';

const [, , what, folder] = process.argv;
const rebuildIndex = what === 'rebuild';
const openMap = () => LevelMap.open(path.join(folder, 'index'));
const from = performance.now();
const store = await Store.open({
  disk: new NodeDisk(folder),
  openMap,
  chance: randomBytes,
  wall: Date.now,
  rebuildIndex,
});
const openMs = performance.now() - from;
const loadMs = from;
let found = 0;
for await (const _ of store.recordings()) {
  found += 1;
  if (found === 50) break;
}
const residentMiB = process.memoryUsage().rss / 2 ** 20;
if (what === 'scan')
  for await (const _ of store.withParty({ digits: '0961000007', match: 'whole' }, undefined, 50)) found += 1;
const searchedMiB = process.memoryUsage().rss / 2 ** 20;
if (what === 'scan') for await (const _ of store.recordings()) found += 1;
const scannedMiB = process.memoryUsage().rss / 2 ** 20;
await store.close();
const peakMiB = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ openMs, loadMs, found, residentMiB, searchedMiB, scannedMiB, peakMiB })}\n`);
