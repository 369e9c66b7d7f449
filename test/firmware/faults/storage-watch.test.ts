import assert from 'node:assert/strict';
import type { FaultCode, FaultSink } from '../../../firmware/faults/fault.js';
import { StorageWatch } from '../../../firmware/faults/storage-watch.js';
import type { Store } from '../../../storage/store.js';

/** The book of a box: what is there, and every coming and going. */
class Book implements FaultSink {
  readonly there = new Set<string>();
  readonly said: string[] = [];
  costly = false;
  detail = '';
  raise(code: FaultCode, subject: string, detail: string, costly = false): void {
    this.costly = costly;
    this.detail = detail;
    if (!this.there.has(`${code} ${subject}`)) this.said.push(`+${code}`);
    this.there.add(`${code} ${subject}`);
  }
  clear(code: FaultCode, subject: string): void {
    if (this.there.delete(`${code} ${subject}`)) this.said.push(`-${code}`);
  }
}

const refusal = (code: string): Error => Object.assign(new Error(`${code}: write`), { code });

describe('what a medium refuses', () => {
  let book: Book;
  let watch: StorageWatch;
  /** What the medium answers to a probe. */
  let answer: string | null;
  let probes: number;
  beforeEach(() => {
    book = new Book();
    answer = null;
    probes = 0;
    const putSetting = async (): Promise<void> => {
      probes += 1;
      if (answer !== null) throw refusal(answer);
    };
    watch = new StorageWatch({ putSetting } as unknown as Store, book);
  });

  it('a commit is over with the next commit that goes through, and with nothing else', async () => {
    watch.commitFailed(refusal('EIO'));
    await watch.look();
    assert.deepEqual([...book.there], ['STORAGE_FAILING store']);
    watch.commitFailed(refusal('EIO'));
    await watch.committed();
    assert.deepEqual(book.said, ['+STORAGE_FAILING', '-STORAGE_FAILING']);
  });

  it('anybody else is over with the next write that is taken', async () => {
    answer = 'EIO';
    watch.failed(refusal('EIO'));
    await watch.look();
    assert.deepEqual([...book.there], ['STORAGE_FAILING store']);
    answer = null;
    await watch.look();
    assert.deepEqual(book.said, ['+STORAGE_FAILING', '-STORAGE_FAILING']);
    await watch.look();
    assert.equal(probes, 2, 'a medium that is well is left in peace');
  });

  it('both is over when both are', async () => {
    watch.commitFailed(refusal('EIO'));
    watch.failed(refusal('EIO'));
    await watch.look();
    assert.deepEqual([...book.there], ['STORAGE_FAILING store']);
    await watch.committed();
    assert.deepEqual(book.said, ['+STORAGE_FAILING', '-STORAGE_FAILING']);
  });

  it('is costly once sound found no room in memory, until a commit goes through', async () => {
    watch.commitFailed(refusal('EIO'));
    assert.equal(book.costly, false);
    watch.lost();
    assert.deepEqual([book.costly, book.detail], [true, 'sound was lost: EIO: write']);
    await watch.committed();
    watch.commitFailed(refusal('EIO'));
    assert.equal(book.costly, false);
  });

  it('is told where it takes so long that sound is lost, too', async () => {
    watch.lost();
    assert.deepEqual([...book.there], ['STORAGE_FAILING store']);
    await watch.committed();
    assert.equal(book.there.size, 0);
  });

  it('is never told as nothing where one wrong follows another', async () => {
    watch.commitFailed(refusal('EIO'));
    watch.commitFailed(refusal('EROFS'));
    await watch.committed();
    const each = ['+STORAGE_FAILING', '+STORAGE_READ_ONLY', '-STORAGE_FAILING', '-STORAGE_READ_ONLY'];
    assert.deepEqual(book.said, each);
  });
});
