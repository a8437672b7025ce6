import { z } from 'zod';

/** Algorithms of this issuer's own signatures (RFC 7518 §3, RFC 8037, RFC 9864). `none` is not a value anyone can write. */
export const IssuerSignatureAlgorithm = z.enum(['ES256', 'RS256', 'PS256', 'EdDSA']);
/** One of the algorithms this issuer signs with. */
export type IssuerSignatureAlgorithm = z.infer<typeof IssuerSignatureAlgorithm>;

/**
 * One name for each algorithm: RFC 9864 §2.2 calls EdDSA with Ed25519, the only curve of it that is taken here, `Ed25519`. Headers and
 * keys may say either; registrations say `EdDSA`.
 */
export function canonicalAlgorithm(name: string): string {
  return name === 'Ed25519' ? 'EdDSA' : name;
}

/** Algorithms a client may sign request objects with (RFC 9101 §10.5, OIDC Registration §2). `none` is not a value anyone can write. */
export const RequestObjectSigningAlgorithm = z.enum(['RS256', 'PS256', 'ES256', 'EdDSA']);
/** One of the algorithms of request objects. */
export type RequestObjectSigningAlgorithm = z.infer<typeof RequestObjectSigningAlgorithm>;

/** Asymmetric algorithms a client may sign assertions with (`private_key_jwt`). */
export const AssertionSignatureAlgorithm = z.enum(['ES256', 'ES384', 'ES512', 'RS256', 'PS256', 'EdDSA']);
/** One of the asymmetric assertion algorithms. */
export type AssertionSignatureAlgorithm = z.infer<typeof AssertionSignatureAlgorithm>;

/** Symmetric algorithms of `client_secret_jwt`. */
export const AssertionMacAlgorithm = z.enum(['HS256', 'HS384', 'HS512']);
/** One of the symmetric assertion algorithms. */
export type AssertionMacAlgorithm = z.infer<typeof AssertionMacAlgorithm>;

/** RFC 7518 §3.2: octets a secret must have at least, to be the key of each algorithm. */
export const MAC_SECRET_OCTETS_MIN = { HS256: 32, HS384: 48, HS512: 64 } as const satisfies Record<AssertionMacAlgorithm, number>;
