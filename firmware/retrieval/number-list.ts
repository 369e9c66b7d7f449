/** `1-3,5,9-12`: numbers, sorted, each once. */
export function printNumbers(numbers: readonly number[]): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const runs: [from: number, to: number][] = [];
  for (const n of sorted) {
    const last = runs.at(-1);
    if (last && last[1] === n - 1) last[1] = n;
    else runs.push([n, n]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

/** Undefined where the text is no such list, or one of more than `most` numbers. */
export function readNumbers(text: string, most: number): number[] | undefined {
  const numbers: number[] = [];
  for (const run of text.split(',')) {
    const groups = /^(?<from>[1-9]\d{0,11})(?:-(?<to>[1-9]\d{0,11}))?$/.exec(run)?.groups;
    if (!groups) return undefined;
    const from = Number(groups['from']);
    const to = groups['to'] === undefined ? from : Number(groups['to']);
    if (to < from || from <= (numbers.at(-1) ?? 0) || numbers.length + to - from >= most) return undefined;
    for (let n = from; n <= to; n += 1) numbers.push(n);
  }
  return numbers;
}
