import stringWidth from 'string-width';

/** Rows with their columns aligned, two spaces apart. Columns named in `right` stand flush right. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((text, i) => {
      widths[i] = Math.max(widths[i] ?? 0, stringWidth(text));
    });
  }
  return rows.map((row) =>
    row
      .map((text, i) => {
        const space = ' '.repeat((widths[i] ?? 0) - stringWidth(text));
        return right.includes(i) ? space + text : text + space;
      })
      .join('  ')
      .trimEnd(),
  );
}
