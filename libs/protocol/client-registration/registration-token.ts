import { createHash } from 'node:crypto';
import { Handle } from '@tessera/vocabulary';
import type { EdgeRequest } from '../edge/index.js';

/** RFC 6750 §2.1: the scheme without regard to case, one space or more, and a token of our form. */
const BEARER = /^bearer +(?<token>[A-Za-z0-9_-]+)$/i;

/**
 * The token of a registration request as it is looked up by, its SHA-256 (GEN-5); null when there is none of our form. It stands in
 * the header only (RFC 7591 §3, RFC 7592 §2): the body is the metadata.
 */
export function presentedTokenDigest({ authorization }: Pick<EdgeRequest, 'authorization'>): Buffer | null {
  const [only, ...others] = authorization;
  const token = Handle.safeParse(others.length > 0 ? undefined : BEARER.exec(only ?? '')?.groups?.['token']);
  return token.success ? registrationTokenDigest(token.data) : null;
}

/** What a token is stored as. */
export function registrationTokenDigest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
