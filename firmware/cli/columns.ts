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

export const fits = (line: string): boolean => stringWidth(line) <= COLUMNS;

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

const words = new Intl.Segmenter('ja', { granularity: 'word' });
const PUNCTUATION = /^[\p{P}\p{S}\s]+$/u;
const OPENING = /^[\p{Ps}\p{Pi}]$/u;

/** Running text in lines of at most 80 columns, each behind `lead`. Broken as in `broken`. */
export const paragraph = (text: string, lead: string): string[] =>
  broken(text, COLUMNS - stringWidth(lead)).map((line) => lead + line);

/** Running text in lines of at most `room` columns: Japanese is broken between words, anything else at spaces; what no line holds is broken anywhere. */
export function broken(text: string, room: number): string[] {
  const pieces: string[] = [];
  for (const { segment } of words.segment(text)) {
    const before = pieces.at(-1) ?? '';
    const isLatin =
      /\S$/u.test(before) && stringWidth(before) === before.length && stringWidth(segment) === segment.length;
    const belongs = (PUNCTUATION.test(segment) && !OPENING.test(segment)) || OPENING.test(before) || isLatin;
    if (pieces.length > 0 && belongs) pieces[pieces.length - 1] = before + segment;
    else pieces.push(segment);
  }
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces.flatMap((each) => (stringWidth(each.trimEnd()) > room ? [...each] : [each]))) {
    if (line !== '' && stringWidth((line + piece).trimEnd()) > room) {
      lines.push(line);
      line = piece.trimStart();
    } else line += piece;
  }
  return [...lines, line].map((each) => each.trimEnd());
}
