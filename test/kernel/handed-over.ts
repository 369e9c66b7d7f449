import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SystemClock } from '../../drivers/clock/system.js';
import { openStore } from '../../firmware/open-store.js';
import type { Manifest } from '../../firmware/retrieval/manifest.js';
import { verifyFolder } from '../firmware/retrieval/handed-over.js';
import type { Bench } from './bench.js';
import type { Recordings } from './counter.js';
import { storeOn } from './disk.js';

/**
 * The one folder of ours among what was on a stick, checked against the recordings by somebody who has nothing else: every file
 * as recorded, hashes, a list that a spreadsheet can open and would not calculate. Nothing half-written in it.
 */
export function requireHandedOver(stick: string, audio: Recordings, numbers: readonly number[]): Manifest {
  const ours = readdirSync(stick).filter((name) => /^kikitome-\d{4}-\d\d-\d\d-[0-9a-f]{8}$/u.test(name));
  const folders = ours.filter((name) => lstatSync(path.join(stick, name)).isDirectory());
  assert.equal(folders.length, 1, `on the stick: ${readdirSync(stick).join(', ')}`);
  const folder = path.join(stick, folders[0] ?? '');
  const manifest = verifyFolder(folder, audio, numbers);
  const index = readFileSync(path.join(folder, 'index.csv'), 'utf8');
  assert.ok(index.startsWith('\uFEFF'), 'index.csv begins with a byte order mark');
  const rows = index.slice(1).split('\r\n');
  assert.equal(rows.length, numbers.length + 2, index);
  for (const cell of rows.flatMap((row) => row.split(','))) assert.doesNotMatch(cell, /^[=+\-@]/u);
  return manifest;
}

/** What the register of a box's store says, oldest first: the kinds with their details. */
export async function registerOf(bench: Bench): Promise<{ kind: string; detail: Record<string, unknown> }[]> {
  const clock = new SystemClock();
  const folder = await storeOn(bench.disk, path.join(bench.folder, 'registered'));
  const store = await openStore({ folder, chance: randomBytes, wall: () => clock.wall() });
  try {
    return (await store.register()).events.map(({ kind, detail }) => ({ kind, detail: { ...detail } }));
  } finally {
    await store.close();
  }
}
