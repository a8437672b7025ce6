import { ClientId } from '@tessera/vocabulary';
import { z } from 'zod';
import { defineEvent, defineRequest } from '../define-contract.js';

/**
 * Asks for the key set of a client with a `jwks_uri` to be fetched again, because an assertion named a `kid` that is not in
 * it. Owner: authorization, the only service with egress to clients' key sets (decision 8). Callers: whoever authenticates
 * clients. At most one fetch per client per minute (OUT-5), a failed one never removes good keys; several requests at once
 * share one fetch, so it may be resent. The fetched set is a row, and `client_change` tells every cache.
 */
export const RefreshClientKeySet = defineRequest({
  subject: 'authorization.client-key-set.refresh.v1',
  callers: ['token', 'device-ciba'],
  resend: 'safe',
  request: z.object({ clientId: ClientId }),
  reply: z.object({
    /**
     * `too_soon`: the minute is not over. `under_way`: another replica fetches right now, so nothing can be said yet about a key
     * that is not known. `failed`: the fetch failed, the old keys stand. `no_uri`: keys are registered by value.
     */
    outcome: z.enum(['refreshed', 'unchanged', 'too_soon', 'under_way', 'failed', 'no_uri', 'unknown_client']),
  }),
  examples: [{ request: { clientId: 's6BhdRkqt3' }, reply: { outcome: 'refreshed' } }, { request: { clientId: 's6BhdRkqt3' }, reply: { outcome: 'under_way' } }],
});

/** Metadata, a secret or the keys of a client or a resource changed. Caches ask for changes at once instead of within 500 ms. */
export const ClientChanged = defineEvent({
  subject: 'authorization.event.client.changed.v1',
  subscribers: ['token', 'device-ciba'],
  recoveredBy: 'the question for changed metadata that every process asks each 500 ms (decision 4)',
  payload: z.object({ number: z.number().int() }),
  examples: [{ number: 42 }],
});
