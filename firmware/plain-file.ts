import { readFile, stat } from 'node:fs/promises';

/** The text of a plain file: whatever else stands there (a pipe, a device) may never end. Rejects with the system's error. */
export async function readPlain(file: string): Promise<string> {
  if (!(await stat(file)).isFile()) throw Object.assign(new Error(`${file} is no plain file`), { code: 'EINVAL' });
  return readFile(file, 'utf8');
}
