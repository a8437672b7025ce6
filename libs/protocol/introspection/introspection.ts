import { type EpochSeconds, formatScope, OAuthError } from '@tessera/vocabulary';
import { type AccessTokenFacts, recognizeToken, type Resources } from '../access-token/index.js';
import { isConfidential } from '../client/index.js';
import type { AuthenticatedClient } from '../client-authentication/index.js';
import { type EdgeRequest, type EndpointReply, ok } from '../edge/index.js';
import { type FormParameters, parseFormParameters, requireParameter } from '../form-parameters/index.js';

/** Access tokens that still count. Each answer is one statement by the database's clock: never two, never a cache (TOK-3). */
export interface LiveAccessTokens {
  /**
   * Whether a verified JWT lives: not past its end, not revoked, its client enabled; that of a user only with its grant and its
   * family of refresh tokens (decision 3).
   */
  isAlive(token: Pick<AccessTokenFacts, 'jti' | 'clientId' | 'expiresAt' | 'grantId'>): Promise<boolean>;
  /** The live token of a handle, by the handle's SHA-256; null when there is none, or it is revoked, past, or its client disabled. */
  findOpaque(tokenHash: Uint8Array): Promise<AccessTokenFacts | null>;
}

/** What a live refresh token says. */
export interface RefreshTokenFacts {
  readonly clientId: string;
  readonly subject: string;
  readonly scope: readonly string[];
  readonly issuedAt: EpochSeconds;
  /** The end of its idle time, which a use extends. */
  readonly expiresAt: EpochSeconds;
}

/** Refresh tokens that could be used now. */
export interface LiveRefreshTokens {
  /** By the SHA-256; null when there is none, or it was replaced, or anything it depends on is not alive. One statement. */
  find(tokenHash: Uint8Array): Promise<RefreshTokenFacts | null>;
}

/** Everything outside that the introspection endpoint needs. */
export interface IntrospectionPorts {
  readonly issuer: string;
  authenticate(request: EdgeRequest, parameters: FormParameters): Promise<AuthenticatedClient>;
  /** What a JWT says when it is an access token of ours that is not past its end; null for everything else. */
  verify(compact: string): Promise<AccessTokenFacts | null>;
  readonly liveAccessTokens: LiveAccessTokens;
  readonly liveRefreshTokens: LiveRefreshTokens;
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
  const token = requireParameter(parameters, 'token');
  return ok((await findActive(token, parameters.values.get('token_type_hint'), caller, ports)) ?? INACTIVE);
}

/** RFC 7662 §2.2, TOK-2: all that is said of a token that is not active, or that the caller may not know. */
const INACTIVE = { active: false };

async function findActive(token: string, hint: string | undefined, caller: AuthenticatedClient, ports: IntrospectionPorts): Promise<Record<string, unknown> | null> {
  const presented = recognizeToken(token);
  switch (presented.form) {
    case 'unknown':
      return null;
    case 'opaque':
      return findHandle(presented.tokenHash, hint, caller, ports);
    case 'jwt': {
      const facts = await ports.verify(presented.compact);
      if (facts === null || !(await mayKnow(caller, facts, ports.resources))) return null;
      return (await ports.liveAccessTokens.isAlive(facts)) ? accessTokenResponse(facts, ports.issuer) : null;
    }
  }
}

/** RFC 7662 §2.1: the search is extended across all types of token, whatever the hint says. */
async function findHandle(tokenHash: Uint8Array, hint: string | undefined, caller: AuthenticatedClient, ports: IntrospectionPorts): Promise<Record<string, unknown> | null> {
  const search = [() => findAccessToken(tokenHash, caller, ports), () => findRefreshToken(tokenHash, caller, ports)];
  if (hint === 'refresh_token') search.reverse();
  for (const find of search) {
    const found = await find();
    if (found !== null) return found;
  }
  return null;
}

async function findAccessToken(tokenHash: Uint8Array, caller: AuthenticatedClient, { liveAccessTokens, resources, issuer }: IntrospectionPorts): Promise<Record<string, unknown> | null> {
  const facts = await liveAccessTokens.findOpaque(tokenHash);
  return facts !== null && (await mayKnow(caller, facts, resources)) ? accessTokenResponse(facts, issuer) : null;
}

async function findRefreshToken(tokenHash: Uint8Array, { client }: AuthenticatedClient, { liveRefreshTokens, issuer }: IntrospectionPorts): Promise<Record<string, unknown> | null> {
  const facts = await liveRefreshTokens.find(tokenHash);
  return facts !== null && facts.clientId === client.clientId ? refreshTokenResponse(facts, issuer) : null;
}

/** RFC 7662 §4: the client it was issued to, or whom its resource trusts to ask. A withdrawn resource trusts nobody. */
async function mayKnow({ client }: AuthenticatedClient, { clientId, audience }: AccessTokenFacts, resources: Resources): Promise<boolean> {
  if (client.clientId === clientId) return true;
  for (const identifier of audience) {
    const resource = await resources.find(identifier);
    if (resource !== null && resource.enabled && resource.introspectedBy.includes(client.clientId)) return true;
  }
  return false;
}

/** RFC 7662 §2.2. `username` is nothing a resource needs to know. */
function accessTokenResponse(facts: AccessTokenFacts, issuer: string): Record<string, unknown> {
  return {
    active: true,
    ...(facts.scope.length === 0 ? {} : { scope: formatScope(facts.scope) }),
    client_id: facts.clientId,
    token_type: 'Bearer',
    exp: facts.expiresAt,
    iat: facts.issuedAt,
    sub: facts.subject,
    aud: facts.audience.length === 1 ? facts.audience[0] : facts.audience,
    iss: issuer,
    jti: facts.jti,
    ...(facts.confirmation === null ? {} : { cnf: facts.confirmation }),
  };
}

/** RFC 7662 §2.2. It has no `token_type`: those are types of access tokens (RFC 6749 §7.1). */
function refreshTokenResponse({ scope, clientId, subject, issuedAt, expiresAt }: RefreshTokenFacts, issuer: string): Record<string, unknown> {
  return {
    active: true,
    ...(scope.length === 0 ? {} : { scope: formatScope(scope) }),
    client_id: clientId,
    exp: expiresAt,
    iat: issuedAt,
    sub: subject,
    iss: issuer,
  };
}
