import { z } from 'zod';
import { handoverRequests } from './handover-protocol.js';
import { query } from './query.js';

/** The recorder's local socket, in its data folder; who may use it is up to the file's mode. */
export const SOCKET_NAME = 'control.sock';

/** One connection, one request: a line of JSON. */
export const requestSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('status') }),
  z.strictObject({ op: z.literal('calls'), query }),
  z.strictObject({ op: z.literal('check') }),
  z.strictObject({ op: z.literal('call'), which: z.string() }),
  z.strictObject({ op: z.literal('audio'), which: z.string() }),
  z.strictObject({ op: z.literal('hold'), which: z.string(), by: z.string(), reason: z.string() }),
  z.strictObject({ op: z.literal('release'), which: z.string() }),
  z.strictObject({
    op: z.literal('annotate'),
    which: z.string(),
    memo: z.string().nullable(),
    handler: z.string().nullable(),
  }),
  z.strictObject({ op: z.literal('retention'), rule: z.string(), confirmed: z.boolean() }),
  z.strictObject({ op: z.literal('reckon'), day: z.string().optional() }),
  z.strictObject({ op: z.literal('clock'), by: z.string() }),
  z.strictObject({ op: z.literal('faults') }),
  z.strictObject({ op: z.literal('acknowledge'), which: z.string() }),
  z.strictObject({ op: z.literal('fault-history') }),
  ...handoverRequests,
]);

export type ConsoleRequest = z.infer<typeof requestSchema>;

/** The answer: any number of items, then done or an error; a line of JSON each. Audio items are base64. */
export const answerSchema = z.union([
  z.strictObject({ item: z.unknown() }),
  z.strictObject({ done: z.literal(true) }),
  z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) }),
]);

export type ConsoleAnswer = z.infer<typeof answerSchema>;

/** Longest request line, in characters. */
export const REQUEST_MAX_CHARS = 16_384;
