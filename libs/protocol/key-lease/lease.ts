import { IssuerSignatureAlgorithm, KeyId, type ServiceName } from '@tessera/vocabulary';
import { z } from 'zod';

/** What a key is for; a lease names the purposes it wants. */
export const KeyPurpose = z.enum(['sign', 'password-transport', 'derivation', 'client-secret', 'pairwise']);
/** What a key is for. */
export type KeyPurpose = z.infer<typeof KeyPurpose>;

/** Who may lease the private part of which purpose. A new purpose is a new row; everything not named is refused. */
export const LESSEES = {
  sign: ['token', 'authorization'],
  'password-transport': ['authorization'],
  derivation: ['token', 'device-ciba'],
  'client-secret': ['token', 'authorization', 'device-ciba'],
  pairwise: ['token', 'authorization'],
} as const satisfies Record<KeyPurpose, readonly ServiceName[]>;

/**
 * A message signed with an nkey: `signature` is Ed25519 over the octet 0xFF, a line that names the kind of message, and the
 * exact octets of `payload`.
 *
 * The same nkey signs whatever text a NATS server sends as its login challenge, so without the 0xFF a hostile broker could
 * have a lease request or a JWKS signed for it. Text is sent and signed as UTF-8, in which that octet does not occur.
 */
export const SignedMessage = z.object({
  /** JSON text, verified before it is parsed. */
  payload: z.string(),
  /** The public nkey (`U...`) the sender claims. */
  nkey: z.string(),
  /** base64url. */
  signature: z.string(),
});
/** A message signed with an nkey. */
export type SignedMessage = z.infer<typeof SignedMessage>;

/** Payload of a lease request. */
export const LeaseRequest = z.object({
  purposes: z.array(KeyPurpose).min(1),
  /** P-256 public JWK the reply is encrypted to; used once. */
  ephemeralKey: z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() }),
  /** The process that asks, for the lease audit. */
  instance: z.string().min(1).max(64),
  /** 128 bits or more, base64url; must come back. */
  nonce: z.string().min(22).max(64),
});
/** Payload of a lease request. */
export type LeaseRequest = z.infer<typeof LeaseRequest>;

/** An issuer signature algorithm for `sign`; `ECDH-ES+A256KW` for keys that open; `HS256` for derivation and pairwise. */
export const KeyAlgorithm = z.union([IssuerSignatureAlgorithm, z.literal('ECDH-ES+A256KW'), z.literal('HS256')]);
/** What a key is used with. */
export type KeyAlgorithm = z.infer<typeof KeyAlgorithm>;

/** One key as leased. */
export const LeasedKey = z.object({
  kid: KeyId,
  purpose: KeyPurpose,
  algorithm: KeyAlgorithm,
  /**
   * How the lessee may use it now. `active` makes new artifacts. The others only open or reproduce: `retiring` what was made
   * before, `published` what a process that learns of the activation a moment earlier will make.
   */
  use: z.enum(['published', 'active', 'retiring']),
  /** Private JWK, or an `oct` JWK for symmetric purposes. */
  jwk: z.record(z.string(), z.unknown()),
});
/** One key as leased. */
export type LeasedKey = z.infer<typeof LeasedKey>;

/** Payload of a lease reply, inside the JWE, signed by key-management. */
export const LeaseReply = z.object({
  keys: z.array(LeasedKey),
  nonce: z.string(),
  /**
   * SHA-256 (base64url) of the exact payload of the request. So the reply is for this ephemeral key, these purposes and this
   * process only: another lessee's reply cannot be passed on, not even by a lessee that copies the nonce.
   */
  requestDigest: z.string(),
  /** Seconds the lease lives, counted by the lessee from the moment it sent the request. */
  ttlSeconds: z.number().int().positive(),
});
/** Payload of a lease reply. */
export type LeaseReply = z.infer<typeof LeaseReply>;

/** The `kid` in the header of the JWE around a lease reply: there is one key it can be for. */
export const EPHEMERAL_KEY_ID = KeyId.parse('ephemeral');
