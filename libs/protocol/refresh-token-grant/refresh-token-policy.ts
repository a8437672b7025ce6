import { REFRESH_RETRY_WINDOW_SECONDS_MAX, REFRESH_TOKEN_IDLE_SECONDS_DEFAULT, REFRESH_TOKEN_LIFETIME_SECONDS_DEFAULT } from '@tessera/vocabulary';
import { type ClientMetadata, isConfidential } from '../client/index.js';

/** How the refresh tokens of a client behave. */
export interface RefreshTokenPolicy {
  /** Whether each use replaces the token (REF-1). */
  readonly rotates: boolean;
  /** Seconds in which the preceding token gets the same successor (REF-4). */
  readonly retryWindowSeconds: number;
  readonly idleSeconds: number;
  readonly lifetimeSeconds: number;
}

/**
 * REF-1, REF-4. A public client rotates always: nothing else would show that its token was copied (RFC 9700 §4.14.2). A client of
 * a FAPI profile never does (FAPI 2.0 Security §5.3.2.1). Others as registered, and by default they do.
 */
export function refreshTokenPolicy(client: ClientMetadata): RefreshTokenPolicy {
  const { registration, profile } = client;
  const confidential = isConfidential(client);
  const rotates = !confidential || (profile === 'openid' && (registration.rotateRefreshTokens ?? true));
  return {
    rotates,
    retryWindowSeconds: registration.refreshRetryWindowSeconds ?? (confidential ? 0 : REFRESH_RETRY_WINDOW_SECONDS_MAX),
    idleSeconds: registration.refreshTokenIdleSeconds ?? REFRESH_TOKEN_IDLE_SECONDS_DEFAULT,
    lifetimeSeconds: registration.refreshTokenLifetimeSeconds ?? REFRESH_TOKEN_LIFETIME_SECONDS_DEFAULT,
  };
}
