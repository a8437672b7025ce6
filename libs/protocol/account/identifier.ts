import { IDENTIFIER_LENGTH_MAX } from '@tessera/vocabulary';

/** What people sign in with. The kinds never overlap: an email address has an `@`, a user name has none. */
export type IdentifierKind = 'username' | 'email';

/** An identifier in the one form that is stored and compared. */
export interface Identifier {
  readonly kind: IdentifierKind;
  readonly value: string;
}

const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\s]/u;
const EMAIL = /^[^@]{1,64}@[^@]{1,253}$/;

/**
 * Brings what somebody typed into the stored form: NFKC, lower case, without space around (RFC 8265 §3.3 UsernameCaseMapped,
 * with NFKC so that full-width forms and ligatures are no second person). Null when nobody can have such an identifier.
 *
 * It does not protect against letters of other scripts that look alike: whoever declares users decides what is too similar.
 */
export function normalizeIdentifier(typed: string): Identifier | null {
  if (typed.length > 2 * IDENTIFIER_LENGTH_MAX) return null;
  // Lower case can undo the normal form, and the normal form can bring back capitals: this order is stable (RFC 8265 §3.3.3).
  const value = typed.trim().normalize('NFKC').toLowerCase().normalize('NFKC').trim();
  if (value === '' || [...value].length > IDENTIFIER_LENGTH_MAX || FORBIDDEN.test(value)) return null;
  if (!value.includes('@')) return { kind: 'username', value };
  return EMAIL.test(value) ? { kind: 'email', value } : null;
}
