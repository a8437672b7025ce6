import { OAuthError } from '@tessera/vocabulary';
import { type AccessTokenFacts, recognizeToken } from '../access-token/index.js';
import type { AuthenticatedClient } from '../client-authentication/index.js';
import type { EdgeRequest, EndpointReply } from '../edge/index.js';
import { type FormParameters, parseFormParameters, requireParameter } from '../form-parameters/index.js';

/** Revoked access tokens. Revoking twice is the same as once. */
export interface AccessTokenRevocations {
  /** Remembers the `jti` until the token is past its end. Resolves when it is committed (I5). */
  revokeJwt(token: Pick<AccessTokenFacts, 'jti' | 'clientId' | 'expiresAt'>): Promise<void>;
  /**
   * Revokes the token of a handle if it is this client's; one statement, so that no check and no change can fall apart.
   * `foreign`: it is another client's, and untouched. `unknown`: there is none.
   */
  revokeOpaque(tokenHash: Uint8Array, clientId: string): Promise<'revoked' | 'foreign' | 'unknown'>;
}

/** Revoked refresh tokens. */
export interface RefreshTokenRevocations {
  /** Ends the family of a refresh token, the newest or an older one, if it is this client's; one statement. Committed (I5). */
  revokeFamily(tokenHash: Uint8Array, clientId: string): Promise<'revoked' | 'foreign' | 'unknown'>;
}

/** Everything outside that the revocation endpoint needs. */
export interface RevocationPorts {
  authenticate(request: EdgeRequest, parameters: FormParameters): Promise<AuthenticatedClient>;
  /** What a JWT says when it is an access token of ours that is not past its end; null for everything else. */
  verify(compact: string): Promise<AccessTokenFacts | null>;
  readonly revocations: AccessTokenRevocations & RefreshTokenRevocations;
}

/**
 * Answers a revocation request. The answer comes after the commit (I5).
 *
 * @throws {OAuthError} when the client does not authenticate, names no token, or another client's (`revocation.foreign_token`).
 * @throws {Outage} when it cannot be known whether the token was revoked; the client asks again (§2.2.1).
 */
export async function answerRevocation(request: EdgeRequest, ports: RevocationPorts): Promise<EndpointReply> {
  const parameters = parseFormParameters(request.parameters);
  const { client } = await ports.authenticate(request, parameters);
  const presented = recognizeToken(requireParameter(parameters, 'token'));
  switch (presented.form) {
    case 'jwt':
      await revokeJwt(await ports.verify(presented.compact), client.clientId, ports.revocations);
      break;
    case 'opaque':
      await revokeHandle(presented.tokenHash, parameters.values.get('token_type_hint'), client.clientId, ports.revocations);
      break;
    case 'unknown':
      break;
  }
  return { status: 200, body: null, headers: {} };
}

/** RFC 7009 §2.1: the search is extended across all types of token, whatever the hint says. */
async function revokeHandle(tokenHash: Uint8Array, hint: string | undefined, clientId: string, revocations: RevocationPorts['revocations']): Promise<void> {
  const search = [() => revocations.revokeOpaque(tokenHash, clientId), () => revocations.revokeFamily(tokenHash, clientId)];
  if (hint === 'refresh_token') search.reverse();
  for (const revoke of search) {
    const outcome = await revoke();
    if (outcome === 'foreign') throw foreign(clientId);
    if (outcome === 'revoked') return;
  }
}

async function revokeJwt(token: AccessTokenFacts | null, clientId: string, revocations: AccessTokenRevocations): Promise<void> {
  if (token === null) return;
  if (token.clientId !== clientId) throw foreign(clientId);
  await revocations.revokeJwt(token);
}

/** RFC 7009 §2.1: if the token was issued to another client, the request is refused and the client is told. */
function foreign(clientId: string): OAuthError {
  return new OAuthError('revocation.foreign_token', { clientId });
}
