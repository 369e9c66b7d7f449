import { KernelFiles } from '../../../drivers/health/kernel-files.js';

/** A machine's files in memory: read at once, so that a test waits for nothing. */
export class MemoryFiles extends KernelFiles {
  readonly #texts = new Map<string, string>();

  put(name: string, text: string): void {
    this.#texts.set(name, text);
  }

  override async text(name: string): Promise<string | undefined> {
    return this.#texts.get(name);
  }

  override async like(folder: string, pattern: RegExp): Promise<string[]> {
    const inside = [...this.#texts.keys()].filter((name) => name.startsWith(`${folder}/`));
    const names = new Set(inside.map((name) => name.slice(folder.length + 1).split('/')[0] ?? ''));
    return [...names].filter((name) => pattern.test(name)).map((name) => `${folder}/${name}`);
  }
}
