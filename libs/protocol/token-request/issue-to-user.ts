import { type IssuedAccessToken, issueAccessToken, type IssuingPorts, type UserEntitlement } from '../access-token/index.js';
import type { ClientMetadata } from '../client/index.js';
import { ID_TOKEN_TYPE, idTokenClaims, type IdTokenIssuance } from '../id-token/index.js';
import { newRefreshFamily, type RefreshFamilies } from '../refresh-token-grant/index.js';

/** Everything outside that issuing to a user's client needs. */
export interface UserIssuingPorts extends IssuingPorts {
  readonly families: Pick<RefreshFamilies, 'begin'>;
}

/** The tokens of one response, each said once. */
export interface IssuedUserTokens {
  readonly access: IssuedAccessToken;
  readonly idToken: string | null;
  readonly refreshToken: string | null;
}

/**
 * Makes the tokens a user's grant is worth. What has a row is committed before anything is said (I2); the ID token is signed last,
 * because it names the access token (OIDC Core §3.1.3.6).
 *
 * @param pushedFor the `auth_req_id` of a request whose tokens are pushed (CIBA Core §10.3.1).
 * @throws {OAuthError} `resource.unknown` when the resource was withdrawn meanwhile. @throws {Outage}
 */
export async function issueToUser({ access, grant, refreshToken }: UserEntitlement, client: ClientMetadata, ports: UserIssuingPorts, pushedFor: string | null = null): Promise<IssuedUserTokens> {
  const begun = refreshToken === 'begin' ? beginFamily(grant, client, ports) : null;
  const [issued, first] = await Promise.all([issueAccessToken(access, ports), begun]);
  const refresh = refreshToken === null || refreshToken === 'begin' ? first : refreshToken.token;
  const pushed = pushedFor === null ? {} : { pushed: { authReqId: pushedFor, refreshToken: refresh } };
  const idToken = access.authority.scope.includes('openid') ? issueIdToken({ accessToken: issued.token, ...pushed }, grant, client, ports) : null;
  return { access: issued, idToken, refreshToken: refresh };
}

async function beginFamily(grant: UserEntitlement['grant'], client: ClientMetadata, { values, families }: UserIssuingPorts): Promise<string> {
  const handle = values.handle();
  await families.begin(newRefreshFamily(handle, grant, client));
  return handle;
}

/** OIDC Core §3.1.3.3. Signed with the algorithm the client registered (OIDC Registration §2). */
function issueIdToken(saidWith: Pick<IdTokenIssuance, 'accessToken' | 'pushed'>, grant: UserEntitlement['grant'], { registration }: ClientMetadata, { issuer, clock, signer }: UserIssuingPorts): string {
  const algorithm = registration.idTokenSigningAlgorithm;
  const claims = idTokenClaims(grant, { issuer, issuedAt: clock.epochSeconds(), algorithm, ...saidWith });
  return signer.sign(algorithm, ID_TOKEN_TYPE, claims).token;
}
