import { ClientId, OAuthError } from '@tessera/vocabulary';
import { z } from 'zod';
import { entitleUser, type IssuanceCount, type IssuedAccessToken, issueAccessToken, type IssuingPorts, UserGrant } from '../access-token/index.js';
import { carries, type ClientMetadata, ResponseType } from '../client/index.js';
import { ID_TOKEN_TYPE, idTokenClaims } from '../id-token/index.js';

/** What authorization has recorded and wants tokens for. */
export const FrontChannelIssuance = z.object({
  clientId: ClientId,
  /** Committed before it is sent (COD-1). */
  grant: UserGrant,
  responseType: ResponseType,
  /** The code of the same response, for `c_hash`; null without one. */
  code: z.string().nullable(),
  /** `state` of the request, for `s_hash`. */
  state: z.string().nullable(),
});
/** What authorization has recorded and wants tokens for. */
export type FrontChannelIssuance = z.infer<typeof FrontChannelIssuance>;

/** The tokens of one authorization response, each said once; what its type does not carry is null. */
export const FrontChannelTokens = z.object({
  accessToken: z.object({ token: z.string(), lifetimeSeconds: z.number().int().positive(), scope: z.array(z.string()) }).nullable(),
  idToken: z.string().nullable(),
});
/** The tokens of one authorization response. */
export type FrontChannelTokens = z.infer<typeof FrontChannelTokens>;

/** Everything outside that issuing needs. */
export interface FrontChannelPorts {
  readonly issuing: IssuingPorts;
  /** The registered clients. Throws an Outage when they cannot be known. */
  readonly clients: { find(clientId: string): Promise<ClientMetadata | null> };
  readonly issued?: IssuanceCount<'implicit'>;
}

/**
 * Makes the tokens of an authorization response (OIDC Core §3.2.2.5, §3.3.2.5). Never a refresh token (RFC 6749 §4.2.2), and only for
 * a client that registered this response type: authorization has looked, and this is the service that signs (AUT-3, decision 16).
 *
 * @throws {OAuthError} `authorization_request.response_type`, `resource.unknown`. @throws {Outage}
 */
export async function issueFrontChannelTokens(asked: FrontChannelIssuance, { issuing, clients, issued }: FrontChannelPorts): Promise<FrontChannelTokens> {
  const client = await clients.find(asked.clientId);
  if (client === null || !client.enabled || client.clientId !== asked.grant.clientId || !client.registration.responseTypes.includes(asked.responseType)) {
    throw new OAuthError('authorization_request.response_type', { clientId: asked.clientId });
  }
  const accessToken = carries(asked.responseType, 'token') ? await issueAccess(asked.grant, client, issuing) : null;
  const idToken = carries(asked.responseType, 'id_token') ? issueIdToken(asked, accessToken, client, issuing) : null;
  if (accessToken === null) return { accessToken, idToken };
  const { token, lifetimeSeconds, scope, algorithm } = accessToken;
  issued?.('implicit', algorithm);
  return { accessToken: { token, lifetimeSeconds, scope: [...scope] }, idToken };
}

async function issueAccess(grant: UserGrant, client: ClientMetadata, issuing: IssuingPorts): Promise<IssuedAccessToken> {
  return issueAccessToken(await entitleUser(grant, client, { scope: null, resources: [] }, issuing), issuing);
}

/** OIDC Core §3.3.2.11: `at_hash` and `c_hash` bind what comes along; FAPI 1 Advanced §5.2.2.1: `s_hash` binds the state. */
function issueIdToken(
  { grant, code, state }: FrontChannelIssuance,
  accessToken: IssuedAccessToken | null,
  { profile, registration }: ClientMetadata,
  { issuer, clock, signer }: IssuingPorts,
): string {
  const algorithm = registration.idTokenSigningAlgorithm;
  const claims = idTokenClaims(grant, {
    issuer,
    issuedAt: clock.epochSeconds(),
    algorithm,
    accessToken: accessToken?.token ?? null,
    code,
    state: profile === 'fapi1-advanced' ? state : null,
  });
  return signer.sign(algorithm, ID_TOKEN_TYPE, claims).token;
}
