import { sign, verify } from 'node:crypto';
import type { SignedMessage } from '@tessera/protocol/key-lease';
import { z } from 'zod';
import { nkeyPair, nkeyPublicKey } from './nkey.js';

/** What a signature is for. It is part of what is signed, so a message of one kind is never taken for another. */
export type MessageDomain = 'tessera.lease-request.v1' | 'tessera.lease-reply.v1' | 'tessera.published-keys.v1';

/** A signed message that is not accepted. */
export class MessageRefused extends Error {
  override readonly name = 'MessageRefused';

  constructor(
    /** `foreign_nkey`: signed by nobody who may. `replayed`: it answers an earlier question. */
    readonly reason: 'foreign_nkey' | 'bad_signature' | 'malformed' | 'replayed',
    options?: ErrorOptions,
  ) {
    super(`a signed message is refused: ${reason}`, options);
  }
}

/**
 * The login of NATS signs any text the server sends, with this same nkey and as UTF-8. Octet 0xFF occurs in no UTF-8 text, so
 * no broker can have one of our messages signed as a login challenge.
 */
const NOT_TEXT = Uint8Array.of(0xff);
const SIGNATURE_BYTES = 64;

function signedOctets(domain: MessageDomain, payload: string): Uint8Array {
  return Buffer.concat([NOT_TEXT, Buffer.from(`${domain}\n${payload}`)]);
}

/** Signs a payload, as JSON, with the nkey of a seed. @throws when the seed is not one. */
export function signMessage(seed: Uint8Array, domain: MessageDomain, payload: object): SignedMessage {
  const { nkey, privateKey } = nkeyPair(seed);
  const text = JSON.stringify(payload);
  return { payload: text, nkey, signature: sign(null, signedOctets(domain, text), privateKey).toString('base64url') };
}

/**
 * Verifies a message and parses its payload, in this order. The nkey in the message only selects among those trusted.
 *
 * It does not say that the message is new: whoever needs that puts a nonce of its own into the payload.
 * @throws {MessageRefused}
 */
export function verifyMessage<Schema extends z.ZodType>(
  message: SignedMessage,
  domain: MessageDomain,
  trustedNkeys: readonly string[],
  schema: Schema,
): z.output<Schema> {
  if (!trustedNkeys.includes(message.nkey)) throw new MessageRefused('foreign_nkey');
  const signature = Buffer.from(message.signature, 'base64url');
  const isSigned =
    signature.length === SIGNATURE_BYTES &&
    verify(null, signedOctets(domain, message.payload), nkeyPublicKey(message.nkey), signature);
  if (!isSigned) throw new MessageRefused('bad_signature');
  const payload = payloadSchema(schema).safeParse(message.payload);
  if (!payload.success) throw new MessageRefused('malformed', { cause: payload.error });
  return payload.data;
}

function payloadSchema<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'expected JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}
