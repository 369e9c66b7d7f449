import { existsSync, watch } from 'node:fs';
import { Observable } from 'rxjs';

/**
 * Emits when something in `folder` comes, goes or gets other permissions (inotify: nothing runs meanwhile). Cold. Errors
 * where there is no such folder to watch, completes when it goes away.
 */
export function changes$(folder: string): Observable<void> {
  return new Observable<void>((subscriber) => {
    const watcher = watch(folder, { persistent: false }, () => {
      // The folder goes with its last device, and a watch on it is then a watch on nothing.
      if (existsSync(folder)) subscriber.next();
      else subscriber.complete();
    });
    watcher.on('error', (error) => subscriber.error(error));
    return () => watcher.close();
  });
}
