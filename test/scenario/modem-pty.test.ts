import assert from 'node:assert/strict';
import { loadSerialPorts, type SerialPortLike } from '../../drivers/serial/port.js';
import type { CallRecord } from '../../firmware/call/call-record.js';
import type { FaultHistory, FaultsReport } from '../../firmware/faults/fault-report.js';
import { noPtyPair, PtyPair } from '../drivers/serial/pty-pair.js';
import { Running } from '../support/program.js';
import { kikitome, must } from '../support/world.js';
import { callsOf, requireClean, scratch } from './recorded.js';
import { TelephoneLine } from './telephone-line.js';

const NUMBER = '0355501234';
const TOLD = ['RING', 'DATE = 1124', 'TIME = 0900', `NMBR = ${NUMBER}`, 'RING'];

/** A modem at the far end of the cable: says OK to everything, and once it is set up, who calls. */
class FarModem {
  readonly #pair: PtyPair;
  readonly #port: SerialPortLike;
  #rest = '';

  private constructor(pair: PtyPair, port: SerialPortLike) {
    this.#pair = pair;
    this.#port = port;
  }

  static async plug(near: string, far: string): Promise<FarModem> {
    const pair = await PtyPair.open(near, far);
    const port = await (await loadSerialPorts()).open(far, 115_200);
    const modem = new FarModem(pair, port);
    port.listen({ bytes: (bytes) => modem.#heard(Buffer.from(bytes).toString('latin1')), lost: () => undefined });
    return modem;
  }

  async pull(): Promise<void> {
    await this.#pair.pull();
    await this.#port.close();
  }

  #heard(text: string): void {
    const commands = (this.#rest + text).split('\r');
    this.#rest = commands.pop() ?? '';
    for (const command of commands) {
      this.#port.write('\r\nOK\r\n');
      if (command === 'AT+VCID=1') this.#port.write(TOLD.map((line) => `\r\n${line}\r\n`).join(''));
    }
  }
}

describe('scenario: a modem on a serial port, the whole program around it', () => {
  const at = scratch();
  let modem: FarModem | undefined;
  let running: Running | undefined;
  afterEach(async () => {
    running?.kill('SIGKILL');
    await modem?.pull();
  });

  it('names the caller, is pulled out in the call, returns; the recording knows nothing of it', async function () {
    const reason = noPtyPair();
    if (reason !== null) {
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    const line = new TelephoneLine({ seed: 5 });
    line.wait(4000);
    line.ring(3);
    line.wait(500);
    line.lift();
    line.say(25_000);
    line.hangUp();
    const trace = line.write(at('trace'), 'line-1');
    const store = at('store');
    await must(['format', '--data', store, '--capacity', '16MiB']);
    modem = await FarModem.plug(at('modem'), at('far'));
    const options = ['--trace', trace, '--speed', '2', '--modem', `line-1=${at('modem')}:conexant-cx93001`];
    running = new Running(['run', '--data', store, ...options]);
    await running.says(/\n/);

    const ask = async <T>(...argv: string[]): Promise<T> =>
      JSON.parse((await must([...argv, '--data', store, '--json'])).out) as T;
    const isLost = async (): Promise<boolean> =>
      (await ask<FaultsReport>('faults')).faults.some(({ code, active }) => code === 'MODEM_LOST' && active);
    for (let calls: CallRecord[] = []; calls.length === 0; ) calls = await ask<CallRecord[]>('calls');
    await modem.pull();
    while (!(await isLost()));
    modem = await FarModem.plug(at('modem'), at('far'));
    while (await isLost());

    assert.equal(await running.ended(), 0, running.err);
    const [call, ...more] = await callsOf(store);
    assert.deepEqual(more, []);
    assert.deepEqual(call?.caller, { number: NUMBER });
    assert.deepEqual(call?.callerHeard, { by: 'modem', believed: 'modem', because: null, other: null });
    assert.deepEqual([call?.durationMs, call?.gaps, call?.outcome], [25_000, [], 'answered']);
    const history = await ask<FaultHistory>('faults', '--history');
    assert.ok(JSON.stringify(history).includes('MODEM_LOST'));
    assert.ok(!JSON.stringify(history).includes(NUMBER));
    await requireClean(store);
  });

  it('is refused by name where line or profile do not exist', async () => {
    const line = new TelephoneLine({ seed: 6 });
    const trace = line.write(at('idle'), 'line-1');
    for (const [modemOption, said] of [
      ['/dev/ttyACM0', /LINE=PORT is wanted/],
      ['line-7=/dev/ttyACM0', /no line line-7/],
      ['line-1=/dev/ttyACM0:hayes', /no such profile/],
    ] as const) {
      const program = new Running(['run', '--data', at('none'), '--trace', trace, '--modem', modemOption]);
      assert.equal(await program.ended(), 2);
      assert.match(program.err, said);
    }
    assert.equal((await kikitome(['run', '--modem', 'x', '--data', at('none')])).exit, 2);
  });
});
