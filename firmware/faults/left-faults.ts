import { z } from 'zod';
import type { Register } from '../../storage/register.js';
import type { LeftFault } from './book-state.js';
import { FAULT_CATALOGUE, isFaultCode } from './catalogue.js';
import type { FaultCode } from './fault.js';

/** The setting fits into one page of the journal: the most urgent count. */
const MAX_BYTES = 3000;
const DETAIL_MAX_CHARS = 60;

const faultCode = z.custom<FaultCode>((value) => typeof value === 'string' && isFaultCode(value));

const settingSchema = z.array(
  z.strictObject({
    code: faultCode,
    subject: z.string(),
    sinceWallMs: z.number(),
    times: z.int().positive(),
    detail: z.string(),
    acknowledged: z.boolean().default(false),
    costly: z.boolean().default(false),
  }),
);

const entrySchema = z.object({ code: faultCode, subject: z.string(), detail: z.string().default('') });

type Kept = Omit<LeftFault, 'said'>;

const keyOf = ({ code, subject }: Pick<LeftFault, 'code' | 'subject'>): string => `${code} ${subject}`;

/** What an earlier run left in the setting. One of a later version is let be. */
export const keptFaults = (setting: unknown): Kept[] => settingSchema.safeParse(setting ?? []).data ?? [];

/**
 * What an earlier run left, by the store's setting and by the register. The register alone knows what it says is there, and is the first
 * to be told of anything: what a power cut kept out of the setting is in it. Of the rest the setting is believed: it is not told of
 * everything that flaps.
 */
export function leftFaults(kept: readonly Kept[], register: Register): LeftFault[] {
  const told = toldOf(register);
  const left = kept.map((fault) => {
    const said = told.get(keyOf(fault))?.said ?? false;
    told.delete(keyOf(fault));
    return { ...fault, said };
  });
  const others = [...told.values()].filter(
    ({ code, said, acknowledged }) => said || (FAULT_CATALOGUE[code].stays && !acknowledged),
  );
  return [...left, ...others];
}

/** Each fault of each subject as the register leaves it. */
function toldOf({ events }: Register): Map<string, LeftFault> {
  const told = new Map<string, LeftFault>();
  for (const { kind, detail, atWallMs } of events) {
    const entry = entrySchema.safeParse(detail).data;
    if (entry === undefined) continue;
    const before = told.get(keyOf(entry));
    const came = { ...entry, sinceWallMs: Number(detail['atWallMs'] ?? atWallMs), times: 1, costly: false };
    if (kind === 'fault-raised') told.set(keyOf(entry), { ...came, acknowledged: false, said: true });
    else if (kind === 'fault-cleared' && before) told.set(keyOf(entry), { ...before, said: false });
    else if (kind === 'fault-acknowledged' && before) told.set(keyOf(entry), { ...before, acknowledged: true });
  }
  return told;
}

/** What the setting is to say: as many from the front as there is room for. */
export function settingOf(left: readonly LeftFault[]): unknown[] {
  const utf8 = new TextEncoder();
  let bytes = 0;
  const plain = left.map(({ said: _, detail, ...fault }) => ({ ...fault, detail: detail.slice(0, DETAIL_MAX_CHARS) }));
  return plain.filter((fault) => {
    bytes += utf8.encode(JSON.stringify(fault)).length + 1;
    return bytes <= MAX_BYTES;
  });
}

/** The same for two lists where the setting need not be written again. */
export const traceOf = (left: readonly Kept[]): string =>
  left.map((fault) => `${keyOf(fault)} ${fault.sinceWallMs} ${fault.acknowledged}`).join('\n');
