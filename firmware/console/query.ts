import { z } from 'zod';

/** `CallQuery`, as it is asked for. */
export const query = z.strictObject({
  from: z.string().optional(),
  to: z.string().optional(),
  number: z.string().optional(),
  direction: z.string().optional(),
  line: z.string().optional(),
  handler: z.string().optional(),
  text: z.string().optional(),
  limit: z.int().optional(),
  before: z.int().optional(),
});
