import { SignedMessage } from '@tessera/protocol/key-lease';
import { z } from 'zod';
import { defineEvent, defineRequest } from '../define-contract.js';

/**
 * Decision 1. Owner: key-management. Callers: the lessees.
 *
 * The request is a signed `LeaseRequest`, the reply a JWE to its ephemeral key around a signed `LeaseReply`. Asking twice
 * gives two valid leases of the same keys, so it may be resent.
 */
export const LeaseKeys = defineRequest({
  subject: 'key-management.key.lease.v1',
  callers: ['token', 'authorization', 'device-ciba'],
  resend: 'safe',
  request: SignedMessage,
  reply: z.object({
    /** Compact JWE (ECDH-ES+A256KW, A256GCM); its plaintext is a `SignedMessage` as JSON. */
    jwe: z.string(),
  }),
  examples: [
    {
      request: { payload: '{"purposes":["sign"]}', nkey: 'UAC6', signature: 'c2lnbmF0dXJl' },
      reply: { jwe: 'eyJhbGciOiJFQ0RILUVTIn0.a.b.c.d' },
    },
  ],
});

/**
 * The public side of the keys, signed by key-management's nkey. Owner: key-management. Callers: whoever verifies or seals.
 * Reads only.
 */
export const GetPublishedKeys = defineRequest({
  subject: 'key-management.published-keys.get.v1',
  callers: ['gateway', 'token', 'authorization', 'device-ciba', 'operator'],
  resend: 'safe',
  request: z.object({
    /** 128 bits or more, base64url; stands in the signed payload of the reply. */
    nonce: z.string().min(22).max(64),
  }),
  reply: SignedMessage,
  examples: [
    {
      request: { nonce: 'Zk3y0bS0mP1Q9c7Jv5x2Lw' },
      reply: { payload: '{"keys":[],"sealingKeys":[],"nonce":"Zk3y0bS0mP1Q9c7Jv5x2Lw"}', nkey: 'UAC6', signature: 'c2ln' },
    },
  ],
});

/** A key changed its state. Lessees renew at once, mirrors of the published keys ask again. */
export const SigningKeyChanged = defineEvent({
  subject: 'key-management.event.signing-key.changed.v1',
  subscribers: ['gateway', 'token', 'authorization', 'device-ciba'],
  recoveredBy: 'the lease, renewed well within its 60 seconds, and the mirror of the published keys, refreshed every 15',
  payload: z.object({ kid: z.string(), state: z.string() }),
  examples: [{ kid: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs', state: 'active' }],
});
