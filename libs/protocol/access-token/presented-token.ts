import { hash } from 'node:crypto';

/** 256 bits in base64url (RFC 4648 §5). */
const HANDLE = /^[A-Za-z0-9_-]{43}$/;
/** RFC 7515 §7.1: three parts. */
const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** What a presented access token can be by its form; whether it is one is another question. */
export type PresentedToken =
  | { readonly form: 'jwt'; readonly compact: string }
  | { readonly form: 'opaque'; readonly tokenHash: Uint8Array }
  | { readonly form: 'unknown' };

/**
 * Sorts a presented token by its form. RFC 7009 §2.1, RFC 7662 §2.1: `token_type_hint` may only speed the search up, and there
 * is nothing to speed up here, so no hint is read.
 */
export function recognizeToken(token: string): PresentedToken {
  if (HANDLE.test(token)) return { form: 'opaque', tokenHash: tokenHash(token) };
  return COMPACT_JWS.test(token) ? { form: 'jwt', compact: token } : { form: 'unknown' };
}

/** GEN-5: what of a handle is stored and looked up. One SHA-256 suffices for 256 random bits. */
export function tokenHash(handle: string): Buffer {
  return hash('sha256', handle, 'buffer');
}
