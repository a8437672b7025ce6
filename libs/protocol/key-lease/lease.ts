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

/** A message signed with an nkey: `signature` is Ed25519 over a domain line and the exact bytes of `payload`. */
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

/** One key as leased. `use` is how the lessee may use it now: `active` makes new artifacts, `retiring` only opens old ones. */
export const LeasedKey = z.object({
  kid: KeyId,
  purpose: KeyPurpose,
  /** An issuer signature algorithm for `sign`; `ECDH-ES+A256KW` for keys that open; `HS256` for derivation and pairwise. */
  algorithm: z.union([IssuerSignatureAlgorithm, z.literal('ECDH-ES+A256KW'), z.literal('HS256')]),
  use: z.enum(['active', 'retiring']),
  /** Private JWK, or an `oct` JWK for symmetric purposes. */
  jwk: z.record(z.string(), z.unknown()),
});
/** One key as leased. */
export type LeasedKey = z.infer<typeof LeasedKey>;

/** Payload of a lease reply, inside the JWE, signed by key-management. */
export const LeaseReply = z.object({
  keys: z.array(LeasedKey),
  nonce: z.string(),
  ttlSeconds: z.number().int().positive(),
});
/** Payload of a lease reply. */
export type LeaseReply = z.infer<typeof LeaseReply>;
