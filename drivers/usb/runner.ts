import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Observable } from 'rxjs';
import { HalError } from '../../hal/errors.js';

/** What a command ended with. */
export interface Ran {
  /** Null where it could not be started or was killed. */
  readonly exit: number | null;
  readonly out: string;
  /** What it complained of, in one line. */
  readonly complaint: string;
}

/** The seam between this driver and the machine's commands. */
export interface Runner {
  /** Runs a command to its end; never through a shell, never more than two minutes. Never rejects. */
  run(command: string, args: readonly string[]): Promise<Ran>;
  /** Cold. Each line a command prints; it is killed on unsubscribe. Errors with `HalError` `LIBRARY_MISSING`, `DEVICE_GONE`. */
  lines$(command: string, args: readonly string[]): Observable<string>;
}

const RUN_MAX_MS = 120_000;
const OUT_MAX_BYTES = 32 << 20;
/** The machine's own commands and their own language, whatever this process was started with. */
const ENV = { LC_ALL: 'C', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

export class MachineRunner implements Runner {
  run(command: string, args: readonly string[]): Promise<Ran> {
    return new Promise((resolve) => {
      const options = { env: ENV, timeout: RUN_MAX_MS, maxBuffer: OUT_MAX_BYTES, killSignal: 'SIGKILL' as const };
      execFile(command, [...args], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        const said = stderr.trim() || (error?.message ?? '');
        const complaint = said.replace(/\s+/g, ' ').slice(0, 300);
        resolve({ exit: typeof code === 'number' ? code : null, out: stdout, complaint });
      });
    });
  }

  lines$(command: string, args: readonly string[]): Observable<string> {
    return new Observable((subscriber) => {
      const child = spawn(command, [...args], { env: ENV, stdio: ['ignore', 'pipe', 'ignore'] });
      const lines = createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY });
      lines.on('line', (line) => subscriber.next(line));
      child.once('error', (cause: NodeJS.ErrnoException) => {
        const code = cause.code === 'ENOENT' ? 'LIBRARY_MISSING' : 'DEVICE_GONE';
        subscriber.error(new HalError(code, command, `cannot be started (${cause.message})`, { cause }));
      });
      child.once('exit', (exit, signal) => {
        subscriber.error(new HalError('DEVICE_GONE', command, `ended (${exit ?? signal})`));
      });
      return () => {
        lines.close();
        child.kill('SIGKILL');
      };
    });
  }
}
