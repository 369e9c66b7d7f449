/** How many elements of `a` are in `b` in the same order. Text counts by characters. */
export function inCommon(a: ArrayLike<string>, b: ArrayLike<string>): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (let i = 0; i < a.length; i += 1) {
    const next = [0];
    for (let j = 0; j < b.length; j += 1) {
      const longest = Math.max(row[j + 1] as number, next[j] as number);
      next.push(a[i] === b[j] ? Math.max((row[j] as number) + 1, longest) : longest);
    }
    row = next;
  }
  return row[b.length] as number;
}
