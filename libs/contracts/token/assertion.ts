import { Handle } from '@tessera/vocabulary';
import { z } from 'zod';
import { defineRequest } from '../define-contract.js';

/** Milliseconds for one INSERT; who authenticates a client has more to do with its own deadline. */
const SPEND_DEADLINE_MS = 1_000;

/**
 * Spends what may be presented once, at whichever service it was presented (CLI-7): a client assertion today, a proof of possession
 * later. Owner: token, whose table the ledger is. Callers: the other services that authenticate clients.
 *
 * One INSERT decides for all callers. Never resent: the second message would meet the row of the first and call the assertion
 * replayed. A lost answer therefore decides nothing, and who asked answers 503 (I7); the client signs another assertion.
 */
export const SpendAssertion = defineRequest({
  subject: 'token.assertion.spend.v1',
  callers: ['authorization', 'device-ciba'],
  resend: 'never',
  batch: true,
  deadlineMs: SPEND_DEADLINE_MS,
  request: z.object({
    /** SHA-256 (base64url) of what the presented thing is: its kind, its client and its `jti`. */
    digest: Handle,
    /** Epoch seconds from which it cannot be presented any more, leeway included; from the signed claims, never from arrival. */
    expiresAt: z.number().int().nonnegative(),
  }),
  reply: z.object({
    /** `past`, `beyond`: by the clock of the ledger it has expired, or it could be presented for longer than it remembers. */
    outcome: z.enum(['spent', 'replayed', 'past', 'beyond']),
  }),
  examples: [
    { request: { digest: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg', expiresAt: 1_700_000_300 }, reply: { outcome: 'spent' } },
    { request: { digest: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg', expiresAt: 1_700_000_300 }, reply: { outcome: 'replayed' } },
  ],
});
