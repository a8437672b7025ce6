import { hash } from 'node:crypto';
import { OAuthError } from '@tessera/vocabulary';
import { entitleUser, requireNamedResource, type Resources, type UserEntitlement } from '../access-token/index.js';
import type { AuthenticatedClient } from '../client-authentication/index.js';
import { type FormParameters, requireParameter } from '../form-parameters/index.js';
import { computeCodeChallenge, isCodeVerifier } from '../proof-key/index.js';
import type { AuthorizationCodeRedemption, AuthorizationCodeRedemptionRequest } from './authorization-code.js';

/** The authorization codes of the service that owns them. */
export interface AuthorizationCodes<Call> {
  /**
   * Redeems a code, or says why not. The same `redemptionId` gets the same answer, so a lost one may be asked for again.
   * Throws an Outage when the answer is not known.
   */
  redeem(request: AuthorizationCodeRedemptionRequest, call: Call): Promise<AuthorizationCodeRedemption>;
}

/** Everything outside that the grant needs. */
export interface AuthorizationCodeGrantPorts<Call> {
  readonly issuer: string;
  readonly resources: Resources;
  readonly codes: AuthorizationCodes<Call>;
  /** A new id for each token request. */
  redemptionId(): string;
}

/**
 * RFC 6749 §4.1.3, RFC 7636 §4.6. All conditions travel with the redemption, because the owner's single statement must judge
 * them together: a check before it is a race, a check after it has spent the code. `scope` is no parameter here (§4.1.3) and is
 * not looked at. It does not protect against a stolen verifier; only sender constraint does.
 *
 * @throws {OAuthError} `authorization_code.*`; `invalid_target` for a resource that was not granted. @throws {Outage}
 */
export async function authorizationCodeGrant<Call>(
  parameters: FormParameters,
  { client }: AuthenticatedClient,
  ports: AuthorizationCodeGrantPorts<Call>,
  call: Call,
): Promise<UserEntitlement> {
  // Before the code is spent: this much is wrong whatever was granted.
  await requireNamedResource(parameters.resources, client, ports);
  const redemption = await ports.codes.redeem(redemptionOf(parameters, client.clientId, ports.redemptionId()), call);
  switch (redemption.outcome) {
    case 'redeemed': {
      const { grant } = redemption;
      const access = await entitleUser(grant, client, { scope: null, resources: parameters.resources }, ports);
      return { access, grant, refreshToken: client.grantTypes.includes('refresh_token') ? 'begin' : null };
    }
    case 'mismatch': // redirect URI, verifier or key; RFC 9700 §2.1.1 includes the verifier nobody asked for
      throw new OAuthError('authorization_code.mismatch', { clientId: client.clientId });
    case 'replayed': // the owner has revoked the grant with the same statement (RFC 6749 §4.1.2)
      throw new OAuthError('authorization_code.replayed', { clientId: client.clientId });
    case 'unknown':
      throw new OAuthError('authorization_code.unknown', { clientId: client.clientId });
  }
}

function redemptionOf(parameters: FormParameters, clientId: AuthorizationCodeRedemptionRequest['clientId'], redemptionId: string): AuthorizationCodeRedemptionRequest {
  const { values } = parameters;
  const code = requireParameter(parameters, 'code');
  const verifier = values.get('code_verifier');
  if (verifier !== undefined && !isCodeVerifier(verifier)) throw new OAuthError('authorization_code.malformed_verifier', { clientId });
  return {
    codeHash: hash('sha256', code, 'base64url'),
    clientId,
    redirectUri: values.get('redirect_uri') ?? null,
    codeChallenge: verifier === undefined ? null : computeCodeChallenge(verifier),
    confirmation: null,
    redemptionId,
  };
}
