import { z } from 'zod';
import type { ModemCaller, ModemReport } from '../../hal/modem.js';

/** What a modem told, `atMs` counted from the start of the trace's WAV: when it said so, not when it happened. */
export type TraceReport = ModemReport extends infer Report
  ? Report extends ModemReport
    ? Omit<Report, 'atMs'> & { readonly atMs: number }
    : never
  : never;

const text = z.string().min(1).max(64);
const fields = z.strictObject({
  number: z
    .string()
    .regex(/^[0-9*#+]{1,20}$/u, 'a number of at most 20 digits is wanted')
    .optional(),
  absence: z.enum(['withheld', 'public-telephone', 'unavailable', 'service-conflict']).optional(),
  name: text.optional(),
  calledNumber: text.optional(),
});
const octets = z.string().regex(/^(?:[0-9a-f]{2}){1,256}$/iu, 'octets in hex are wanted');

/** One entry of a trace's `modem`: exactly one of `ring`, `caller`, `unread`. */
export const traceReportSchema = z
  .strictObject({
    atMs: z
      .number()
      .min(0)
      .max(7 * 24 * 3_600_000),
    ring: z.literal(true).optional(),
    caller: fields.optional(),
    /** With `caller`: the modem told octets, whose checksum was then checked. */
    octets: octets.optional(),
    unread: z.string().max(1024).optional(),
  })
  .transform(({ atMs, ring, caller, octets: hex, unread }, context): TraceReport => {
    const told = caller && callerOf(caller, hex);
    const reports: TraceReport[] = [];
    if (ring) reports.push({ kind: 'ring', atMs });
    if (told) reports.push({ kind: 'caller', caller: told, atMs });
    if (unread !== undefined) reports.push({ kind: 'unread', text: unread, atMs });
    const [report] = reports;
    if (report !== undefined && reports.length === 1 && (hex === undefined || told)) return report;
    const wanted = 'exactly one of ring, caller, unread is wanted, and of a caller either number or absence';
    context.addIssue({ code: 'custom', message: wanted });
    return z.NEVER;
  });

function callerOf(
  { number, absence, name, calledNumber }: z.infer<typeof fields>,
  hex?: string,
): ModemCaller | undefined {
  const form =
    hex === undefined
      ? ({ form: 'formatted' } as const)
      : ({ form: 'raw', octets: Uint8Array.from(Buffer.from(hex, 'hex')) } as const);
  const more = { ...(name !== undefined && { name }), ...(calledNumber !== undefined && { calledNumber }), ...form };
  if (number !== undefined && absence === undefined) return { number, ...more };
  if (absence !== undefined && number === undefined) return { absence, ...more };
  return undefined;
}
