import { hash } from 'node:crypto';

/** RFC 7636 §4.1: code-verifier = 43*128unreserved. */
const CODE_VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;
/** RFC 7636 §4.2: BASE64URL-ENCODE(SHA256(...)), always 43 characters; the last one holds four bits, so its two lowest are 0. */
const CODE_CHALLENGE = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** The one transformation (RFC 7636 §4.2). `plain` shows the verifier to whoever sees the request (RFC 9700 §2.1.1). */
export const CODE_CHALLENGE_METHOD = 'S256';

/** RFC 7636 §4.1: 43 to 128 unreserved characters. */
export function isCodeVerifier(value: string): boolean {
  return CODE_VERIFIER.test(value);
}

/** RFC 7636 §4.2: a value that some verifier could have with S256. */
export function isCodeChallenge(value: string): boolean {
  return CODE_CHALLENGE.test(value);
}

/** RFC 7636 §4.6: BASE64URL-ENCODE(SHA256(ASCII(code_verifier))). The caller has checked the verifier's syntax. */
export function computeCodeChallenge(verifier: string): string {
  return hash('sha256', verifier, 'base64url');
}
