import { defer, Subject } from 'rxjs';
import type { EdgeReport, EdgeSource, InputLine } from '../../../drivers/gpio/edge-source.js';
import type { OutputLine } from '../../../drivers/gpio/output-lines.js';
import type { Pins } from '../../../drivers/gpio/pins.js';

/** Pins that remember what was asked of them. */
export class PaperPins implements Pins {
  readonly taken = new Map<string, readonly (InputLine | OutputLine)[]>();
  readonly lit = new Map<string, readonly number[]>();
  readonly reports = new Map<string, Subject<EdgeReport>>();
  readonly active = new Set<number>();

  inputs(role: string, lines: readonly InputLine[]): EdgeSource {
    this.taken.set(role, lines);
    const reports$ = new Subject<EdgeReport>();
    this.reports.set(role, reports$);
    return { active: (offset) => this.active.has(offset), reports$: defer(() => this.reports.get(role) ?? reports$) };
  }

  outputs(role: string, lines: readonly OutputLine[]) {
    this.taken.set(role, lines);
    return { write: (active: readonly number[]) => void this.lit.set(role, active), close: () => undefined };
  }
}
