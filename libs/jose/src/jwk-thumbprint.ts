import { createHash } from 'node:crypto';
import { z } from 'zod';

/** RFC 7638 §3.2, RFC 8037 §2: the members that make the key, in lexicographic order, and nothing else. */
const RequiredMembers = z.discriminatedUnion('kty', [
  z.object({ crv: z.string(), kty: z.literal('EC'), x: z.string(), y: z.string() }),
  z.object({ crv: z.string(), kty: z.literal('OKP'), x: z.string() }),
  z.object({ e: z.string(), kty: z.literal('RSA'), n: z.string() }),
]);

/**
 * The RFC 7638 SHA-256 thumbprint of an asymmetric JWK, base64url (43 characters); private members do not count.
 * @throws {z.ZodError} when a required member is missing.
 */
export function jwkThumbprint(jwk: unknown): string {
  return createHash('sha256').update(JSON.stringify(RequiredMembers.parse(jwk))).digest('base64url');
}
