import { type Authority, OAuthError } from '@tessera/vocabulary';
import { type AccessTokenFacts, type AccessTokenSigner, recognizeToken } from '../access-token/index.js';
import type { Clients } from '../client-authentication/index.js';
import { type EdgeRequest, type EndpointReply, ok } from '../edge/index.js';
import { claimsAskedFor, claimsOfScope, selectClaims } from '../user-claims/index.js';
import { presentedBearerToken } from './bearer-token.js';

/** What a live token tells about a person: enough to answer, and no more is read. */
export interface LivePerson {
  /** `sub` as the client of the token knows it (TOK-7). */
  readonly subject: string;
  /** The `claims` that were granted (OIDC Core §5.5). */
  readonly grantedClaims: Authority['claims'];
  /** What is known of the person (OIDC Core §5.1). */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A handle's token, and whom it is about. */
export interface LiveHandle {
  readonly token: Pick<AccessTokenFacts, 'clientId' | 'audience' | 'scope' | 'confirmation'>;
  readonly person: LivePerson;
}

/** Persons by the tokens that live. Each answer is one statement by the database's clock (decision 3), never a cache (TOK-3). */
export interface LivePersons {
  /** Of a verified JWT of a user; null when it is past, revoked, or anything it depends on is not alive. */
  findByJwt(token: Pick<AccessTokenFacts, 'jti' | 'clientId' | 'expiresAt'> & { readonly grantId: string }): Promise<LivePerson | null>;
  /** Of the handle with this SHA-256; null when there is none of a user, or it does not live. */
  findByHandle(tokenHash: Uint8Array): Promise<LiveHandle | null>;
}

/** Everything outside that the userinfo endpoint needs. */
export interface UserinfoPorts {
  readonly issuer: string;
  /** What a JWT says when it is an access token of ours that is not past its end; null for everything else. */
  verify(compact: string): Promise<AccessTokenFacts | null>;
  readonly livePersons: LivePersons;
  readonly clients: Clients;
  readonly signer: AccessTokenSigner;
}

/** The `typ` of a signed response. It has no `exp`, so nothing here takes it for an ID token. */
const SIGNED_RESPONSE_TYPE = 'JWT';

type Token = LiveHandle['token'];

/**
 * Answers a userinfo request.
 *
 * @throws {OAuthError} `userinfo.*`: `invalid_request`, `invalid_token`, `insufficient_scope` (RFC 6750 §3.1). @throws {Outage}
 */
export async function answerUserinfo(request: EdgeRequest, ports: UserinfoPorts): Promise<EndpointReply> {
  const presented = presentedBearerToken(request);
  if (presented === null) return challenge(ports.issuer);
  const { token, person } = await findPerson(presented, ports);
  const wanted = [...claimsOfScope(token.scope), ...claimsAskedFor(person.grantedClaims, 'userinfo')];
  const claims = { ...selectClaims(person.claims, wanted), sub: person.subject };
  const client = await ports.clients.find(token.clientId);
  const algorithm = client?.registration.userinfoSigningAlgorithm ?? null;
  if (algorithm === null) return ok(claims);
  // OIDC Core §5.3.2: signed, it MUST have iss and aud.
  const signed = ports.signer.sign(algorithm, SIGNED_RESPONSE_TYPE, { ...claims, iss: ports.issuer, aud: token.clientId });
  return { status: 200, body: signed.token, headers: {} };
}

async function findPerson(presented: string, ports: UserinfoPorts): Promise<LiveHandle> {
  const recognized = recognizeToken(presented);
  switch (recognized.form) {
    case 'unknown':
      throw new OAuthError('userinfo.invalid_token');
    case 'opaque': {
      const found = await ports.livePersons.findByHandle(recognized.tokenHash);
      if (found === null) throw new OAuthError('userinfo.dead_token');
      requireUsable(found.token, ports.issuer);
      return found;
    }
    case 'jwt': {
      const token = await ports.verify(recognized.compact);
      if (token === null || token.grantId === null) throw new OAuthError('userinfo.invalid_token');
      requireUsable(token, ports.issuer);
      const person = await ports.livePersons.findByJwt({ jti: token.jti, clientId: token.clientId, expiresAt: token.expiresAt, grantId: token.grantId });
      if (person === null) throw new OAuthError('userinfo.dead_token', { clientId: token.clientId });
      return { token, person };
    }
  }
}

/** RFC 9068 §4: for this resource; RFC 6750 §3.1: with the scope it needs; POP-4: a bound token is no bearer token. */
function requireUsable({ clientId, audience, scope, confirmation }: Token, issuer: string): void {
  if (!audience.includes(issuer)) throw new OAuthError('userinfo.invalid_token', { clientId });
  if (confirmation !== null) throw new OAuthError('userinfo.bound_token', { clientId });
  if (!scope.includes('openid')) throw new OAuthError('userinfo.no_openid', { clientId });
}

/**
 * RFC 6750 §3.1: a request without any authentication information is told how to authenticate, and no error code. The realm is
 * there because a Bearer challenge must have a parameter (§3).
 */
function challenge(issuer: string): EndpointReply {
  return { status: 401, body: null, headers: { 'WWW-Authenticate': `Bearer realm="${issuer}"` } };
}
