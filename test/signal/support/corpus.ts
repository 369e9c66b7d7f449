import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { decode } from './decode.js';
import { parseWav } from './wav.js';

/** What a recording is labelled with: an event, as far as somebody knows it. */
type Label = Readonly<Record<string, unknown>> & { readonly kind: string };

/**
 * `labels.json` beside the recordings it speaks of: 16-bit mono WAVs, and of each the events in their order. An event that is labelled must
 * be told with the fields that its label has; one of a labelled kind that nobody labelled must not. `least`: the share of recordings that
 * must come out right, 0-1. `kinds`: what counts; by default caller IDs and keys.
 */
interface Labels {
  readonly least: number;
  readonly kinds?: readonly string[];
  readonly files: Readonly<Record<string, readonly Label[]>>;
}

/** How a folder of recordings came out. */
export interface Judged {
  readonly folder: string;
  readonly least: number;
  readonly right: number;
  /** Each with what was told instead. */
  readonly wrong: readonly string[];
}

/** Decodes every labelled recording in `corpus` and the folders below it. */
export function judgeCorpus(corpus: string): Judged[] {
  const below = readdirSync(corpus, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
  const folders = [corpus, ...below.map(({ parentPath, name }) => path.join(parentPath, name))];
  return folders.filter((folder) => existsSync(path.join(folder, 'labels.json'))).map(judge);
}

function judge(folder: string): Judged {
  const {
    least,
    kinds = ['caller-id', 'dtmf'],
    files,
  } = JSON.parse(readFileSync(path.join(folder, 'labels.json'), 'utf8')) as Labels;
  const wrong = Object.entries(files).flatMap(([name, labels]) => {
    const { samples, sampleRateHz } = parseWav(readFileSync(path.join(folder, name)));
    const told = decode(samples, { sampleRateHz }).filter(({ kind }) => kinds.includes(kind));
    const fits = told.length === labels.length && told.every((event, i) => isAsLabelled(event, labels[i]));
    return fits ? [] : [`${name}: ${JSON.stringify(told)}`];
  });
  const count = Object.keys(files).length;
  return { folder, least, right: (count - wrong.length) / count, wrong };
}

const isAsLabelled = (event: object, label: Label | undefined): boolean =>
  Object.entries(label ?? { kind: undefined }).every(([field, value]) => Reflect.get(event, field) === value);
