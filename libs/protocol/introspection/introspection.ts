import { formatScope, OAuthError } from '@tessera/vocabulary';
import { type AccessTokenFacts, recognizeToken, type Resources } from '../access-token/index.js';
import { isConfidential } from '../client/index.js';
import type { AuthenticatedClient } from '../client-authentication/index.js';
import { type EdgeRequest, type EndpointReply, ok } from '../edge/index.js';
import { type FormParameters, parseFormParameters, requireParameter } from '../form-parameters/index.js';

/** Access tokens that still count. Each answer is one statement by the database's clock: never two, never a cache (TOK-3). */
export interface LiveAccessTokens {
  /** Whether a verified JWT lives: not past its end, not revoked, its client enabled. */
  isAlive(token: Pick<AccessTokenFacts, 'jti' | 'clientId' | 'expiresAt'>): Promise<boolean>;
  /** The live token of a handle, by the handle's SHA-256; null when there is none, or it is revoked, past, or its client disabled. */
  findOpaque(tokenHash: Uint8Array): Promise<AccessTokenFacts | null>;
}

/** Everything outside that the introspection endpoint needs. */
export interface IntrospectionPorts {
  readonly issuer: string;
  authenticate(request: EdgeRequest, parameters: FormParameters): Promise<AuthenticatedClient>;
  /** What a JWT says when it is an access token of ours that is not past its end; null for everything else. */
  verify(compact: string): Promise<AccessTokenFacts | null>;
  readonly liveAccessTokens: LiveAccessTokens;
  readonly resources: Resources;
}

/**
 * Answers an introspection request.
 *
 * @throws {OAuthError} when the caller does not authenticate, is public, or names no token. @throws {Outage} when it cannot be
 * known whether the token lives: an unknown answer is neither active nor inactive (I7).
 */
export async function answerIntrospection(request: EdgeRequest, ports: IntrospectionPorts): Promise<EndpointReply> {
  const parameters = parseFormParameters(request.parameters);
  const caller = await ports.authenticate(request, parameters);
  if (!isConfidential(caller.client)) throw new OAuthError('introspection.public_client', { clientId: caller.client.clientId });
  const facts = await findActive(requireParameter(parameters, 'token'), caller, ports);
  return ok(facts === null ? { active: false } : introspectionResponse(facts, ports.issuer));
}

async function findActive(token: string, caller: AuthenticatedClient, ports: IntrospectionPorts): Promise<AccessTokenFacts | null> {
  const presented = recognizeToken(token);
  switch (presented.form) {
    case 'unknown':
      return null;
    case 'opaque': {
      const facts = await ports.liveAccessTokens.findOpaque(presented.tokenHash);
      return facts !== null && (await mayKnow(caller, facts, ports.resources)) ? facts : null;
    }
    case 'jwt': {
      const facts = await ports.verify(presented.compact);
      if (facts === null || !(await mayKnow(caller, facts, ports.resources))) return null;
      return (await ports.liveAccessTokens.isAlive(facts)) ? facts : null;
    }
  }
}

/** RFC 7662 §4: the client it was issued to, or whom its resource trusts to ask. A withdrawn resource trusts nobody. */
async function mayKnow({ client }: AuthenticatedClient, { clientId, audience }: AccessTokenFacts, resources: Resources): Promise<boolean> {
  if (client.clientId === clientId) return true;
  const resource = await resources.find(audience);
  return resource !== null && resource.enabled && resource.introspectedBy.includes(client.clientId);
}

/** RFC 7662 §2.2. */
function introspectionResponse(facts: AccessTokenFacts, issuer: string): Record<string, unknown> {
  return {
    active: true,
    ...(facts.scope.length === 0 ? {} : { scope: formatScope(facts.scope) }),
    client_id: facts.clientId,
    token_type: 'Bearer',
    exp: facts.expiresAt,
    iat: facts.issuedAt,
    sub: facts.subject,
    aud: facts.audience,
    iss: issuer,
    jti: facts.jti,
  };
}
