import type { RecordingWriter } from './recording-writer.js';
import type { StoreState } from './state.js';

/**
 * Recordings in progress go on in a state that was opened anew: each behind what the medium turns out to have of it. What of one has
 * never reached it waits with its writer, as before. One of which the medium has lost what it had taken ends there.
 */
export async function takeOver(state: StoreState, before: StoreState): Promise<void> {
  for (const writer of [...before.writers]) {
    if (await goesOn(state, writer)) state.writers.add(writer);
    else before.writers.delete(writer);
  }
  state.madeRoom = before.madeRoom;
}

/** What has begun while the state was being opened. */
export function takeOverTheRest(state: StoreState, before: StoreState): void {
  for (const writer of before.writers) if (!writer.erased) state.writers.add(writer);
  state.lastNumber = Math.max(state.lastNumber, before.lastNumber);
}

async function goesOn(state: StoreState, writer: RecordingWriter): Promise<boolean> {
  const open = state.unfinished.find(({ row }) => row.id === writer.id);
  if (open) {
    if (!writer.goOnBehind(open.row.blocks)) {
      writer.erased = true; // what is there of it is closed as interrupted
      return false;
    }
    state.unfinished = state.unfinished.filter((each) => each !== open);
    writer.committed = { row: open.row, key: open.key, newSegments: new Set() };
    return true;
  }
  const { index } = state.parts;
  // Its close had reached the medium, and nobody had heard of it.
  if ((await index.row(writer.number))?.id === writer.id) return false;
  const wasThere = writer.committed !== undefined && writer.committed.row.x.length > 0;
  if (wasThere || (await index.tombstone(writer.number))) {
    writer.erased = true;
    return false;
  }
  writer.committed = undefined; // its key, if it had one, went as one that nothing needs
  return true;
}
