import assert from 'node:assert/strict';
import { Medium } from '../../firmware/medium.js';
import type { Clock, MonotonicMs } from '../../hal/clock.js';
import type { Store } from '../../storage/store.js';

describe('Medium', () => {
  /** A store that refuses every commit until it has been opened anew, which is done when the test says so. */
  function stage() {
    let nowMs = 0;
    let refuses = true;
    let opened: () => void = () => assert.fail('it is not being opened');
    const work = { pieces: 0 };
    const store: Pick<Store, 'commit' | 'reopen' | 'finishInterrupted'> = {
      commit: async () => {
        if (refuses) throw new Error('refused');
      },
      reopen: () =>
        new Promise((done) => {
          opened = () => {
            refuses = false;
            done();
          };
        }),
      finishInterrupted: async () => 0,
    };
    const clock: Pick<Clock, 'now'> = { now: () => nowMs as MonotonicMs };
    const medium = new Medium(store as Store, clock as Clock, work);
    const pass = (ms: number): void => {
      nowMs += ms;
    };
    return { medium, store, work, pass, opened: () => opened() };
  }

  it('counts the pieces of opening anew, and of nothing else that is done on the medium', async () => {
    const { medium, work, pass, opened } = stage();
    work.pieces = 500;
    await assert.rejects(medium.commit(), /refused/);
    assert.equal(medium.pieces, 0);
    pass(5000);
    const committed = medium.commit();
    await new Promise(setImmediate);
    work.pieces += 7;
    assert.equal(medium.pieces, 7, 'while it is being opened');
    work.pieces += 3;
    opened();
    await committed;
    assert.equal(medium.pieces, 10);
    work.pieces += 100;
    await medium.commit();
    assert.equal(medium.pieces, 10, 'what is read of it later is no sign of life');
  });

  it('is opened anew at once for what cannot be tried again later', async () => {
    const { medium, store, opened } = stage();
    let tried = 0;
    const done = medium.last(async () => {
      tried += 1;
      await store.commit();
    });
    await new Promise(setImmediate);
    opened();
    await done;
    assert.equal(tried, 2);
    const refused = assert.rejects(
      medium.last(() => Promise.reject(new Error('for ever'))),
      /for ever/,
    );
    await new Promise(setImmediate);
    opened();
    await refused;
  });
});
