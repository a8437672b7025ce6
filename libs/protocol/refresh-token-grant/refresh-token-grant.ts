import { OAuthError, parseScope, type ReasonId } from '@tessera/vocabulary';
import { entitleUser, requireNamedResource, type Resources, type UserEntitlement, type UserGrant } from '../access-token/index.js';
import type { ClientMetadata } from '../client/index.js';
import type { AuthenticatedClient } from '../client-authentication/index.js';
import { type FormParameters, requireParameter } from '../form-parameters/index.js';
import type { DerivationKeys, NewRefreshFamily, RefreshFamilies, RefreshTokenUse, RefusedUse } from './refresh-token.js';
import { refreshTokenPolicy, type RefreshTokenPolicy } from './refresh-token-policy.js';
import { deriveSuccessor, refreshTokenHash } from './successor.js';

/** Everything outside that the grant needs. */
export interface RefreshTokenGrantPorts {
  readonly issuer: string;
  readonly resources: Resources;
  readonly families: Pick<RefreshFamilies, 'rotate' | 'extend' | 'explain'>;
  readonly derivation: DerivationKeys;
}

/** What a use yields: what was granted, and the refresh token the client has from now on. */
interface Refreshed {
  readonly grant: UserGrant;
  readonly token: string;
}

const REASON_OF = {
  reused: 'refresh_token.reused',
  foreign: 'refresh_token.foreign',
  wrong_key: 'refresh_token.wrong_key',
  ended: 'refresh_token.ended',
  unknown: 'refresh_token.unknown',
  scope: 'user_grant.scope_not_granted',
  resource: 'user_grant.resource_not_granted',
} as const satisfies Record<Exclude<RefusedUse['outcome'], 'retry'>, ReasonId>;

/**
 * RFC 6749 §6. What can be wrong without the token being wrong is judged by the same statement as the token itself, so that a
 * request which asks for too much burns nothing.
 *
 * @throws {OAuthError} `refresh_token.*`, `invalid_scope` for more than was granted (GEN-7), `invalid_target`. @throws {Outage}
 */
export async function refreshTokenGrant(parameters: FormParameters, { client }: AuthenticatedClient, ports: RefreshTokenGrantPorts): Promise<UserEntitlement> {
  const token = requireParameter(parameters, 'refresh_token');
  const scope = parameters.values.has('scope') ? parseScope(requireParameter(parameters, 'scope')) : null;
  const resource = await requireNamedResource(parameters.resources, client, ports);
  const policy = refreshTokenPolicy(client);
  const use = {
    tokenHash: refreshTokenHash(token),
    clientId: client.clientId,
    confirmation: null,
    ...grantedPartsOf(scope ?? [], resource?.identifier ?? null, ports.issuer),
    idleSeconds: policy.idleSeconds,
  };
  const { grant, token: next } = policy.rotates ? await rotate(use, policy, ports) : await extend(token, use, policy, ports);
  const access = await entitleUser(grant, client, { scope, resources: parameters.resources }, ports);
  return { access, grant, refreshToken: { token: next } };
}

/**
 * Family and first token of a grant; the handle is random and said once. OIDC Core §12.2: of what the first ID token said, a
 * refreshed one says `iss`, `sub`, `aud`, `auth_time` again, and no `nonce`.
 */
export function newRefreshFamily(handle: string, grant: UserGrant, client: ClientMetadata): NewRefreshFamily {
  const { idleSeconds, lifetimeSeconds } = refreshTokenPolicy(client);
  return { tokenHash: refreshTokenHash(handle), grant: { ...grant, nonce: null }, idleSeconds, lifetimeSeconds };
}

/** RFC 8707 §2.2: the userinfo endpoint is no resource anybody was granted; it is what `openid` opens. */
function grantedPartsOf(scope: readonly string[], resource: string | null, issuer: string): Pick<RefreshTokenUse, 'scope' | 'resources'> {
  if (resource === null) return { scope, resources: [] };
  return resource === issuer ? { scope: [...scope, 'openid'], resources: [] } : { scope, resources: [resource] };
}

async function rotate(use: RefreshTokenUse, { retryWindowSeconds }: RefreshTokenPolicy, ports: RefreshTokenGrantPorts): Promise<Refreshed> {
  const [active] = ports.derivation.keys();
  const token = deriveSuccessor(use.tokenHash, active);
  const grant = await ports.families.rotate(use, { tokenHash: refreshTokenHash(token), derivationKid: active.kid });
  return grant === null ? retried(use, retryWindowSeconds, ports) : { grant, token };
}

/** REF-1: the same token goes on. One that was replaced before the client ceased to rotate is still a replaced one. */
async function extend(token: string, use: RefreshTokenUse, { retryWindowSeconds }: RefreshTokenPolicy, ports: RefreshTokenGrantPorts): Promise<Refreshed> {
  const grant = await ports.families.extend(use);
  return grant === null ? retried(use, retryWindowSeconds, ports) : { grant, token };
}

/** REF-4: the same successor, derived again with the key of the first time; or the reason there is none. */
async function retried(use: RefreshTokenUse, retryWindowSeconds: number, { families, derivation }: RefreshTokenGrantPorts): Promise<Refreshed> {
  const refused = await families.explain(use, retryWindowSeconds);
  if (refused.outcome !== 'retry') throw new OAuthError(REASON_OF[refused.outcome], { clientId: use.clientId });
  const key = derivation.keys().find(({ kid }) => kid === refused.derivationKid);
  // Withdrawn within these seconds: what was derived with it is not said again.
  if (key === undefined) throw new OAuthError('refresh_token.ended', { clientId: use.clientId });
  return { grant: refused.grant, token: deriveSuccessor(use.tokenHash, key) };
}
