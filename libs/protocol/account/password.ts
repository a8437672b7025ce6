import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from '@tessera/vocabulary';

/** Why a new password is not taken. */
export type PasswordFault = 'password-too-short' | 'password-too-long';

/**
 * The form in which a password is hashed: RFC 8265 §4.2.2 OpaqueString, so that the same keys pressed on another device give
 * the same password. Case and spaces at the ends count; nothing is cut off (ASVS 6.2.8).
 */
export function preparePassword(password: string): string {
  return password.replace(/\p{Zs}/gu, ' ').normalize('NFC');
}

/**
 * What is hashed of a password somebody presents; null when nobody can have it (CCR-5), which is known before any hashing. The
 * caller hashes something of equal cost then, so that an empty password takes as long as a wrong one (CCR-3).
 */
export function presentedPassword(password: string): string | null {
  // A code point is at most two UTF-16 units: what is longer than this is too long whatever it is made of.
  if (password.length > 2 * PASSWORD_LENGTH_MAX) return null;
  const prepared = preparePassword(password);
  const length = [...prepared].length;
  return length === 0 || length > PASSWORD_LENGTH_MAX ? null : prepared;
}

/**
 * What speaks against a new password: only its length (NIST SP 800-63B §3.1.1.2: no rules of composition, no change by the
 * calendar), in characters, counted as code points.
 */
export function newPasswordFault(password: string): PasswordFault | null {
  if (password.length > 2 * PASSWORD_LENGTH_MAX) return 'password-too-long';
  const length = [...preparePassword(password)].length;
  if (length < PASSWORD_LENGTH_MIN) return 'password-too-short';
  return length > PASSWORD_LENGTH_MAX ? 'password-too-long' : null;
}
