/** So many are kept one by one: more than a call that is in order ever has, and few enough for its record. */
export const SPANS_MAX = 200;

/** A stretch of a call: `atMs` into it, `lengthMs` of it. */
export interface Span {
  readonly atMs: number;
  readonly lengthMs: number;
}

/** Spans that are not kept one by one: how many, and how long together. */
export interface SpanSum {
  readonly count: number;
  readonly lengthMs: number;
}

/** Spans in the order of a call: the first `SPANS_MAX` with place and length, those after them in sum, so that none is hidden. */
export class SpanList<S extends Span> {
  readonly #listed: S[] = [];
  #last: S | undefined;
  #more: SpanSum | undefined;

  get listed(): readonly S[] {
    return this.#listed;
  }

  /** The latest one, listed or not. */
  get last(): S | undefined {
    return this.#last;
  }

  /** Those that are not listed; undefined where all are. */
  get more(): SpanSum | undefined {
    return this.#more;
  }

  add(span: S): void {
    this.#last = span;
    if (this.#listed.length < SPANS_MAX) this.#listed.push(span);
    else this.#more = sumOf([span], this.#more);
  }

  /** Makes the latest one longer. */
  lengthen(byMs: number): void {
    if (!this.#last) return;
    this.#last = { ...this.#last, lengthMs: this.#last.lengthMs + byMs };
    if (this.#more) this.#more = { ...this.#more, lengthMs: this.#more.lengthMs + byMs };
    else this.#listed[this.#listed.length - 1] = this.#last;
  }
}

/** Spans, and those of a sum, in one sum; undefined where there is none. */
export function sumOf(spans: readonly Span[], more?: SpanSum): SpanSum | undefined {
  const count = spans.length + (more?.count ?? 0);
  if (count === 0) return undefined;
  return { count, lengthMs: spans.reduce((sum, { lengthMs }) => sum + lengthMs, more?.lengthMs ?? 0) };
}
