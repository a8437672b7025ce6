import { createHash, randomBytes } from 'node:crypto';
import { freshKeyPairSync } from '@tessera/jose/key-pair';
import { openSealed } from '@tessera/jose';
import {
  EPHEMERAL_KEY_ID,
  type KeyPurpose,
  LeaseReply,
  LeaseRequest,
  type SignedMessage,
  SignedMessage as SignedMessageSchema,
} from '@tessera/protocol/key-lease';
import { FRAME_BYTES_MAX } from '@tessera/vocabulary';
import { signMessage, verifyMessage } from './signed-message.js';

/** A lease reply that is not accepted although its envelope was in order. */
export class LeaseRefused extends Error {
  override readonly name = 'LeaseRefused';

  constructor(
    /**
     * `wrong_nonce`: an answer to an earlier request. `wrong_request`: an answer to somebody else's request.
     * `wrong_purpose`: a key nobody asked for. `wrong_key`: a key that is not what its kid or algorithm says.
     */
    readonly reason: 'wrong_nonce' | 'wrong_request' | 'wrong_purpose' | 'wrong_key',
  ) {
    super(`a key lease is refused: ${reason}`);
  }
}

/** A lease request that is under way: what to send, and the only way to read the answer. */
export interface PendingLease {
  readonly message: SignedMessage;
  /** @throws {SealRefused | MessageRefused | LeaseRefused} */
  open(jwe: string): Promise<LeaseReply>;
}

/** 128 bits. */
const NONCE_BYTES = 16;

/** The digest by which a reply names the request it answers: SHA-256 of the payload's text, base64url. */
export function requestDigest(payload: string): string {
  return createHash('sha256').update(payload).digest('base64url');
}

/**
 * Makes a lease request (decision 1): a fresh key pair for this one reply and a fresh nonce, signed with the service's nkey.
 * The private half never leaves the returned object, so nobody else can open the reply, now or later.
 */
export function requestLease(given: {
  readonly purposes: readonly KeyPurpose[];
  readonly instance: string;
  readonly seed: Uint8Array;
  readonly keyManagementNkeys: readonly string[];
}): PendingLease {
  const { publicKey, privateKey } = freshKeyPairSync('ec', { namedCurve: 'P-256' });
  const nonce = randomBytes(NONCE_BYTES).toString('base64url');
  const request = LeaseRequest.parse({
    purposes: [...given.purposes],
    ephemeralKey: publicKey.export({ format: 'jwk' }),
    instance: given.instance,
    nonce,
  });
  const message = signMessage(given.seed, 'tessera.lease-request.v1', request);
  const opening = { kid: EPHEMERAL_KEY_ID, jwk: { ...privateKey.export({ format: 'jwk' }) } };

  return {
    message,
    open: async (jwe) => {
      const sealed = SignedMessageSchema.parse(openSealed(jwe, [opening], { lengthMax: FRAME_BYTES_MAX }));
      const reply = verifyMessage(sealed, 'tessera.lease-reply.v1', given.keyManagementNkeys, LeaseReply);
      if (reply.nonce !== nonce) throw new LeaseRefused('wrong_nonce');
      if (reply.requestDigest !== requestDigest(message.payload)) throw new LeaseRefused('wrong_request');
      if (!reply.keys.every(({ purpose }) => given.purposes.includes(purpose))) throw new LeaseRefused('wrong_purpose');
      return reply;
    },
  };
}
