import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { WallMs } from '../../hal/clock.js';
import type { Hook, LineEdge } from '../../hal/line.js';
import type { ModemCaller } from '../../hal/modem.js';
import { TraceError } from './errors.js';
import { inspectWav, type WavFile } from './wav.js';

/** An edge of a trace, `atMs` counted from the start of its WAV. May carry a fraction. */
export type TraceEdge = LineEdge extends infer Edge ? (Edge extends LineEdge ? Untimed<Edge> : never) : never;
type Untimed<Edge extends LineEdge> = Omit<Edge, 'atMs'> & { readonly atMs: number };

/** A caller ID that a modem told, `atMs` from the start of the WAV. */
export interface TraceModemCaller {
  readonly atMs: number;
  readonly caller: ModemCaller;
}

/** What one line did and what was heard on it, checked. The WAV is not open. */
export interface Trace {
  readonly dir: string;
  readonly line: string;
  readonly sampleRateHz: number;
  readonly startsAtMs: WallMs;
  /** In order of `atMs`; several may share one. */
  readonly edges: readonly TraceEdge[];
  /** What a modem on the line said, in order of `atMs`; null: the trace knows of no modem. */
  readonly modem: readonly TraceModemCaller[] | null;
  readonly audio: WavFile;
  /** Off-hook where the first hook edge puts the handset down, else on-hook. */
  readonly initialHook: Hook;
  /** Until the WAV has ended and the last edge has happened. */
  readonly durationMs: number;
}

/** An edge may lag behind the end of the WAV by this much. */
const EDGE_AFTER_AUDIO_MAX_MS = 1000;

const LAYER_III_RATES_HZ = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000] as const;
const WEEK_MS = 7 * 24 * 3_600_000;
const EDGES_MAX = 1_000_000;

const edgeSchema = z
  .strictObject({
    atMs: z.number().min(0).max(WEEK_MS),
    ring: z.boolean().optional(),
    hook: z.enum(['on', 'off']).optional(),
    polarity: z.enum(['normal', 'reversed']).optional(),
  })
  .transform(({ atMs, ring, hook, polarity }, context): TraceEdge => {
    const edges: TraceEdge[] = [];
    if (ring !== undefined) edges.push({ kind: 'ring', ringing: ring, atMs });
    if (hook !== undefined) edges.push({ kind: 'hook', hook: hook === 'on' ? 'on-hook' : 'off-hook', atMs });
    if (polarity !== undefined) edges.push({ kind: 'polarity', polarity, atMs });
    const [edge] = edges;
    if (edge !== undefined && edges.length === 1) return edge;
    context.addIssue({ code: 'custom', message: 'exactly one of ring, hook, polarity is wanted' });
    return z.NEVER;
  });

/** As a modem tells it: a number, or why there is none, perhaps a name; or `octets`, in hex: the message as it came over the line. */
const modemSchema = z
  .strictObject({
    atMs: z.number().min(0).max(WEEK_MS),
    number: z
      .string()
      .regex(/^\d{1,20}$/u)
      .optional(),
    absence: z.enum(['withheld', 'public-telephone', 'unavailable', 'service-conflict']).optional(),
    name: z.string().max(50).optional(),
    octets: z
      .string()
      .regex(/^(?:[0-9A-Fa-f]{2}){2,512}$/u)
      .optional(),
  })
  .transform(({ atMs, number, absence, name, octets }, context): TraceModemCaller => {
    const said = [number, absence, octets].filter((each) => each !== undefined);
    const more = { ...(name !== undefined && { name }), form: 'formatted' } as const;
    if (said.length === 1 && (octets === undefined || name === undefined)) {
      if (octets !== undefined) return { atMs, caller: { form: 'raw', octets: Buffer.from(octets, 'hex') } };
      if (number !== undefined) return { atMs, caller: { number, ...more } };
      if (absence !== undefined) return { atMs, caller: { absence, ...more } };
    }
    context.addIssue({ code: 'custom', message: 'one of number, absence and octets is wanted, octets alone' });
    return z.NEVER;
  });

