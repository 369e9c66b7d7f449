import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Manifest, manifestSchema } from '../../../firmware/retrieval/manifest.js';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Checks a folder as an outsider would, with nothing but the folder. Returns what its manifest says. */
export function verifyFolder(folder: string, audio: ReadonlyMap<number, Buffer>, numbers: readonly number[]): Manifest {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')));
  const files = [...manifest.calls.flatMap(({ file }) => file ?? []), manifest.index];
  for (const { name, bytes, sha256: hash } of files) {
    const found = readFileSync(path.join(folder, name));
    assert.equal(found.length, bytes, name);
    assert.equal(sha256(found), hash, name);
  }
  assert.deepEqual(readdirSync(folder).sort(), ['manifest.json', ...files.map(({ name }) => name)].sort());
  for (const { number, file } of manifest.calls) {
    const said = audio.get(number);
    if (!said) assert.equal(file, null);
    else assert.ok(file && readFileSync(path.join(folder, file.name)).equals(said), `call ${number}`);
  }
  const told = [...manifest.calls, ...manifest.missing].map(({ number }) => number).sort((a, b) => a - b);
  assert.deepEqual(
    told,
    [...numbers].sort((a, b) => a - b),
  );
  return manifest;
}

/** Folders on a stick that have a manifest. */
export const finishedFolders = (stick: string): string[] =>
  readdirSync(stick)
    .filter((name) => readdirSync(path.join(stick, name)).includes('manifest.json'))
    .map((name) => path.join(stick, name));
