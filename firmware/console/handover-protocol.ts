import { z } from 'zod';
import type { Handover } from '../retrieval/handover.js';
import { query } from './query.js';

/** What a recorder is asked of the handing over of recordings. */
export const handoverRequests = [
  z.strictObject({ op: z.literal('collection') }),
  z.strictObject({ op: z.literal('collect'), query, which: z.array(z.string()), reason: z.string().nullable() }),
  z.strictObject({ op: z.literal('collection-clear') }),
  z.strictObject({ op: z.literal('pin-status') }),
  z.strictObject({ op: z.literal('pin-set'), pin: z.string(), code: z.string().nullable() }),
  z.strictObject({ op: z.literal('pin-unlock') }),
  z.strictObject({ op: z.literal('sticks') }),
  z.strictObject({ op: z.literal('stick-allow'), serial: z.string().nullable() }),
  z.strictObject({ op: z.literal('stick-forget'), serial: z.string() }),
] as const;

const schema = z.discriminatedUnion('op', handoverRequests);

export type HandoverRequest = z.infer<typeof schema>;

const OPERATIONS = new Set<string>(handoverRequests.map(({ shape }) => shape.op.value));

export const isHandoverRequest = (request: { readonly op: string }): request is HandoverRequest =>
  OPERATIONS.has(request.op);

/** The one item that answers a request; true where there is nothing to say. */
export async function answerHandover(request: HandoverRequest, handover: Handover): Promise<unknown> {
  switch (request.op) {
    case 'collection':
      return handover.collection();
    case 'collect':
      return handover.collect(request);
    case 'collection-clear':
      return handover.clearCollection().then(() => true);
    case 'pin-status':
      return handover.pinStatus();
    case 'pin-set':
      return handover.setPin(request.pin, request.code).then(() => true);
    case 'pin-unlock':
      return handover.unlockPin().then(() => true);
    case 'sticks':
      return handover.sticks();
    case 'stick-allow':
      return handover.allowStick(request.serial);
    case 'stick-forget':
      return handover.forgetStick(request.serial).then(() => true);
  }
}
