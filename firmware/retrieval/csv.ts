/** A spreadsheet takes a field that begins so for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
/** Excel takes a file for UTF-8 only with this in front. */
const BYTE_ORDER_MARK = '\uFEFF';

type Cell = string | number | null;

/** RFC 4180: CRLF after each row, quotes where they are needed; texts that a spreadsheet would calculate begin with an apostrophe. */
export const csvOf = (rows: readonly (readonly Cell[])[]): string =>
  BYTE_ORDER_MARK + rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');

function field(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
