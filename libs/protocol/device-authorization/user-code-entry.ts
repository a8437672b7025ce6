import { Handle } from '@tessera/vocabulary';
import { z } from 'zod';
import { Browser } from '../interaction/index.js';

/** A user code as somebody typed it, and the browser they did it in. */
export const UserCodeEntry = z.object({ userCode: z.string(), browser: Browser });
/** A user code as somebody typed it. */
export type UserCodeEntry = z.infer<typeof UserCodeEntry>;

/**
 * What becomes of a typed user code. `continue`: the interaction that goes on with it. `again`: the page once more. Why a code is
 * not accepted makes no difference to be seen: not a code, not known, expired, or decided already (RFC 8628 §5.1).
 */
export const UserCodeReply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('continue'), interaction: Handle, browser: Handle.nullable() }),
  z.object({ kind: z.literal('again'), problem: z.enum(['unknown', 'too_many']), waitSeconds: z.number().int().positive().nullable() }),
]);
/** What becomes of a typed user code. */
export type UserCodeReply = z.infer<typeof UserCodeReply>;
