import { formatScope, OAuthError } from '@tessera/vocabulary';
import type { Entitlement, IssuedAccessToken } from '../access-token/index.js';
import { GrantType } from '../client/index.js';
import type { AuthenticatedClient } from '../client-authentication/index.js';
import { type EdgeRequest, type EndpointReply, ok } from '../edge/index.js';
import { type FormParameters, parseFormParameters, requireParameter } from '../form-parameters/index.js';

/** Decides what a client may be given for the parameters of its request. */
export type Grant = (parameters: FormParameters, client: AuthenticatedClient) => Promise<Entitlement>;

/** Everything outside that the token endpoint needs. A grant type without a row in `grants` cannot be written. */
export interface TokenRequestPorts {
  authenticate(request: EdgeRequest, parameters: FormParameters): Promise<AuthenticatedClient>;
  readonly grants: Readonly<Record<GrantType, Grant>>;
  issue(entitlement: Entitlement): Promise<IssuedAccessToken>;
}

/**
 * Answers a token request.
 *
 * @throws {OAuthError} with the code of RFC 6749 §5.2. @throws {Outage} when a port cannot answer.
 */
export async function answerTokenRequest(request: EdgeRequest, ports: TokenRequestPorts): Promise<EndpointReply> {
  const parameters = parseFormParameters(request.parameters);
  const client = await ports.authenticate(request, parameters);
  const grantType = requireGrantType(parameters, client);
  const entitlement = await ports.grants[grantType](parameters, client);
  return ok(accessTokenResponse(await ports.issue(entitlement)));
}

/** RFC 6749 §5.2: one we know (`unsupported_grant_type`), and one of the client's (`unauthorized_client`). */
function requireGrantType(parameters: FormParameters, { client }: AuthenticatedClient): GrantType {
  const grantType = GrantType.safeParse(requireParameter(parameters, 'grant_type'));
  if (!grantType.success) throw new OAuthError('token_request.unsupported_grant_type', { clientId: client.clientId });
  if (!client.grantTypes.includes(grantType.data)) {
    throw new OAuthError('token_request.grant_type_not_allowed', { clientId: client.clientId });
  }
  return grantType.data;
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
