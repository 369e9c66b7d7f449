import assert from 'node:assert/strict';
import { Observable } from 'rxjs';
import { openVirtualBoard } from '../../boards/virtual/board.js';
import { SystemClock } from '../../drivers/clock/system.js';
import { openMp3Codec } from '../../drivers/lame/codec.js';
import { openTrace } from '../../drivers/simulated/trace.js';
import type { Mp3Codec } from '../../hal/codec.js';
import { cleanTrace } from '../support/traces.js';
import { kikitome, must } from '../support/world.js';
import { scratch } from './recorded.js';

/** One whose last word is refused. */
function unfinishing(codec: Mp3Codec): Mp3Codec {
  return {
    name: codec.name,
    leadInSamples: codec.leadInSamples,
    open: (options) => {
      const encoder = codec.open(options);
      return {
        samplesPerFrame: encoder.samplesPerFrame,
        encode: (samples) => encoder.encode(samples),
        finish: () => {
          throw new Error('the last word is refused');
        },
        close: () => encoder.close(),
      };
    },
  };
}

describe('scenario: a recorder that cannot stop as it should', () => {
  const at = scratch();

  it('ends all the same: it lets go of what it listens to, and says why', async () => {
    await must(['format', '--data', at('store'), '--capacity', '8MiB']);
    const trace = openTrace(cleanTrace([{ atMs: 1000, hook: 'off' }], new Int16Array(24_000), { dir: at('trace') }));
    let listened = 0;
    const events$ = new Observable<never>(() => {
      listened += 1;
      return () => {
        listened -= 1;
      };
    });
    const board = openVirtualBoard({ traces: [trace], speed: 'max', realClock: new SystemClock() });
    const play = board.play.bind(board);
    const { id, clock, lines, lamp, button, buzzer, keypads, health } = board;
    const boxed = { id, clock, lines, lamp, button, buzzer, keypads, health, sticks: { events$ } };
    let began = 0;
    const { exit, err } = await kikitome(['run', '--data', at('store'), '--trace', at('trace')], {
      openCodec: async () => unfinishing(await openMp3Codec()),
      openBoard: async () => ({
        board: boxed,
        play: (options) => {
          began = listened;
          return play(options);
        },
      }),
    });
    assert.equal(began, 1);
    assert.match(err, /the last word is refused/);
    assert.notEqual(exit, 0);
    assert.equal(listened, 0);
  });
});
