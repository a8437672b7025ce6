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

/** OIDC Core §3.1.2.1, §5.4, §11: the scopes this provider itself understands; all others belong to resources. */
export const IDENTITY_SCOPES = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'] as const;
const IDENTITY_SCOPE_SET: ReadonlySet<string> = new Set(IDENTITY_SCOPES);

/** Tells whether a scope token asks who the user is, or to go on without them, and not for a resource. */
export function isIdentityScope(token: string): boolean {
  return IDENTITY_SCOPE_SET.has(token);
}
