import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Who may import whom: the longest entry that a file lies under counts. Layers are folders; `node` is Node's own modules,
 * `npm` any package, `type:x` means types alone. A missing entry is a refusal.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  hal: ['hal', 'type:rxjs'],
  drivers: ['drivers', 'hal', 'node', 'rxjs', 'npm'],
  boards: ['boards', 'drivers', 'hal', 'node', 'zod'],
  storage: ['storage', 'node', 'level', 'zod'],
  'firmware/signal': ['firmware/signal'],
  firmware: ['firmware', 'firmware/signal', 'hal', 'storage', 'rxjs', 'zod', 'temporal-polyfill'],
  // What a person types touches files, sockets and terminals.
  'firmware/cli': ['firmware', 'firmware/signal', 'hal', 'storage', 'node', 'commander', 'string-width', 'zod'],
  'firmware/console': ['firmware', 'node', 'zod'],
  // Files again: the settings and the data folder.
  'firmware/plain-file.ts': ['node'],
  'firmware/settings.ts': ['firmware', 'node', 'zod'],
  'firmware/open-store.ts': ['firmware', 'storage', 'node'],
  // Hashes and bytes; files are the stick driver's.
  'firmware/retrieval': ['firmware', 'hal', 'storage', 'node', 'rxjs', 'zod'],
  'firmware/main.ts': ['firmware', 'boards', 'drivers', 'hal', 'storage', 'node'],
};

const LINES_MAX = 300;
/** Longer than the limit, each with the reason. None may be added without one. */
const LONG_FILES: Readonly<Record<string, string>> = {};

/** Clocks, chance and surroundings are arguments. */
const BANNED =
  /\b(Date\.now|new Date\(\s*\)|setTimeout|setInterval|performance\.now|hrtime|Math\.random|process\.env)\b/;
const MAY_USE_BANNED = ['drivers/clock/', 'firmware/main.ts'];

/** rxjs operators and schedulers that follow the machine's clock by themselves. */
const TIMED = new Set(
  (
    'debounceTime throttleTime auditTime sampleTime bufferTime windowTime delay timer interval timeout timeoutWith ' +
    'timestamp timeInterval asyncScheduler asapScheduler animationFrameScheduler'
  ).split(' '),
);

const LAYERS = ['hal', 'drivers', 'boards', 'storage', 'firmware'];
const sources = LAYERS.flatMap((dir) =>
  readdirSync(path.join(ROOT, dir), { recursive: true }).map((file) => path.posix.join(dir, String(file))),
).filter((file) => file.endsWith('.ts'));
const textOf = new Map(sources.map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8')]));

interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
  readonly names: readonly string[];
}

/** Code without comments; strings stay. */
const bare = (text: string): string =>
  text.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_, string: string | undefined) => string ?? ' ',
  );

