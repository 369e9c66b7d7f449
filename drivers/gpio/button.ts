import { map, type Observable, share, skip } from 'rxjs';
import type { Clock } from '../../hal/clock.js';
import type { Button, ButtonEdge } from '../../hal/panel.js';
import type { EdgeSource } from './edge-source.js';
import { settled$ } from './settled-input.js';

/** Longer than a good switch bounces, shorter than a finger notices. */
const SETTLE_MS = 20;

/** A button between an input and ground or supply; active = pressed. */
export class GpioButton implements Button {
  readonly edges$: Observable<ButtonEdge>;

  constructor(source: EdgeSource, offset: number, clock: Clock) {
    this.edges$ = settled$(source, offset, SETTLE_MS, clock).pipe(
      // The level at subscribe is no edge.
      skip(1),
      map(({ active, atMs }) => ({ pressed: active, atMs })),
      share(),
    );
  }
}
