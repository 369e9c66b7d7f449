import assert from 'node:assert/strict';
import { pairVoltage, readLvs, readVoltage } from '../../../drivers/serial/line-voltage.js';
import { SerialModem } from '../../../drivers/serial/modem.js';
import { MODEM_PROFILES } from '../../../drivers/serial/profiles.js';
import { VoltageLineSense } from '../../../drivers/serial/voltage-sense.js';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import type { MonotonicMs, WallMs } from '../../../hal/clock.js';
import { HalError } from '../../../hal/errors.js';
import { SimulatedPorts } from './simulated-port.js';

const settled = async (): Promise<void> => {
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
};

/** Edges from readings ten times a second, as `hook 300`. */
function edgesOf(...volts: readonly number[]): string[] {
  let pair = pairVoltage();
  return volts.flatMap((each, i) => {
    const [next, edges] = readVoltage(pair, { volts: each, atMs: (i * 100) as MonotonicMs });
    pair = next;
    return edges.map((edge) => {
      const level = edge.kind === 'hook' ? edge.hook : edge.kind === 'polarity' ? edge.polarity : edge.kind;
      return `${level} ${edge.atMs}`;
    });
  });
}

/** A register as `AT:R6C` tells it. */
const lvs = (volts: number): string => `${((volts & 0xff) << 8).toString(16).toUpperCase().padStart(4, '0')}`;

describe('serial: line voltage', () => {
  it("reads LVS: bits 15-8 in two's complement, whatever the others are", () => {
    assert.deepEqual(['3000', '30FF', 'D000', '00A0', '8000', '7F12'].map(readLvs), [48, 48, -48, 0, -128, 127]);
    for (const line of ['OK', 'RING', '300', '30000', '30G0', '', '30a0']) assert.equal(readLvs(line), undefined);
    for (let volts = -128; volts <= 127; volts += 1) assert.equal(readLvs(lvs(volts)), volts);
  });

  it('sees a handset go up and down, two readings that agree, stamped with the first', () => {
    assert.deepEqual(edgesOf(48, 48, 7, 7, 7, 47, 48), ['off-hook 200', 'on-hook 500']);
  });

  it('does not take one odd reading, nor a level between the two limits, for a change', () => {
    assert.deepEqual(edgesOf(48, 7, 48, 48, 26, 26, 26), []);
    assert.deepEqual(edgesOf(48, 7, 7, 26, 26, 26), ['off-hook 100']);
  });

  it('does not take a cut line for a lifted handset, nor a lifted one that is cut for hung up', () => {
    assert.deepEqual(edgesOf(48, 0, 0, 0, 48, 48), []);
    assert.deepEqual(edgesOf(7, 7, 0, 0, 7, 48, 48), ['off-hook 0', 'on-hook 500']);
  });

  it('learns what an adapter feeds', () => {
    const idle = Array.from({ length: 3000 }, () => 26);
    assert.deepEqual(edgesOf(...idle, 15, 15, 12, 12, 26, 26), ['off-hook 300200', 'on-hook 300400']);
  });

  it('sees the exchange reverse the pair; which way is normal, the first reading says', () => {
    assert.deepEqual(edgesOf(-48, -48, 48, 48, -7, -7), ['reversed 200', 'off-hook 400', 'normal 400']);
  });
});

