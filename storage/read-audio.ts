import { openBlock, type Position } from './block.js';
import { StoreError } from './errors.js';
import type { StoreParts } from './parts.js';
import type { Row } from './row.js';

/**
 * The payloads of a row's data blocks, in sequence. Throws `RECORDING_ERASED` where the key goes meanwhile,
 * `RECORDING_DAMAGED` where a block is missing or not what was sealed.
 */
export async function* readAudio({ ring, vault }: StoreParts, row: Row): AsyncIterable<Buffer> {
  const key = await vault.get(row.slot, row.id);
  if (!key) throw new StoreError('RECORDING_ERASED', `recording ${row.n} was erased`);
  let next = 1;
  // Blocks that were moved on stand in later runs than their sequence: another pass finds what comes before them.
  for (let before = 0; next <= row.blocks && before !== next; ) {
    before = next;
    for (const [from, to] of row.x) {
      if (next > row.blocks) break;
      for await (const { header, bytes, at } of ring.blocks(from, to as Position)) {
        if (header.id !== row.id || header.type !== 'data' || header.sequence !== next) continue;
        const payload = openBlock(bytes, at, header, key);
        if (!payload) break;
        yield payload;
        next += 1;
        if (next > row.blocks) break;
      }
    }
  }
  if (next > row.blocks) return;
  if (!(await vault.get(row.slot, row.id))) throw new StoreError('RECORDING_ERASED', `recording ${row.n} was erased`);
  throw new StoreError('RECORDING_DAMAGED', `recording ${row.n}: block ${next} of ${row.blocks} cannot be read`);
}
