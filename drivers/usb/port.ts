import { Observable, switchMap } from 'rxjs';
import type { Clock } from '../../hal/clock.js';
import type { StickEvent, StickPort } from '../../hal/stick.js';
import type { Mounter } from './mounter.js';
import type { Runner } from './runner.js';
import { UeventReader } from './uevent.js';
import { Watch } from './watch.js';

/** A disk is judged once udev has said nothing new of disks for so long: its partitions are told one by one. */
const SETTLE_MS = 1000;
const MONITOR = ['monitor', '--udev', '--property', '--subsystem-match=block', '--subsystem-match=usb'];

export interface UsbStickPortOptions {
  readonly runner: Runner;
  readonly mounter: Mounter;
  readonly clock: Clock;
  /** Reads a file of sysfs, given from `/sys` on; the machine's own by default. */
  readonly readSys?: (file: string) => Promise<string>;
  /** Names in a folder of sysfs, likewise. */
  readonly listSys?: (folder: string) => Promise<readonly string[]>;
  /** Reads a file of procfs, given from `/proc` on, likewise. */
  readonly readProc?: (file: string) => Promise<string>;
}

/** The machine's USB sockets, through udev. What is not a plain mass-storage stick is refused. */
export class UsbStickPort implements StickPort {
  readonly events$: Observable<StickEvent>;

  constructor(options: UsbStickPortOptions) {
    this.events$ = new Observable((subscriber) => {
      const watch = new Watch(options, (event) => subscriber.next(event));
      const settled = watch.changed$
        .pipe(switchMap(() => options.clock.after$(SETTLE_MS)))
        .subscribe(() => void watch.judge().catch((error) => subscriber.error(error)));
      const reader = new UeventReader();
      let begun = false;
      const lines = options.runner.lines$('udevadm', MONITOR).subscribe({
        next: (line) => {
          // It listens from its first line on: what is there already is asked for now, so that nothing falls in between.
          if (!begun) void watch.begin().catch((error) => subscriber.error(error));
          begun = true;
          const event = reader.line(line);
          if (event) watch.hear(event);
        },
        error: (error) => subscriber.error(error),
      });
      return () => {
        lines.unsubscribe();
        settled.unsubscribe();
      };
    });
  }
}
