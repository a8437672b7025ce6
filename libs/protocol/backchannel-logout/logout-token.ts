import type { EpochSeconds } from '@tessera/vocabulary';

/** `typ` of a logout token (Back-Channel Logout §2.4): it is taken for no other token, and no other for it (TOK-6). */
export const LOGOUT_TOKEN_TYPE = 'logout+jwt';
/** Seconds a logout token lives: "preferably at most two minutes" (§4; LOG-4). */
export const LOGOUT_TOKEN_LIFETIME_SECONDS = 120;
/** The event that makes a token a logout token (§2.4). */
export const BACKCHANNEL_LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** Whose logout it is, as the client knows them. */
export interface LogoutFacts {
  readonly issuer: string;
  readonly clientId: string;
  /** The `sub` its grant has: public or pairwise (OIDC Core §8). */
  readonly subject: string;
  /** Of the session, as in its ID tokens. */
  readonly sid: string;
  /** The same at each attempt, so that a client which was told twice can tell. */
  readonly tokenId: string;
  readonly now: EpochSeconds;
}

/** The claims of §2.4. Always `sub` and `sid`, whatever the client requires; never `nonce`, which makes an ID token. */
export function logoutTokenClaims({ issuer, clientId, subject, sid, tokenId, now }: LogoutFacts): Readonly<Record<string, unknown>> {
  return {
    iss: issuer,
    aud: clientId,
    iat: now,
    exp: now + LOGOUT_TOKEN_LIFETIME_SECONDS,
    jti: tokenId,
    sub: subject,
    sid,
    events: { [BACKCHANNEL_LOGOUT_EVENT]: {} },
  };
}

/** The form of §2.5: the token and nothing else. */
export function logoutForm(logoutToken: string): string {
  return new URLSearchParams({ logout_token: logoutToken }).toString();
}
