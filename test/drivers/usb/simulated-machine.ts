import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Observable, type Subscriber } from 'rxjs';
import type { Mounter } from '../../../drivers/usb/mounter.js';
import type { Ran, Runner } from '../../../drivers/usb/runner.js';

const FIXTURES = fileURLToPath(new URL('./fixtures', import.meta.url));

export const fixture = (name: string): string => readFileSync(path.join(FIXTURES, name), 'utf8');

/** Commands of a machine that does not exist: what was run, and what it answers. */
export class SimulatedRunner implements Runner {
  readonly ran: string[] = [];
  /** By the beginning of the command line; what is not there ends with 0 and says nothing. */
  readonly answers = new Map<string, Partial<Ran>>();
  watched = 0;
  #monitor: Subscriber<string> | undefined;

  async run(command: string, args: readonly string[]): Promise<Ran> {
    const line = [command, ...args].join(' ');
    this.ran.push(line);
    const [, answer = {}] = [...this.answers].find(([begins]) => line.startsWith(begins)) ?? [];
    return { exit: 0, out: '', complaint: '', ...answer };
  }

  lines$(command: string, args: readonly string[]): Observable<string> {
    this.ran.push([command, ...args].join(' '));
    return new Observable((subscriber) => {
      this.#monitor = subscriber;
      this.watched += 1;
      return () => {
        this.watched -= 1;
      };
    });
  }

  /** The monitor prints this. */
  prints(text: string): void {
    for (const line of text.replace(/\n$/, '').split('\n')) this.#monitor?.next(line);
  }

  fails(error: Error): void {
    this.#monitor?.error(error);
  }
}

/** Mounts nothing: a folder is the volume. */
export class FolderMounter implements Mounter {
  readonly did: string[] = [];
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async mount({ device }: { readonly device: string }): Promise<string> {
    this.did.push(`mount ${device}`);
    return this.#folder;
  }

  async seal({ device }: { readonly device: string }): Promise<void> {
    this.did.push(`seal ${device}`);
  }

  async release({ device }: { readonly device: string }): Promise<void> {
    this.did.push(`release ${device}`);
  }
}
