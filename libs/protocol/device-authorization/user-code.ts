import { USER_CODE_INPUT_LENGTH_MAX } from '@tessera/vocabulary';

/** RFC 8628 §6.1: 20 consonants, so that no word is spelt and nothing is taken for a digit. */
export const USER_CODE_ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ';
/**
 * Characters of a user code: 20^8 is about 2^34.6. With 20 guesses per source in ten minutes (DEV-2) a source needs some 24,000
 * years to meet one live code for certain (RFC 8628 §5.1, §5.2).
 */
export const USER_CODE_LENGTH = 8;

const HALF = USER_CODE_LENGTH / 2;
/** Whatever people put between the halves: spaces of all kinds, dashes of all kinds, full stops, underscores. */
const SEPARATORS = /[\s\p{Pd}\p{Pc}.·]+/gu;
const USER_CODE = new RegExp(`^[${USER_CODE_ALPHABET}]{${USER_CODE_LENGTH}}$`);

/**
 * A new user code in its stored form.
 *
 * @param randomBelow a whole number from 0 up to, and without, its argument; each as likely as the other.
 */
export function newUserCode(randomBelow: (bound: number) => number): string {
  return Array.from({ length: USER_CODE_LENGTH }, () => USER_CODE_ALPHABET.charAt(randomBelow(USER_CODE_ALPHABET.length))).join('');
}

/** RFC 8628 §6.1: what a person typed in its stored form, case and separators aside and nothing else (DEV-1); null when it is no user code. */
export function normaliseUserCode(typed: string): string | null {
  if (typed.length > USER_CODE_INPUT_LENGTH_MAX) return null;
  // Full-width letters are what some keyboards of phones write.
  const code = typed.normalize('NFKC').replace(SEPARATORS, '').replace(/[a-z]/g, (letter) => letter.toUpperCase());
  return USER_CODE.test(code) ? code : null;
}

/** The form people see: two halves, easier to read aloud and to compare. */
export function displayedUserCode(code: string): string {
  return `${code.slice(0, HALF)}-${code.slice(HALF)}`;
}
