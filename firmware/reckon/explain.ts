import type { CallEvent } from '../call/call-event.js';
import type { LineWatch } from './line-watch.js';

/** Tells a line's watch what has been put on record. */
export function explain(watch: Pick<LineWatch, 'explained' | 'callEnded'>, event: CallEvent): void {
  switch (event.kind) {
    case 'began':
      watch.explained('call', event.atMs);
      if (event.ringMs !== null) watch.explained('rang', event.atMs - event.ringMs, event.atMs);
      break;
    case 'ended':
      watch.callEnded(event.atMs);
      break;
    case 'missed':
      watch.explained('rang', event.startMs, event.endMs);
      break;
    case 'fetched':
      watch.explained('number-fetched', event.startMs, event.endMs);
      break;
    case 'tap':
      watch.explained('tap', event.startMs, event.endMs);
      break;
  }
}
