import { SCOPE_LENGTH_MAX, SCOPES_MAX } from './limits.js';
import { OAuthError } from './oauth-error.js';

/** RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ). */
const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** Tells whether a string is one scope token of acceptable length. */
export function isScopeToken(value: string): boolean {
  return value.length <= SCOPE_LENGTH_MAX && SCOPE_TOKEN.test(value);
}

/**
 * RFC 6749 §3.3: `scope` is a list of space-delimited, case-sensitive tokens; order does not matter, a repeated token means
 * the same. Returns them in the order of first appearance.
 */
export function parseScope(value: string): readonly string[] {
  const tokens = value.split(' ');
  if (tokens.length > SCOPES_MAX || !tokens.every(isScopeToken)) throw new OAuthError('scope.malformed');
  return [...new Set(tokens)];
}

/** The wire form: tokens joined by single spaces. */
export function formatScope(scope: readonly string[]): string {
  return scope.join(' ');
}
