import assert from 'node:assert/strict';
import path from 'node:path';
import { loadSerialPorts, type SerialPortLike } from '../../drivers/serial/port.js';
import type { CallRecord } from '../../firmware/call/call-record.js';
import { noPtyPair, PtyPair } from '../drivers/serial/pty-pair.js';
import { Running } from '../support/program.js';
import { must } from '../support/world.js';
import { scratch } from './recorded.js';
import { TelephoneLine } from './telephone-line.js';

describe('scenario: a modem on a port, and the whole program', () => {
  const at = scratch();
  let pair: PtyPair | undefined;
  let far: SerialPortLike | undefined;

  before(function () {
    const reason = noPtyPair();
    if (reason === null) return;
    console.log(`      skipped: ${reason}`);
    this.skip();
  });
  after(async () => {
    await far?.close();
    await pair?.pull();
  });

  it('a caller whom only the modem has heard goes on record', async () => {
    const line = new TelephoneLine({ seed: 20_261_126 });
    line.wait(3000);
    line.ring(4);
    line.wait(500);
    const trace = line.write(at('trace'), 'line-1');
    const near = path.join(path.dirname(trace), 'modem');
    pair = await PtyPair.open(near, path.join(path.dirname(trace), 'far'));
    const port = await (await loadSerialPorts()).open(path.join(path.dirname(trace), 'far'), 115_200);
    far = port;
    let told = '';
    // A modem that agrees to everything.
    port.listen({
      bytes: (bytes) => {
        told += Buffer.from(bytes).toString('latin1');
        for (let end = told.indexOf('\r'); end >= 0; end = told.indexOf('\r')) {
          told = told.slice(end + 1);
          port.write('\r\nOK\r\n');
        }
      },
      lost: () => undefined,
    });
    await must(['format', '--data', at('store'), '--capacity', '16MiB']);
    const argv = ['run', '--data', at('store'), '--trace', trace, '--speed', '1', '--modem', `line-1=${near}`];
    const recorder = new Running(argv);
    await recorder.says(/line-1: ringing/);
    port.write('\r\nRING\r\n\r\nDATE = 1124\r\nTIME = 0900\r\nNMBR = 0312345678\r\n\r\nRING\r\n');
    await recorder.ended();
    const { out } = await must(['calls', '--data', at('store'), '--json']);
    const calls = JSON.parse(out) as CallRecord[];
    assert.deepEqual(
      calls.map(({ outcome, caller }) => [outcome, caller?.['number'], caller?.['sources']]),
      [['missed', '0312345678', ['modem']]],
    );
    const { out: faults } = await must(['faults', '--data', at('store'), '--history', '--json']);
    assert.deepEqual(JSON.parse(faults).events, []);
  });

  it('a profile that there is not is refused in one line', async () => {
    const line = new TelephoneLine({ seed: 1 });
    line.wait(500);
    const trace = line.write(at('other'), 'line-1');
    await must(['format', '--data', at('refusing'), '--capacity', '16MiB']);
    const recorder = new Running(['run', '--data', at('refusing'), '--trace', trace, '--modem', '/dev/null,hayes']);
    await recorder.ended();
    assert.match(recorder.err, /^kikitome: USAGE: --modem: no profile hayes; choose conexant-cx93001, [^\n]*\n$/);
  });
});
