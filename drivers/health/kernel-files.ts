import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** The files in which a kernel tells of its machine, under a root that is `/` on a real one. Never rejects: what cannot be read is not there. */
export class KernelFiles {
  readonly #root: string;

  constructor(root = '/') {
    this.#root = root;
  }

  /** One file's text without the space around it; undefined where there is none. */
  async text(name: string): Promise<string | undefined> {
    return readFile(path.join(this.#root, name), 'utf8').then(
      (text) => text.trim(),
      () => undefined,
    );
  }

  /** A whole number, decimal or `0x`; undefined where there is none. */
  async number(name: string): Promise<number | undefined> {
    const text = await this.text(name);
    return text !== undefined && /^(-?\d+|0x[\da-f]+)$/i.test(text) ? Number(text) : undefined;
  }

  /** Full names of what in `folder` has a name like `pattern`, in order. */
  async like(folder: string, pattern: RegExp): Promise<string[]> {
    const names = await readdir(path.join(this.#root, folder)).catch(() => []);
    return names
      .filter((name) => pattern.test(name))
      .sort()
      .map((name) => path.posix.join(folder, name));
  }
}
