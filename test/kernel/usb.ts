import { once } from 'node:events';
import { createConnection } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

/** How long a key is held, in the guest's time. */
const KEY_MS = 60;

export interface Pace {
  /** Bytes a second that it takes, and gives. */
  readonly writeBytesS?: number;
  readonly readBytesS?: number;
}

export interface PlugOptions extends Pace {
  /** What the stick says of itself. */
  readonly serial?: string;
  /** It says that it cannot be written to. */
  readonly readOnly?: boolean;
  /** Sectors of 512 bytes that cannot be written, or read, from now on. */
  readonly bad?: readonly { readonly iotype: 'write' | 'read'; readonly sector: number }[];
}

/** The USB sockets of a running virtual board, through QEMU's own interface: any number of sticks, good and bad. */
export class UsbSockets {
  readonly #socket: string;

  /** `folder`: the bench's. */
  constructor(folder: string) {
    this.#socket = path.join(folder, 'run', 'qmp');
  }

  /** Resolves when the machine has been switched on. */
  async ready(): Promise<void> {
    for (;;) {
      try {
        await this.#ask('query-status', {});
        return;
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException;
        if (!['ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes(code)) throw error;
        await pause(50);
      }
    }
  }

  /** Plugs in a stick that holds `image`; `id` names it from now on, and is its serial number unless it has another one. */
  async plug(id: string, image: string, options: PlugOptions = {}): Promise<void> {
    const { serial = id, readOnly = false, bad = [] } = options;
    const file = { driver: 'file', filename: image, 'read-only': readOnly };
    const rules = bad.map((each) => ({ ...each, event: 'none', errno: 5, once: false, immediately: true }));
    const disk = rules.length > 0 ? { driver: 'blkdebug', image: file, 'inject-error': rules } : file;
    await this.#ask('object-add', { 'qom-type': 'throttle-group', id: `${id}-pace`, limits: limitsOf(options) });
    const throttled = { driver: 'throttle', 'throttle-group': `${id}-pace`, 'read-only': readOnly, file: disk };
    await this.#ask('blockdev-add', { 'node-name': id, ...throttled });
    await this.#ask('device_add', { driver: 'usb-storage', id, drive: id, serial, removable: true });
  }

  /** From now on a stick that is in is as fast as this. */
  pace(id: string, pace: Pace): Promise<unknown> {
    return this.#ask('qom-set', { path: `/objects/${id}-pace`, property: 'limits', value: limitsOf(pace) });
  }

  /** Bytes that have gone to a stick and come from it since it was plugged in. */
  async moved(id: string): Promise<number> {
    const all = (await this.#ask('query-blockstats', {})) as {
      qdev?: string;
      stats: { wr_bytes: number; rd_bytes: number };
    }[];
    const stick = all.find(({ qdev = '' }) => qdev.split('/').includes(id));
    if (stick === undefined) throw new Error(`no stick ${id} is in`);
    return stick.stats.wr_bytes + stick.stats.rd_bytes;
  }

  /** Plugs in another kind of device, by QEMU's name for it. Pulled by `unplug`. */
  plugDevice(id: string, driver: string, properties: object = {}): Promise<unknown> {
    return this.#ask('device_add', { driver, id, ...properties });
  }

  unplug(id: string): Promise<unknown> {
    return this.#ask('device_del', { id });
  }

  /** Keys of the USB keyboard by QEMU's names, one after the other. */
  async press(names: readonly string[]): Promise<void> {
    for (const data of names) await this.#ask('send-key', { keys: [{ type: 'qcode', data }], 'hold-time': KEY_MS });
  }

  /** Pulls it out, whatever is being written. Resolves when its image is nobody's any more. */
  async pull(id: string): Promise<void> {
    await this.#ask('device_del', { id });
    for (;;) {
      const nodes = (await this.#ask('query-named-block-nodes', { flat: true })) as { 'node-name': string }[];
      if (!nodes.some((node) => node['node-name'] === id)) break;
      await this.#ask('blockdev-del', { 'node-name': id }).catch(() => undefined);
    }
    await this.#ask('object-del', { id: `${id}-pace` });
  }

  /** One at a time: QEMU hears one client. */
  async #ask(command: string, given: object): Promise<unknown> {
    const connection = createConnection(this.#socket);
    await once(connection, 'connect');
    try {
      const lines = createInterface({ input: connection });
      const say = (execute: string, args: object) =>
        connection.write(`${JSON.stringify({ execute, arguments: args })}\n`);
      let agreed = false;
      for await (const line of lines) {
        const answer = JSON.parse(line) as { QMP?: object; return?: unknown; error?: { desc: string } };
        if (answer.QMP) say('qmp_capabilities', {});
        else if (answer.error) throw new Error(`${command}: ${answer.error.desc}`);
        else if (!('return' in answer)) continue;
        else if (agreed) return answer.return;
        else {
          agreed = true;
          say(command, given);
        }
      }
      throw new Error(`${command}: QEMU does not answer`);
    } finally {
      connection.destroy();
    }
  }
}

const limitsOf = ({ writeBytesS = 0, readBytesS = 0 }: Pace): object => ({
  'bps-write': writeBytesS,
  'bps-read': readBytesS,
});
