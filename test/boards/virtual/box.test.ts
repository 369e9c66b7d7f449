import assert from 'node:assert/strict';
import { merge } from 'rxjs';
import { openVirtualBoard, type VirtualBoard } from '../../../boards/virtual/board.js';
import { parseFault } from '../../../drivers/simulated/fault.js';
import { atOnce, ramp, stoppedClock, traceFolder } from './rig.js';

describe('the box of the virtual board', () => {
  const trace = traceFolder();
  const open = (...faults: string[]): VirtualBoard =>
    openVirtualBoard({
      traces: [trace([{ atMs: 2000, hook: 'off' }], ramp(80_000))],
      speed: 'max',
      faults: faults.map(parseFault),
      realClock: stoppedClock(),
    });
  /** What its senses say, with the time. */
  const readings = async (board: VirtualBoard): Promise<string[]> => {
    const said: string[] = [];
    merge(...board.health.map(({ readings$ }) => readings$)).subscribe((reading) =>
      said.push(`${board.clock.now()} ${JSON.stringify(Object.values(reading))}`),
    );
    await board.play({ settled: atOnce });
    return said;
  };

  it('says of itself that all is well, once', async () => {
    assert.deepEqual(await readings(open()), [
      '0 ["machine-start","virtual",false]',
      '0 ["lid",false]',
      '0 ["supply",false]',
      '0 ["temperature",45]',
      '0 ["medium-life",10,false]',
      '0 ["line-voltage","line-1",true,true]',
    ]);
  });

  for (const [fault, wrong, well] of [
    ['lid-open', '["lid",true]', '["lid",false]'],
    ['under-voltage', '["supply",true]', '["supply",false]'],
    ['over-temperature', '["temperature",84]', '["temperature",45]'],
    ['medium-worn', '["medium-life",90,false]', '["medium-life",10,false]'],
    ['line-dead', '["line-voltage","line-1",false,true]', '["line-voltage","line-1",true,true]'],
  ] as const) {
    it(`says so while it suffers ${fault}`, async () => {
      const said = await readings(open(`${fault}@3000:1500`));
      assert.deepEqual(said.slice(6), [`3000 ${wrong}`, `4500 ${well}`]);
    });
  }

  it('loses its detectors and has them back, and what happened meanwhile is not told', async () => {
    const board = open('sense-gone@1000:2000:line-1');
    const [line] = board.lines;
    const told: string[] = [];
    const listen = (): void => {
      line?.sense.edges$.subscribe({
        next: ({ kind }) => told.push(`${board.clock.now()} ${kind}`),
        error: ({ code }) => {
          told.push(`${board.clock.now()} ${code}`);
          board.clock.after$(1500).subscribe(listen);
        },
      });
    };
    listen();
    await board.play({ settled: atOnce });
    assert.deepEqual(told, ['1000 DEVICE_GONE', '2500 DEVICE_GONE']);
    assert.equal(line?.sense.hook(), 'off-hook');
  });

  it('stands still, and tells everything afterwards with its own time', async () => {
    const board = open('process-stall@1500:3000');
    const told: string[] = [];
    board.clock.after$(2500).subscribe(() => told.push(`alarm at ${board.clock.now()}`));
    board.lines[0]?.sense.edges$.subscribe(({ kind, atMs }) => told.push(`${kind} of ${atMs} at ${board.clock.now()}`));
    let lateMs = 0;
    let samples = 0;
    board.lines[0]?.audio.blocks$.subscribe((block) => {
      samples += block.samples.length;
      lateMs = Math.max(lateMs, board.clock.now() - block.atMs);
    });
    await board.play({ settled: atOnce });
    assert.deepEqual(told, ['alarm at 4500', 'hook of 2000 at 4500']);
    assert.ok(lateMs > 2900, `${lateMs}`);
    assert.equal(samples, 15_000 * 8); // ten seconds and the tail: nothing is lost by it
  });

  it('has hands: a button that is held in its own time, and keys', async () => {
    const board = open();
    const told: string[] = [];
    board.button?.edges$.subscribe(({ pressed, atMs }) => told.push(`${pressed} ${atMs}`));
    board.keypads[0]?.keys$.subscribe(({ key, atMs }) => told.push(`${key} ${atMs}`));
    board.clock.after$(1000).subscribe(() => {
      board.hands.hold(2500);
      board.hands.hold(10); // it is down already
    });
    board.clock.after$(5000).subscribe(() => board.hands.press('7'));
    await board.play({ settled: atOnce });
    assert.deepEqual(told, ['true 1000', 'false 3500', '7 5000']);
  });

  it('tells what its buzzer sounds', () => {
    const board = open();
    const sounded: (readonly number[])[] = [];
    board.buzzed$.subscribe((rhythmMs) => sounded.push(rhythmMs));
    board.buzzer?.sound([80]);
    assert.deepEqual(sounded, [[80]]);
  });
});
