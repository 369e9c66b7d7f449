import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemdSupervisor } from '../../../drivers/systemd/notify.js';

/** A socket of systemd's, bound to `name`. Reads without waiting: datagrams on this machine are there when they are sent. */
function listenOn(name: string) {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  const libc = koffi.load(null);
  const socket = libc.func('int socket(int family, int type, int protocol)');
  const bind = libc.func('int bind(int socket, const uint8_t *address, uint32_t size)');
  const receive = libc.func('long recv(int socket, _Out_ uint8_t *into, size_t length, int flags)');
  const close = libc.func('int close(int handle)');
  const handle = socket(1, 2, 0);
  const address = Buffer.concat([Buffer.of(1, 0), Buffer.from(name.replace(/^@/u, '\0'))]);
  assert.equal(bind(handle, address, address.length), 0, name);
  return {
    next(): string | null {
      const into = Buffer.alloc(512);
      const length = Number(receive(handle, into, into.length, 0x40));
      return length < 0 ? null : into.toString('utf8', 0, length);
    },
    close: () => void close(handle),
  };
}

describe('systemdSupervisor', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kikitome-notify-'));
  after(() => rmSync(folder, { recursive: true }));

  for (const name of [path.join(folder, 'notify'), `@kikitome-test-${process.pid}`]) {
    it(`speaks to ${name.startsWith('@') ? 'an abstract name' : 'a path'}`, () => {
      const systemd = listenOn(name);
      try {
        const supervisor = systemdSupervisor({ NOTIFY_SOCKET: name, WATCHDOG_USEC: '30000000' }, process.pid);
        assert.ok(supervisor);
        assert.equal(supervisor.intervalMs, 10_000);
        supervisor.working();
        supervisor.ready();
        supervisor.alive();
        supervisor.status('all\nis WATCHDOG=1 well');
        supervisor.closing();
        supervisor.stopping();
        const heard = Array.from({ length: 7 }, () => systemd.next());
        const words = [
          'READY=1',
          'WATCHDOG=1',
          'STATUS=all is WATCHDOG=1 well',
          'WATCHDOG_USEC=240000000',
          'STOPPING=1',
        ];
        assert.deepEqual(heard, ['EXTEND_TIMEOUT_USEC=60000000', ...words, null]);
      } finally {
        systemd.close();
      }
    });
  }

  it('never throws, whoever has gone', () => {
    const supervisor = systemdSupervisor({ NOTIFY_SOCKET: path.join(folder, 'nobody') }, process.pid);
    assert.ok(supervisor);
    supervisor.alive();
    assert.equal(supervisor.intervalMs, null);
  });

  it('is null where nobody is to be told', () => {
    for (const name of [undefined, '', '@', 'relative', `/${'x'.repeat(120)}`])
      assert.equal(systemdSupervisor({ NOTIFY_SOCKET: name }, 1), null);
  });

  it('waits for what is meant for this process alone', () => {
    const intervalOf = (us: string, whose?: string) =>
      systemdSupervisor({ NOTIFY_SOCKET: '@x', WATCHDOG_USEC: us, WATCHDOG_PID: whose }, 77)?.intervalMs;
    assert.equal(intervalOf('3000000', '77'), 1000);
    assert.equal(intervalOf('3000000', '78'), null);
    for (const us of ['0', '-3', 'soon', '']) assert.equal(intervalOf(us), null);
  });
});
