import { formatScope, OAuthError } from '@tessera/vocabulary';
import type { Entitlement, IssuanceCount, IssuedAccessToken, UserEntitlement } from '../access-token/index.js';
import { type ClientMetadata, GrantType } from '../client/index.js';
import type { AuthenticatedClient } from '../client-authentication/index.js';
import { type EdgeRequest, type EndpointReply, ok } from '../edge/index.js';
import { type FormParameters, parseFormParameters, requireParameter } from '../form-parameters/index.js';
import type { IssuedUserTokens } from './issue-to-user.js';

/**
 * Decides what a client may be given for the parameters of its request: an entitlement of its own, or a user's. `call` is what a
 * port may need to ask another service on behalf of this request; it is handed on and never looked at.
 */
export type Grant<Call = unknown> = (
  parameters: FormParameters,
  client: AuthenticatedClient,
  request: EdgeRequest,
  call: Call,
) => Promise<Entitlement | UserEntitlement>;

/** Everything outside that the token endpoint needs. A grant type without a row in `grants` cannot be written. */
export interface TokenRequestPorts<Call = unknown> {
  authenticate(request: EdgeRequest, parameters: FormParameters): Promise<AuthenticatedClient>;
  /** Null: this deployment does not have it (GEN-10). */
  readonly grants: Readonly<Record<Exclude<GrantType, 'implicit'>, Grant<Call> | null>>;
  issue(entitlement: Entitlement): Promise<IssuedAccessToken>;
  issueToUser(decided: UserEntitlement, client: ClientMetadata): Promise<IssuedUserTokens>;
  readonly issued?: IssuanceCount;
}

/**
 * Answers a token request.
 *
 * @throws {OAuthError} with the code of RFC 6749 §5.2. @throws {Outage} when a port cannot answer.
 */
export async function answerTokenRequest<Call>(request: EdgeRequest, ports: TokenRequestPorts<Call>, call: Call): Promise<EndpointReply> {
  const parameters = parseFormParameters(request.parameters);
  const client = await ports.authenticate(request, parameters);
  const [grantType, grant] = requireGrant(parameters, client, ports.grants);
  const decided = await grant(parameters, client, request, call);
  const issued = 'access' in decided ? await ports.issueToUser(decided, client.client) : await ports.issue(decided);
  const access = 'access' in issued ? issued.access : issued;
  ports.issued?.(grantType, access.algorithm);
  return ok('access' in issued ? userTokenResponse(issued) : accessTokenResponse(issued));
}

/** RFC 6749 §5.2: one we have (`unsupported_grant_type`), and one of the client's (`unauthorized_client`). */
function requireGrant<Call>(parameters: FormParameters, { client }: AuthenticatedClient, grants: TokenRequestPorts<Call>['grants']): readonly [GrantType, Grant<Call>] {
  const grantType = GrantType.safeParse(requireParameter(parameters, 'grant_type'));
  // RFC 6749 §4.2: the implicit grant has no token request.
  const grant = grantType.success && grantType.data !== 'implicit' ? grants[grantType.data] : null;
  if (!grantType.success || grant === null) throw new OAuthError('token_request.unsupported_grant_type', { clientId: client.clientId });
  if (!client.grantTypes.includes(grantType.data)) {
    throw new OAuthError('token_request.grant_type_not_allowed', { clientId: client.clientId });
  }
  return [grantType.data, grant];
}

/** RFC 6749 §5.1. `scope` is said always, so that a client which asked for none knows what it has; an empty one has no syntax. */
function accessTokenResponse({ token, lifetimeSeconds, scope }: IssuedAccessToken): Record<string, unknown> {
  return {
    access_token: token,
    token_type: 'Bearer',
    expires_in: lifetimeSeconds,
    ...(scope.length === 0 ? {} : { scope: formatScope(scope) }),
  };
}

/** OIDC Core §3.1.3.3, RFC 6749 §5.1. */
function userTokenResponse({ access, idToken, refreshToken }: IssuedUserTokens): Record<string, unknown> {
  const response = accessTokenResponse(access);
  if (refreshToken !== null) response['refresh_token'] = refreshToken;
  if (idToken !== null) response['id_token'] = idToken;
  return response;
}
