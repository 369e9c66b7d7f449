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

const COLUMNS = 80;

/** Items one after the other behind `lead`, in lines of at most 80 columns, the later ones indented as far as the first item. An item is never broken. */
export function wrapped(items: readonly string[], { lead, between }: { lead: string; between: string }): string[] {
  const indent = ' '.repeat(stringWidth(lead));
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    const longer = line === '' ? item : `${line}${between}${item}`;
    if (line !== '' && stringWidth(indent) + stringWidth(longer) > COLUMNS) {
      lines.push(line);
      line = item;
    } else line = longer;
  }
  return [...lines, line].map((each, i) => (i === 0 ? lead : indent) + each);
}
