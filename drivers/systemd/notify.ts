import { createRequire } from 'node:module';
import type { Supervisor } from '../../hal/supervisor.js';

/** Sends one datagram; what cannot be sent now is lost, and nobody waits. */
export type SendDatagram = (address: Uint8Array, datagram: Uint8Array) => void;

/** `socket.h`, the same on every processor Node runs on. */
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
/** Longest name in a `sockaddr_un`. */
const NAME_MAX_BYTES = 108;
const STATUS_MAX = 200;
/** A start that takes longer than the service's own time ends when nothing was said for so long. */
const WORKING_US = 60_000_000;
/** A stick is unmounted in two minutes at most; then the machine has its time to go off, and the lamp to say that it does not. */
const CLOSING_US = 240_000_000;

/** What systemd puts into a service's environment. */
export interface NotifyEnvironment {
  /** An absolute path, or `@` and an abstract name. */
  readonly NOTIFY_SOCKET?: string | undefined;
  /** How long systemd waits for a sign of life, in microseconds. */
  readonly WATCHDOG_USEC?: string | undefined;
  /** Whose sign of life it waits for. */
  readonly WATCHDOG_PID?: string | undefined;
}

/**
 * systemd as `sd_notify(3)` has it: datagrams to the socket that the environment names. Null where it names none, or where
 * koffi is not there. A sign of life is expected three times in the time systemd waits.
 */
export function systemdSupervisor(
  env: NotifyEnvironment,
  pid: number,
  open: () => SendDatagram | null = openSocket,
): Supervisor | null {
  const address = addressOf(env.NOTIFY_SOCKET ?? '');
  const socket = address === null ? null : open();
  if (address === null || socket === null) return null;
  const send = (text: string): void => socket(address, Buffer.from(text));
  return {
    intervalMs: watchdogMs(env, pid),
    working: () => send(`EXTEND_TIMEOUT_USEC=${WORKING_US}`),
    ready: () => send('READY=1'),
    alive: () => send('WATCHDOG=1'),
    // A line break would begin another word of the protocol.
    status: (text) => send(`STATUS=${text.replace(/\s+/gu, ' ').slice(0, STATUS_MAX)}`),
    closing: () => send(`WATCHDOG_USEC=${CLOSING_US}`),
    stopping: () => send('STOPPING=1'),
  };
}

function watchdogMs({ WATCHDOG_USEC: us, WATCHDOG_PID: whose }: NotifyEnvironment, pid: number): number | null {
  if (us === undefined || !/^\d{1,15}$/u.test(us) || Number(us) === 0) return null;
  if (whose !== undefined && whose !== String(pid)) return null;
  return Number(us) / 1000 / 3;
}

/** A `sockaddr_un`, or null for what is no address. */
function addressOf(name: string): Uint8Array | null {
  if (!/^[/@]./su.test(name)) return null;
  const bytes = Buffer.from(name);
  if (bytes.length >= NAME_MAX_BYTES) return null;
  // An abstract name begins with a zero octet and ends where the address ends.
  const path = name.startsWith('@')
    ? Buffer.concat([Buffer.of(0), bytes.subarray(1)])
    : Buffer.concat([bytes, Buffer.of(0)]);
  const family = Buffer.from(Uint16Array.of(AF_UNIX).buffer);
  return Buffer.concat([family, path]);
}

type Socket = (family: number, type: number, protocol: number) => number;
type SendTo = (
  socket: number,
  datagram: Uint8Array,
  length: number,
  flags: number,
  address: Uint8Array,
  addressLength: number,
) => number;

/** Through libc, since Node has no Unix datagrams. */
function openSocket(): SendDatagram | null {
  try {
    // Optional dependency, and a native one: loaded when asked for, not when imported.
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
    const libc = koffi.load(null);
    const socket = libc.func('int socket(int family, int type, int protocol)') as Socket;
    const sendTo = libc.func(
      'long sendto(int socket, const uint8_t *datagram, size_t length, int flags, const uint8_t *address, uint32_t size)',
    ) as SendTo;
    const handle = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (handle < 0) return null;
    return (address, datagram) => {
      sendTo(handle, datagram, datagram.length, MSG_DONTWAIT | MSG_NOSIGNAL, address, address.length);
    };
  } catch {
    // Nobody to tell: systemd will say that it heard nothing.
    return null;
  }
}
