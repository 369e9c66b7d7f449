import assert from 'node:assert/strict';
import type { EdgeReport, EdgeSource, InputLine } from '../../../drivers/gpio/edge-source.js';
import type { OutputLine, OutputLines } from '../../../drivers/gpio/output-lines.js';
import { HalError } from '../../../hal/errors.js';

/** A chip with pins that somebody drives, real or not, and how a driver gets at them. */
export interface Pins {
  inputs(lines: readonly InputLine[]): EdgeSource;
  outputs(lines: readonly OutputLine[]): OutputLines;
  /** Somebody outside puts a voltage on an input. Resolves when the driver has had time to hear of it. */
  drive(offset: number, high: boolean): Promise<void>;
  /** The same, one change right after the other. */
  burst(changes: readonly (readonly [offset: number, high: boolean])[]): Promise<void>;
  /** The voltage on an output. */
  high(offset: number): Promise<boolean>;
  /** Takes the chip away while it is in use. */
  remove(): Promise<void>;
  close(): Promise<void>;
}

/** What every way to the pins keeps. `everyEdge`: it also loses none, and tells when each was. */
export function edgeSourceContract(name: string, everyEdge: boolean, make: () => Promise<Pins>): void {
  describe(`${name} as a source of edges`, () => {
    let pins: Pins;
    beforeEach(async () => {
      pins = await make();
    });
    afterEach(() => pins.close());

    const heard = (source: EdgeSource) => {
      const reports: EdgeReport[] = [];
      const errors: unknown[] = [];
      const subscription = source.reports$.subscribe({
        next: (report) => reports.push(report),
        error: (error) => errors.push(error),
      });
      return { reports, errors, subscription };
    };
    const told = (reports: readonly EdgeReport[]) =>
      reports.map((report) => (report.kind === 'lost' ? 'lost' : `${report.offset} ${report.active}`));

    it('tells levels and edges, each of its line, in order, from 1 on', async () => {
      const source = pins.inputs([{ offset: 3 }, { offset: 5 }]);
      assert.equal(source.active(3), false);
      const { reports, subscription } = heard(source);
      await pins.drive(3, true);
      assert.equal(source.active(3), true);
      assert.equal(source.active(5), false);
      await pins.drive(5, true);
      await pins.drive(3, false);
      await pins.drive(5, false);
      subscription.unsubscribe();
      assert.deepEqual(told(reports), ['3 true', '5 true', '3 false', '5 false']);
      assert.deepEqual(
        reports.map((report) => report.kind === 'edge' && report.sequence),
        [1, 2, 3, 4],
      );
      const times = reports.map(({ atMs }) => atMs);
      assert.deepEqual(
        times,
        [...times].sort((a, b) => a - b),
      );
    });

    it('turns round what is active low, line by line', async () => {
      const source = pins.inputs([{ offset: 3, activeLow: true }, { offset: 5 }]);
      const { reports, subscription } = heard(source);
      assert.equal(source.active(3), true);
      await pins.drive(3, true);
      await pins.drive(5, true);
      assert.equal(source.active(3), false);
      assert.equal(source.active(5), true);
      subscription.unsubscribe();
      assert.deepEqual(told(reports), ['3 false', '5 true']);
    });

    it('is shared, lets the lines go after the last listener and takes them again', async () => {
      const source = pins.inputs([{ offset: 3 }]);
      const [first, second] = [heard(source), heard(source)];
      await pins.drive(3, true);
      first.subscription.unsubscribe();
      await pins.drive(3, false);
      second.subscription.unsubscribe();
      assert.deepEqual([told(first.reports), told(second.reports)], [['3 true'], ['3 true', '3 false']]);
      const other = pins.inputs([{ offset: 3 }]);
      const third = heard(other);
      await pins.drive(3, true);
      assert.deepEqual(told(third.reports), ['3 true']);
      third.subscription.unsubscribe();
    });

    it('refuses a line that is not its own', () => {
      assert.throws(() => pins.inputs([{ offset: 3 }]).active(4), RangeError);
    });

    it('says so when the chip is taken away, and takes it up again', async () => {
      const source = pins.inputs([{ offset: 3 }]);
      const { errors } = heard(source);
      await pins.remove();
      assert.deepEqual(
        errors.map((error) => error instanceof HalError && error.code),
        ['DEVICE_GONE'],
      );
      const again = heard(source);
      assert.deepEqual(
        again.errors.map((error) => error instanceof HalError && error.code),
        ['DEVICE_MISSING'],
      );
      assert.throws(
        () => source.active(3),
        (error) => error instanceof HalError && error.code === 'DEVICE_MISSING',
      );
    });

    if (everyEdge) {
      it('keeps edges from the first look at a level on', async () => {
        const source = pins.inputs([{ offset: 3 }]);
        assert.equal(source.active(3), false);
        await pins.drive(3, true);
        const { reports, subscription } = heard(source);
        await pins.drive(3, false);
        subscription.unsubscribe();
        assert.deepEqual(told(reports), ['3 true', '3 false']);
      });

      it('hears every edge of a burst on two lines, in order, with strictly later times', async () => {
        const source = pins.inputs([{ offset: 3 }, { offset: 5 }]);
        const { reports, subscription } = heard(source);
        const changes = Array.from({ length: 400 }, (_, i) => [i % 4 < 2 ? 3 : 5, i % 2 === 0] as const);
        await pins.burst(changes);
        subscription.unsubscribe();
        assert.deepEqual(
          told(reports),
          changes.map(([offset, high]) => `${offset} ${high}`),
        );
        const times = reports.map(({ atMs }) => atMs);
        assert.ok(times.every((atMs, i) => i === 0 || atMs > (times[i - 1] ?? 0)));
      });

      it('says how many edges were lost, then how every line stands', async () => {
        const source = pins.inputs([{ offset: 3 }, { offset: 5 }]);
        source.active(3);
        // More than any kernel keeps, before anybody reads.
        const changes = [[5, true] as const, ...Array.from({ length: 1500 }, (_, i) => [3, i % 2 === 0] as const)];
        await pins.burst(changes);
        const { reports, subscription } = heard(source);
        await pins.drive(3, true);
        subscription.unsubscribe();
        const lost = reports.filter(({ kind }) => kind === 'lost');
        const edges = reports.filter(({ kind }) => kind === 'edge');
        assert.equal(lost.length, 1);
        assert.equal(lost[0]?.kind === 'lost' && (lost[0].edges ?? 0) + edges.length, 1502);
        assert.ok(edges.length >= 1000, `${edges.length} edges kept`);
        const levels = reports.filter(({ kind }) => kind === 'level');
        assert.ok(told(levels).includes('5 true'));
      });
    } else {
      it('says that edges were lost where a level comes twice', async () => {
        const { reports, subscription } = heard(pins.inputs([{ offset: 3 }]));
        await pins.burst([
          [3, true],
          [3, false],
        ]);
        subscription.unsubscribe();
        assert.deepEqual(told(reports), ['lost', '3 false']);
      });

      it('refuses what it cannot do', () => {
        for (const line of [{ offset: 3, bias: 'pull-up' } as const, { offset: 3, debounceMs: 5 }]) {
          assert.throws(
            () => pins.inputs([line]).active(3),
            (error) => error instanceof HalError && error.code === 'FORMAT_REFUSED',
          );
        }
      });
    }

    it('drives outputs together and lets them go', async () => {
      const outputs = pins.outputs([{ offset: 10 }, { offset: 11 }, { offset: 12, activeLow: true }]);
      const levels = async () => [await pins.high(10), await pins.high(11), await pins.high(12)];
      outputs.write([10]);
      assert.deepEqual(await levels(), [true, false, true]);
      outputs.write([11, 12]);
      assert.deepEqual(await levels(), [false, true, false]);
      outputs.write([]);
      assert.deepEqual(await levels(), [false, false, true]);
      assert.throws(() => outputs.write([13]), RangeError);
      outputs.close();
      outputs.close();
      const again = pins.outputs([{ offset: 10 }]);
      again.write([10]);
      assert.equal(await pins.high(10), true);
      again.close();
    });
  });
}