/** Every module a source names: `import`, `export … from`, `import()`, `require()`. */
function importsOf(text: string): Import[] {
  const code = bare(text);
  const found: Import[] = [];
  const statement = /(?:^|[;}\n])\s*(?:import|export)\s+(type\s+)?(?:([^;'"()=]*?)\s*from\s*)?(['"])([^'"\n]+)\3/g;
  for (const [, type, clause = '', , from = ''] of code.matchAll(statement)) {
    const parts = clause
      .replace(/[{}]/g, ' ')
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean);
    const typeOnly = type !== undefined || (parts.length > 0 && parts.every((part) => part.startsWith('type ')));
    found.push({ from, typeOnly, names: parts.map((part) => part.replace(/^type /, '').split(/\s+as\s+/)[0] ?? '') });
  }
  for (const [, from = ''] of code.matchAll(/\b(?:import|require)\s*\(\s*(?:['"`]([^'"`]*)['"`]\s*)?/g)) {
    found.push({ from: from === '' ? '(computed)' : from, typeOnly: false, names: [] });
  }
  return found;
}

const layerOf = (file: string): string =>
  Object.keys(MAY_IMPORT)
    .filter((layer) => file === layer || file.startsWith(`${layer}/`))
    .sort((a, b) => b.length - a.length)[0] ?? '(no layer)';

/** What `file` imports, in the words of `MAY_IMPORT`: folder, `node`, or the package's name. */
function targetOf(file: string, from: string): string {
  if (from.startsWith('.')) {
    const target = path.posix.join(path.posix.dirname(file), from);
    if (target.startsWith('firmware/signal/')) return 'firmware/signal';
    return target.split('/')[0] ?? '';
  }
  if (isBuiltin(from)) return 'node';
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Why `file` may not import that, if so. */
function refusal(file: string, { from, typeOnly }: Import): string | undefined {
  const allowed = MAY_IMPORT[layerOf(file)] ?? [];
  const target = targetOf(file, from);
  const isPackage = !from.startsWith('.') && target !== 'node' && from !== '(computed)';
  const fine =
    allowed.includes(target) ||
    (typeOnly && allowed.includes(`type:${target}`)) ||
    (isPackage && allowed.includes('npm'));
  return fine ? undefined : `${file} imports ${from} (${target})`;
}

describe('the house', () => {
  it('has arrows that point one way', () => {
    const refused = sources.flatMap((file) =>
      importsOf(textOf.get(file) ?? '').flatMap((each) => refusal(file, each) ?? []),
    );
    assert.deepEqual(refused, []);
  });

  it('has every source in a layer, and every relative import there', () => {
    for (const file of sources) {
      assert.notEqual(layerOf(file), '(no layer)');
      for (const { from } of importsOf(textOf.get(file) ?? '')) {
        if (!from.startsWith('.')) continue;
        const target = path.posix.join(path.posix.dirname(file), from).replace(/\.js$/, '.ts');
        assert.ok(textOf.has(target), `${file}: ${from}`);
      }
    }
  });

  it('knows boards and drivers in firmware/main.ts alone, and loads boards only when asked', () => {
    const users = sources.filter(
      (file) =>
        file.startsWith('firmware/') &&
        importsOf(textOf.get(file) ?? '').some(({ from }) => /^(\.\.\/)+(boards|drivers)\//.test(from)),
    );
    assert.deepEqual(users, ['firmware/main.ts']);
    const main = textOf.get('firmware/main.ts') ?? '';
    assert.doesNotMatch(main, /from '\.\.\/(boards|drivers\/(?!clock))/);
  });

  it('reads no clock, chance or environment but where time is at home', () => {
    const found = sources
      .filter((file) => !MAY_USE_BANNED.some((place) => file.startsWith(place)))
      .flatMap((file) => {
        const [what] = BANNED.exec(bare(textOf.get(file) ?? '')) ?? [];
        return what === undefined ? [] : [`${file}: ${what}`];
      });
    assert.deepEqual(found, []);
  });

  it('uses no rxjs operator that follows the wall clock', () => {
    const found = sources.flatMap((file) => {
      const text = textOf.get(file) ?? '';
      const rx = importsOf(text).filter(({ from }) => from.startsWith('rxjs'));
      const timed = rx.flatMap(({ names }) => names.filter((name) => TIMED.has(name) || name.startsWith('*')));
      // retry and repeat take a number of milliseconds too.
      if (rx.length > 0 && /\bdelay:\s*[\dA-Z_]/.test(bare(text))) timed.push('delay: a number');
      return timed.map((name) => `${file}: ${name}`);
    });
    assert.deepEqual(found, []);
  });

  it('gives a constant one home: no two are exported by one name', () => {
    const names = sources.flatMap((file) =>
      Array.from((textOf.get(file) ?? '').matchAll(/^export const ([A-Z][A-Z\d_]+)\b/gm), ([, name]) => name),
    );
    assert.deepEqual(
      names.filter((name, i) => names.indexOf(name) !== i),
      [],
    );
  });

  it(`has files that fit in the head (${LINES_MAX} lines)`, () => {
    const long = sources.filter((file) => (textOf.get(file) ?? '').trimEnd().split('\n').length > LINES_MAX);
    assert.deepEqual(
      long.filter((file) => !(file in LONG_FILES)),
      [],
    );
  });
});

describe('the rule itself', () => {
  const example = `
    import { timer as t, type Observable } from 'rxjs';
    import type { A } from "./a.js"; import './side-effect.js';
    // import { no } from './comment.js';
    /* export * from './comment.js'; */
    export * from '../b.js';
    export { c,
      d } from '../c.js';
    const e = await import('../boards/index.js');
    const f = require("node:fs"); const g = import(name);
    const text = 'from nowhere'; // setTimeout
  `;

  it('sees every way to import', () => {
    assert.deepEqual(
      importsOf(example).map(({ from, typeOnly }) => (typeOnly ? `type ${from}` : from)),
      ['rxjs', 'type ./a.js', './side-effect.js', '../b.js', '../c.js', '../boards/index.js', 'node:fs', '(computed)'],
    );
    assert.deepEqual(importsOf(example)[0]?.names, ['timer', 'Observable']);
    assert.doesNotMatch(bare(example), /setTimeout/);
  });

  for (const [file, from, typeOnly] of [
    ['hal/line.ts', 'rxjs', false],
    ['hal/line.ts', '../drivers/x.js', true],
    ['drivers/x/y.ts', '../../firmware/errors.js', false],
    ['boards/x/y.ts', 'rxjs', false],
    ['storage/x.ts', '../hal/clock.js', true],
    ['storage/x.ts', 'rxjs', false],
    ['firmware/signal/x.ts', '../errors.js', true],
    ['firmware/signal/x.ts', '../../hal/clock.js', true],
    ['firmware/call/x.ts', 'node:fs', false],
    ['firmware/recorder.ts', 'commander', false],
    ['firmware/cli/x.ts', '../../boards/index.js', false],
    ['firmware/cli/x.ts', '(computed)', false],
  ] as const) {
    it(`refuses ${from}${typeOnly ? ' (types)' : ''} in ${file}`, () => {
      assert.ok(refusal(file, { from, typeOnly, names: [] }));
    });
  }
});
