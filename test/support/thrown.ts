import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { HOME } from './world.js';

/** Something the program may say, with an example for each value in it. */
export interface Saying {
  /** File and line. */
  readonly where: string;
  readonly text: string;
}

/** Who says something, and which argument it is. */
const SAYERS: Readonly<Record<string, number>> = {
  'new HalError': 2,
  'new TraceError': 2,
  'new StoreError': 1,
  'new BoardError': 1,
  'new KikitomeError': 1,
  '.raise': 2,
  '#loss': 1,
  '#say': 2,
  refused: 1,
};
const SAYER = new RegExp(
  `(?:${Object.keys(SAYERS)
    .map((each) => each.replace('.', '\\.'))
    .join('|')})\\(`,
  'gu',
);
/** Tables of what drivers say of an errno, and what is said of a field of a file. */
const TABLE = /(^|\/)faults\.ts$/u;
const FIELD = /\bmessage: (?='|`)/gu;

const OPENING = '([{';
const CLOSING = ')]}';

/** The parts of `code` from `from` on that commas part, up to the bracket that closes them. Strings and templates are whole. */
function parts(code: string, from: number, separator = ','): string[] {
  const found = [''];
  const open: string[] = [];
  for (let i = from; i < code.length; i += 1) {
    const sign = code.charAt(i);
    const within = open.at(-1) ?? '';
    const isText = '\'`"'.includes(within) && within !== '';
    if (isText && sign === '\\') {
      found[found.length - 1] += sign + code.charAt(i + 1);
      i += 1;
      continue;
    }
    if (!isText && open.length === 0 && (sign === separator || CLOSING.includes(sign) || sign === ';')) {
      if (sign !== separator) break;
      found.push('');
      continue;
    }
    if (isText ? sign === within : CLOSING.includes(sign)) open.pop();
    else if (!isText && (OPENING.includes(sign) || '\'`"'.includes(sign))) open.push(sign);
    else if (within === '`' && code.startsWith('${', i)) {
      open.push('{');
      found[found.length - 1] += sign;
      i += 1;
    }
    found[found.length - 1] += code.charAt(i);
  }
  return found.map((each) => each.trim());
}

const LITERAL = /'((?:\\.|[^'\\\n])*)'|`((?:\\.|[^`\\])*)`/gu;

/** What an expression may be where it is text. `before`: the file up to it, where its constants are. */
function saidBy(expression: string, before: string): string[] {
  const constant = /^\w+$/u.test(expression) ? constantIn(before, expression) : undefined;
  if (constant !== undefined) return constant;
  const literals = [...expression.matchAll(LITERAL)].map(([, plain, template]) => plain ?? template ?? '');
  return literals.flatMap((literal) => filled(literal.replaceAll(/\\(.)/gu, '$1'), before));
}

/** What the last constant of this name may be, where that is text, or a choice of texts. */
function constantIn(before: string, name: string): string[] | undefined {
  const at = before.lastIndexOf(`const ${name} = `);
  if (at < 0) return undefined;
  const from = at + `const ${name} = `.length;
  const [expression = ''] = parts(before, from, '\u0000');
  return /^['`]|\? ['`]/u.test(expression) ? saidBy(expression, before.slice(0, at)) : undefined;
}

/** A template with what its constants may be; an example for each other value. */
function filled(template: string, before: string): string[] {
  const [, head = template, value, rest = ''] = /^(.*?)\$\{((?:[^{}]|\{[^{}]*\})*)\}(.*)$/su.exec(template) ?? [];
  if (value === undefined) return [head];
  const known = /^\w+$/u.test(value) ? constantIn(before, value) : undefined;
  const examples = known ?? [value.startsWith('JSON.stringify') ? '"x"' : '7'];
  return examples.flatMap((each) => filled(rest, before).map((more) => head + each + more));
}

/** Whatever drivers, boards, store and recorder say when something is wrong, out of the sources. */
export function sayings(): Saying[] {
  const found: Saying[] = [];
  for (const layer of ['drivers', 'boards', 'storage', 'firmware']) {
    for (const name of readdirSync(path.join(HOME, layer), { recursive: true }).map(String)) {
      if (!name.endsWith('.ts')) continue;
      const where = path.posix.join(layer, name);
      const file = readFileSync(path.join(HOME, where), 'utf8');
      const say = (at: number, texts: readonly string[], device = ''): void => {
        const line = file.slice(0, at).split('\n').length;
        for (const text of texts) {
          if (/[a-z]{2,} [a-z]/u.test(text)) found.push({ where: `${where}:${line}`, text: device + text });
        }
      };
      for (const { index, 0: sayer } of file.matchAll(SAYER)) {
        const argument = parts(file, index + sayer.length)[SAYERS[sayer.slice(0, -1)] ?? 0];
        // What fails is named in front.
        const device = /Hal|Trace/u.test(sayer) ? '7: ' : '';
        if (argument !== undefined) say(index, saidBy(argument, file.slice(0, index)), device);
      }
      for (const { index, 0: field } of file.matchAll(FIELD))
        say(index, saidBy(parts(file, index + field.length)[0] ?? '', file.slice(0, index)));
      if (TABLE.test(where))
        say(0, saidBy(file.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|^import.*$|\/[^/\n]+\/i?(?=,)/gmu, ''), ''));
    }
  }
  return found;
}
