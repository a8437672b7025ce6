import type { ClientProfile } from '../client/index.js';
import type { ClientAuthenticationPolicy } from './client-authentication.js';

/**
 * RFC 7523 §3 item 3, by the profile of the client (docs/spec/choices.md).
 *
 * `fapi2` and `fapi-ciba`: the issuer as one string and nothing else (FAPI 2.0 Security §5.3.2.1), because an endpoint's URL is
 * what a malicious server can talk a client into signing. `openid` and `fapi1-advanced`: the issuer, the token endpoint or the
 * endpoint called, also as an array; an array that names anyone else is refused (CLI-6), for its signature would be good there.
 */
export function isAcceptedAudience(
  audience: unknown,
  profile: ClientProfile,
  { issuer, tokenEndpoint, endpoint }: ClientAuthenticationPolicy,
): boolean {
  const isOurs = (value: unknown) => value === issuer || value === tokenEndpoint || value === endpoint;
  switch (profile) {
    case 'fapi2':
    case 'fapi-ciba':
      return audience === issuer;
    case 'openid':
    case 'fapi1-advanced':
      return Array.isArray(audience) ? audience.length > 0 && audience.every(isOurs) : isOurs(audience);
  }
}
