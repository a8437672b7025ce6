import { createHmac, hash } from 'node:crypto';
import type { DerivationKey } from './refresh-token.js';

/** Keeps handles of other kinds apart (decision 13). */
const KIND = 'refresh\0';

/** SHA-256 of a refresh token: what is stored and looked up (GEN-5). */
export function refreshTokenHash(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

/**
 * The refresh token that follows another (decision 13): whoever has the token and the key finds the same one again, whoever has a
 * copy of the table finds nothing. 256 bits, 43 characters base64url.
 */
export function deriveSuccessor(presentedHash: Uint8Array, { secret }: DerivationKey): string {
  return createHmac('sha256', secret).update(KIND).update(presentedHash).digest('base64url');
}