describe('serial: a modem as the sense of a line', () => {
  function rig() {
    const clock = new SimulatedClock(0 as WallMs);
    const ports = new SimulatedPorts();
    const world = { volts: 48, poll: (volts: number) => `\r\n${lvs(volts)}\r\n\r\nOK\r\n` };
    ports.onSay = (command) => ports.send(command === 'AT:R6C' ? world.poll(world.volts) : '\r\nOK\r\n');
    const profile = MODEM_PROFILES['isomodem-sense'];
    const modem = new SerialModem({ role: 'line-1-modem', path: '/dev/ttyAMA0', profile, clock }, async () => ports);
    const sense = new VoltageLineSense(modem, clock);
    const told: string[] = [];
    const errors: string[] = [];
    const code = (error: unknown) => errors.push(error instanceof HalError ? error.code : String(error));
    const watch = () =>
      sense.edges$.subscribe({
        next: (edge) => told.push(`${edge.kind} ${edge.kind === 'ring' ? edge.ringing : sense.hook()} ${edge.atMs}`),
        error: code,
      });
    const listen = () =>
      sense.modem.reports$.subscribe({ next: ({ kind, atMs }) => told.push(`${kind} ${atMs}`), error: code });
    const pass = (ms: number) => clock.advanceTo(clock.now() + ms);
    return { clock, ports, world, sense, told, errors, watch, listen, pass };
  }

  it('polls ten times a second once it is ready, and tells hook, ring and caller', async () => {
    const { ports, world, told, watch, listen, pass, sense } = rig();
    watch();
    listen();
    await settled();
    pass(1000); // 300 ms after AT&F it is ready
    assert.equal(ports.said.filter((command) => command === 'AT:R6C').length, 7);
    ports.send('\r\nRING\r\n');
    world.volts = 90;
    pass(400);
    ports.send('\r\nNMBR = 0312345678\r\n');
    pass(600);
    world.volts = 7;
    pass(300);
    assert.equal(sense.hook(), 'off-hook');
    world.volts = 48;
    pass(300);
    assert.deepEqual(told, [
      'ready 300',
      'ring true 1000',
      'ring 1000',
      'ring false 1500',
      'caller 1400',
      'hook off-hook 2100',
      'hook on-hook 2400',
    ]);
  });

  it('sees a handset that is up at the start, within half a second', async () => {
    const { world, told, watch, listen, pass } = rig();
    world.volts = 8;
    watch();
    listen();
    await settled();
    pass(800);
    assert.deepEqual(told, ['ready 300', 'hook off-hook 400']);
  });

  it('is lost with the modem, for both who listen, and sees anew with it', async () => {
    const { ports, told, errors, watch, listen, pass, world, sense } = rig();
    watch();
    listen();
    await settled();
    pass(500);
    ports.pull();
    await settled();
    assert.deepEqual(errors, ['DEVICE_GONE', 'DEVICE_GONE']);
    watch();
    assert.equal(errors.length, 3, 'still gone, whoever asks');
    world.volts = 7;
    listen();
    await settled();
    pass(500);
    assert.equal(sense.hook(), 'off-hook', 'lifted meanwhile: known with the first reading');
    watch();
    world.volts = 48;
    pass(300);
    assert.equal(told.at(-1), 'hook on-hook 1100');
  });

  it('is lost where the modem answers the poll without a voltage: blind is not at rest', async () => {
    for (const answer of ['\r\nOK\r\n', '\r\nERROR\r\n']) {
      const { world, errors, watch, listen, pass } = rig();
      world.poll = () => answer;
      watch();
      listen();
      await settled();
      pass(2000);
      await settled();
      assert.deepEqual(errors, ['DEVICE_GONE', 'DEVICE_GONE']);
    }
  });

  it('goes on where noise has eaten an answer, or its end came after the next poll', async () => {
    const { world, errors, told, watch, listen, pass } = rig();
    const answers = ['\r\nD\xff0\r\n\r\nOK\r\n', '\r\nOK\r\n', '\r\n\xfe\r\n'];
    const honest = world.poll;
    world.poll = () => answers.shift() ?? honest(world.volts);
    watch();
    listen();
    await settled();
    pass(3000);
    world.volts = 7;
    pass(1000);
    await settled();
    assert.deepEqual([answers.length, errors], [0, []]);
    assert.match(told.at(-1) ?? '', /^hook off-hook/);
  });

  it('says whether the line is fed: two readings that agree, anew after the modem was lost', async () => {
    const { ports, world, sense, listen, watch, pass } = rig();
    const fed: boolean[] = [];
    sense.fed$.subscribe((each) => fed.push(each));
    const readings = async (...volts: readonly number[]) => {
      for (const each of volts) {
        world.volts = each;
        pass(100);
        await settled();
      }
    };
    watch();
    listen();
    await settled();
    pass(1000);
    await settled();
    await readings(48, 48, 0, 48, 0, 0, 0, 48, 48);
    assert.deepEqual(fed, [true, false, true]);
    ports.pull();
    await settled();
    watch();
    listen();
    await settled();
    pass(1000);
    await settled();
    await readings(0, 0, 0);
    assert.deepEqual(fed, [true, false, true, true, false]);
  });
});
