import assert from 'node:assert/strict';
import { SerialModem } from '../../../drivers/serial/modem.js';
import { MODEM_PROFILES } from '../../../drivers/serial/profiles.js';
import { SimulatedClock } from '../../../drivers/simulated/clock.js';
import type { WallMs } from '../../../hal/clock.js';
import { HalError } from '../../../hal/errors.js';
import type { ModemReport } from '../../../hal/modem.js';
import { SimulatedPorts } from './simulated-port.js';

/** Everything that promises hold has happened; no time passes. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
};

function rig(load?: () => Promise<SimulatedPorts>) {
  const clock = new SimulatedClock(0 as WallMs);
  const ports = new SimulatedPorts();
  ports.onSay = () => ports.send('\r\nOK\r\n');
  const profile = MODEM_PROFILES['conexant-cx93001'];
  const modem = new SerialModem(
    { role: 'line-1-modem', path: '/dev/ttyACM0', profile, clock },
    load ?? (async () => ports),
  );
  const reports: ModemReport[] = [];
  const errors: unknown[] = [];
  const listen = () =>
    modem.reports$.subscribe({
      next: (report) => reports.push(report),
      error: (error: unknown) => {
        assert.equal(ports.isOpen, false, 'released before the error is told');
        errors.push(error);
      },
    });
  return {
    clock,
    ports,
    modem,
    reports,
    errors,
    listen,
    pass: (ms: number) => clock.advanceTo(clock.now() + ms),
    kinds: () => reports.map(({ kind }) => kind),
    codes: () =>
      errors.map((error) => (error instanceof HalError && !error.message.includes('\n') ? error.code : error)),
  };
}

describe('serial: modem', () => {
  it('opens nothing before somebody listens, and releases when nobody does', async () => {
    const { ports, listen, pass, kinds } = rig();
    await settled();
    assert.equal(ports.opened, 0);
    const subscription = listen();
    await settled();
    pass(300);
    assert.deepEqual(kinds(), ['ready']);
    assert.deepEqual(ports.said, ['AT', 'AT&F', 'ATE0Q0V1', 'ATS0=0', 'AT+GCI=00', 'AT+VCID=1']);
    subscription.unsubscribe();
    await settled();
    assert.deepEqual([ports.opened, ports.closed], [1, 1]);
    pass(1e6);
    assert.deepEqual([ports.said.length, ports.afterClose], [6, 0]);
  });

  it('tells rings and callers at the time of the clock', async () => {
    const { ports, listen, pass, reports } = rig();
    listen();
    await settled();
    pass(1000);
    ports.send('\r\nRING\r\n\r\nNMBR = 0355501234\r\n');
    pass(5000);
    const caller = { number: '0355501234', form: 'formatted' };
    assert.deepEqual(reports.slice(1), [
      { kind: 'ring', atMs: 1000 },
      { kind: 'caller', atMs: 1000, caller },
    ]);
  });

  it('asks a quiet modem whether it is there, for hours', async () => {
    const { ports, listen, pass, errors } = rig();
    listen();
    await settled();
    for (let minute = 0; minute < 600; minute += 1) pass(60_000);
    assert.deepEqual(errors, []);
    assert.ok(ports.said.length > 590 && ports.said.length <= 606, `${ports.said.length}`);
  });

  it('errors with DEVICE_GONE when the port vanishes, and works again when it is back', async () => {
    const { ports, listen, pass, codes, kinds } = rig();
    for (let i = 1; i <= 3; i += 1) {
      listen();
      await settled();
      pass(300);
      ports.send('RING\r\n');
      ports.pull();
      await settled();
      assert.deepEqual(codes(), new Array(i).fill('DEVICE_GONE'));
      assert.deepEqual([ports.opened, ports.closed], [i, i]);
    }
    assert.deepEqual(kinds(), ['ready', 'ring', 'ready', 'ring', 'ready', 'ring']);
  });

  it('can be subscribed again at once, from the error itself and after unsubscribing', async () => {
    const { ports, modem, codes, listen, pass, kinds, errors } = rig();
    modem.reports$.subscribe({
      error: (error: unknown) => {
        errors.push(error);
        listen();
      },
    });
    await settled();
    ports.pull();
    await settled();
    pass(300);
    assert.deepEqual([codes(), kinds()], [['DEVICE_GONE'], ['ready']]);
    const { ports: other, listen: again, pass: later, kinds: told, errors: none } = rig();
    for (let i = 0; i < 5; i += 1) again().unsubscribe();
    again();
    await settled();
    later(300);
    assert.deepEqual([told(), none, other.opened - other.closed], [['ready'], [], 1]);
  });

  it('releases a port that opens after nobody listens any more', async () => {
    let go: (ports: SimulatedPorts) => void = () => undefined;
    const loading = new Promise<SimulatedPorts>((resolve) => {
      go = resolve;
    });
    const { ports, listen, reports } = rig(() => loading);
    listen().unsubscribe();
    const second = listen();
    await settled();
    second.unsubscribe();
    go(ports);
    await settled();
    assert.deepEqual([ports.opened, ports.closed, ports.said, reports], [1, 1, [], []]);
  });

  it('stops when unsubscribed from inside', async () => {
    const { ports, modem, pass } = rig();
    let told = 0;
    const subscription = modem.reports$.subscribe(() => {
      told += 1;
      subscription.unsubscribe();
    });
    await settled();
    pass(300);
    ports.send('RING\r\nRING\r\n');
    await settled();
    pass(1e6);
    assert.deepEqual([told, ports.isOpen, ports.afterClose], [1, false, 0]);
  });

  it('says DEVICE_MISSING when nothing answers, PROTOCOL when it refuses, DEVICE_GONE when it falls silent', async () => {
    const mute = rig();
    mute.ports.onSay = () => undefined;
    mute.listen();
    await settled();
    mute.pass(5 * 1500);
    await settled();
    assert.deepEqual(mute.codes(), ['DEVICE_MISSING']);

    const stubborn = rig();
    stubborn.ports.onSay = (command) => stubborn.ports.send(/CID/.test(command) ? 'ERROR\r\n' : 'OK\r\n');
    stubborn.listen();
    await settled();
    stubborn.pass(300);
    await settled();
    assert.deepEqual(stubborn.codes(), ['PROTOCOL']);
    assert.match(String(stubborn.errors[0]), /line-1-modem \(\/dev\/ttyACM0\): the modem refuses AT#CID=1/);

    const dead = rig();
    dead.listen();
    await settled();
    dead.pass(300);
    dead.ports.onSay = () => undefined;
    dead.pass(60_000 + 5 * 1500);
    await settled();
    assert.deepEqual([dead.kinds(), dead.codes()], [['ready'], ['DEVICE_GONE']]);
  });

  for (const [said, code] of [
    ['Error: No such file or directory, cannot open /dev/ttyACM0', 'DEVICE_MISSING'],
    ['Error: Permission denied, cannot open /dev/ttyACM0', 'DEVICE_MISSING'],
    ['Error Resource temporarily unavailable Cannot lock port', 'DEVICE_BUSY'],
    ['Error: Device or resource busy, cannot open /dev/ttyACM0', 'DEVICE_BUSY'],
    ['Error: Inappropriate ioctl for device setting custom baud rate of 115200', 'DEVICE_MISSING'],
    ['something\nelse', 'DEVICE_MISSING'],
  ] as const) {
    it(`makes ${code} of "${said.replace('\n', ' ')}"`, async () => {
      const { ports, listen, codes } = rig();
      ports.refuse = said;
      listen();
      await settled();
      assert.deepEqual(codes(), [code]);
    });
  }

  it('says LIBRARY_MISSING where the package is not installed', async () => {
    const { listen, codes } = rig(async () => {
      throw new Error("Cannot find package 'serialport'");
    });
    listen();
    await settled();
    assert.deepEqual(codes(), ['LIBRARY_MISSING']);
  });
});
