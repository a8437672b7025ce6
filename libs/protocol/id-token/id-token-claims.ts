import { hash } from 'node:crypto';
import { type EpochSeconds, ID_TOKEN_LIFETIME_SECONDS, type IssuerSignatureAlgorithm } from '@tessera/vocabulary';
import type { UserGrant } from '../access-token/index.js';

/** The `typ` of an ID token. What is not one has a type of its own (RFC 8725 §3.11). */
export const ID_TOKEN_TYPE = 'JWT';

/** The hash of each signature algorithm (RFC 7518 §3.1; Ed25519 uses SHA-512, RFC 8032 §5.1). */
const HASH_OF = { ES256: 'sha256', RS256: 'sha256', PS256: 'sha256', EdDSA: 'sha512' } as const satisfies Record<IssuerSignatureAlgorithm, string>;

/** What an ID token is issued with, beside what was granted. */
export interface IdTokenIssuance {
  readonly issuer: string;
  readonly issuedAt: EpochSeconds;
  /** The algorithm it will be signed with. */
  readonly algorithm: IssuerSignatureAlgorithm;
  /** The access token it is said with; null when there is none (OIDC Core §3.2.2.10). */
  readonly accessToken: string | null;
  /** The code it is said with at the authorization endpoint (OIDC Core §3.3.2.11); absent elsewhere. */
  readonly code?: string | null;
  /** `state` of the request, where the profile binds the response to it (FAPI 1 Advanced §5.2.2.1); absent elsewhere. */
  readonly state?: string | null;
  /** The request it is pushed for, and the refresh token that goes with it (CIBA Core §10.3.1); absent where a client asks for it. */
  readonly pushed?: { readonly authReqId: string; readonly refreshToken: string | null };
}

/**
 * OIDC Core §2. Claims about the person stand in it only as far as the `claims` parameter wanted them there: the others are
 * told at the userinfo endpoint (§5.4). `azp` is needed only for an audience other than the client, which there never is.
 */
export function idTokenClaims(grant: UserGrant, { issuer, issuedAt, algorithm, accessToken, code = null, state = null, pushed }: IdTokenIssuance): Record<string, unknown> {
  // What was asked for comes first, so that it can replace nothing of what the protocol says.
  const claims: Record<string, unknown> = {
    ...grant.idTokenClaims,
    iss: issuer,
    sub: grant.subject,
    aud: grant.clientId,
    exp: issuedAt + ID_TOKEN_LIFETIME_SECONDS,
    iat: issuedAt,
    auth_time: grant.authTime,
  };
  if (accessToken !== null) claims['at_hash'] = halfHash(accessToken, algorithm);
  if (code !== null) claims['c_hash'] = halfHash(code, algorithm);
  if (state !== null) claims['s_hash'] = halfHash(state, algorithm);
  if (grant.nonce !== null) claims['nonce'] = grant.nonce;
  if (grant.acr !== null) claims['acr'] = grant.acr;
  if (grant.amr.length > 0) claims['amr'] = grant.amr;
  if (grant.sid !== null) claims['sid'] = grant.sid;
  if (pushed === undefined) return claims;
  // CIBA Core §10.3.1: nobody asked for what is pushed, so the ID token says what it belongs to.
  claims['urn:openid:params:jwt:claim:auth_req_id'] = pushed.authReqId;
  if (pushed.refreshToken !== null) claims['urn:openid:params:jwt:claim:rt_hash'] = halfHash(pushed.refreshToken, algorithm);
  return claims;
}

/** OIDC Core §3.1.3.6, §3.3.2.11, CIBA Core §10.3.1: the left half of the hash of a value's octets, by the hash of the ID token's `alg`. */
export function halfHash(value: string, algorithm: IssuerSignatureAlgorithm): string {
  const digest = hash(HASH_OF[algorithm], value, 'buffer');
  return digest.toString('base64url', 0, digest.length / 2);
}
