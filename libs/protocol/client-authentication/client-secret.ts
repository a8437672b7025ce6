import { hash, timingSafeEqual } from 'node:crypto';
import { CLIENT_SECRET_LENGTH_MAX, CLIENT_SECRETS_MAX } from '@tessera/vocabulary';

const SHA_256_BYTES = 32;
/** What is compared with when there is nothing to compare with: the digest of no known input. */
const NO_DIGEST = Buffer.alloc(SHA_256_BYTES);

/**
 * Tells whether a presented secret is one of the registered ones, by their SHA-256 (base64url). SHA-256 suffices because
 * secrets of ours have 256 bits (CLI-3).
 *
 * The work is the same for a right secret, a wrong one and a client that does not exist: one hash and as many constant-time
 * comparisons of equal length as a client may have secrets (CLI-2). An oversized secret is not hashed whole; its length is
 * the caller's own and tells nothing.
 */
export function matchesSecret(presented: string, digests: readonly string[]): boolean {
  const digest = hash('sha256', presented.slice(0, CLIENT_SECRET_LENGTH_MAX), 'buffer');
  let matches = false;
  for (let slot = 0; slot < CLIENT_SECRETS_MAX; slot += 1) {
    const registered = digestIn(digests[slot]);
    const equal = timingSafeEqual(digest, registered);
    matches = (equal && registered !== NO_DIGEST) || matches;
  }
  return matches && presented.length <= CLIENT_SECRET_LENGTH_MAX;
}

function digestIn(encoded: string | undefined): Buffer {
  const digest = Buffer.from(encoded ?? '', 'base64url');
  return digest.length === SHA_256_BYTES ? digest : NO_DIGEST;
}
