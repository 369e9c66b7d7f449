/** A spreadsheet takes a field that begins so for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
/** Excel takes a file for UTF-8 only with this in front. */
const BYTE_ORDER_MARK = '\uFEFF';

/** `digits`: a text of digits alone, such as a telephone number. */
type Cell = string | number | null | { readonly digits: string };

/**
 * RFC 4180: CRLF after each row, quotes where they are needed; texts that a spreadsheet would calculate begin with an apostrophe. Digits
 * are written as a constant, `="0312345678"`: as they are, a spreadsheet takes them for a count and drops the 0 in front.
 */
export const csvOf = (rows: readonly (readonly Cell[])[]): string =>
  BYTE_ORDER_MARK + rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');

function field(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'object') return /^\d+$/.test(cell.digits) ? quoted(`="${cell.digits}"`) : field(cell.digits);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? quoted(text) : text;
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