const traceSchema = z.strictObject({
  line: z.string().regex(/^[\w.-]{1,64}$/u, 'letters, digits, "-", "_" and "." are wanted, 64 at most'),
  sampleRateHz: z.literal(LAYER_III_RATES_HZ),
  audio: z.string().min(1).max(255),
  startsAt: z.iso.datetime({
    offset: true,
    error: 'ISO 8601 with an offset is wanted, e.g. 2026-11-24T09:00:00+09:00',
  }),
  edges: z.array(edgeSchema).max(EDGES_MAX),
  modem: z.array(modemSchema).max(EDGES_MAX).nullable().default(null),
});

/**
 * Reads and checks the trace in folder `dir`: all of `trace.json` and the head of its WAV, none of its samples.
 * Throws `TraceError` for whatever is wrong with it; the first thing found is named.
 */
export function openTrace(dir: string): Trace {
  const file = join(dir, 'trace.json');
  const { audio: audioName, startsAt, ...fields } = parse(file, read(file));
  requireSorted(file, 'edges', fields.edges);
  requireSorted(file, 'modem', fields.modem ?? []);
  if (/[/\\\0]/u.test(audioName) || audioName === '.' || audioName === '..') {
    throw new TraceError(
      'TRACE_AUDIO_NAME',
      file,
      `audio "${audioName}" is wanted as a plain file name in this folder`,
    );
  }
  const audio = inspectWav(join(dir, audioName));
  if (audio.sampleRateHz !== fields.sampleRateHz) {
    const rates = `${audio.sampleRateHz} Hz where ${file} says ${fields.sampleRateHz}`;
    throw new TraceError('WAV_RATE', audio.path, `${rates}; correct the one that is wrong, or resample with sox -r`);
  }
  const audioMs = (audio.samples / audio.sampleRateHz) * 1000;
  const lastEdgeMs = fields.edges.at(-1)?.atMs ?? 0;
  if (lastEdgeMs > audioMs + EDGE_AFTER_AUDIO_MAX_MS) {
    const late = `an edge at ${lastEdgeMs} ms, over ${EDGE_AFTER_AUDIO_MAX_MS} ms after the end of the WAV at ${audioMs} ms`;
    throw new TraceError('TRACE_EDGE_AFTER_AUDIO', file, `${late}; lengthen the WAV or remove the edge`);
  }
  const firstHook = fields.edges.find((edge) => edge.kind === 'hook');
  return {
    dir,
    ...fields,
    startsAtMs: Date.parse(startsAt) as WallMs,
    audio,
    initialHook: firstHook?.hook === 'on-hook' ? 'off-hook' : 'on-hook',
    durationMs: Math.max(audioMs, lastEdgeMs),
  };
}

/** A pipe in the place of a file would block. */
function read(file: string): string {
  try {
    if (statSync(file).isFile()) return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new TraceError('TRACE_MISSING', file, 'cannot be read; name a folder that holds a trace.json', { cause });
  }
  throw new TraceError('TRACE_MISSING', file, 'is no plain file; name a folder that holds a trace.json');
}

function parse(file: string, text: string): z.infer<typeof traceSchema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TraceError('TRACE_NOT_JSON', file, `not JSON (${why}); correct or write it again`, { cause });
  }
  const parsed = traceSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  throw new TraceError('TRACE_FIELDS', file, `${where?.replace(/^\./u, '') || 'trace'}: ${issue?.message}; correct it`);
}

function requireSorted(file: string, what: string, edges: readonly { readonly atMs: number }[]): void {
  let lastMs = 0;
  for (const [index, { atMs }] of edges.entries()) {
    if (atMs < lastMs) {
      const order = `${what}[${index}] at ${atMs} ms comes after one at ${lastMs} ms`;
      throw new TraceError('TRACE_EDGES_UNSORTED', file, `${order}; sort them by atMs`);
    }
    lastMs = atMs;
  }
}
