import { IssuerSignatureAlgorithm, KeyId } from '@tessera/vocabulary';
import { z } from 'zod';
import { KeyPurpose } from './lease.js';

/** A public signature key of this issuer as it stands in the JWKS (RFC 7517 §4; KEY-3: `kid`, `alg` and `use` always). */
export const PublishedJwk = z.object({
  kty: z.enum(['EC', 'RSA', 'OKP']),
  kid: KeyId,
  use: z.literal('sig'),
  alg: IssuerSignatureAlgorithm,
  crv: z.string().optional(),
  x: z.string().optional(),
  y: z.string().optional(),
  n: z.string().optional(),
  e: z.string().optional(),
});
/** A public signature key of this issuer. */
export type PublishedJwk = z.infer<typeof PublishedJwk>;

/** The public key secrets are sealed to: the active one of an opening purpose. */
export const SealingKey = z.object({
  purpose: KeyPurpose,
  kid: KeyId,
  jwk: z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() }),
});
/** The public key secrets are sealed to. */
export type SealingKey = z.infer<typeof SealingKey>;

/** Everything public about the keys, signed by key-management's nkey: the JWKS and the sealing keys. */
export const PublishedKeys = z.object({
  keys: z.array(PublishedJwk),
  sealingKeys: z.array(SealingKey),
  /** Echo of the caller's nonce, so that an old answer cannot be passed off as the present one. */
  nonce: z.string(),
});
/** Everything public about the keys. */
export type PublishedKeys = z.infer<typeof PublishedKeys>;
