import { CLOCK_SKEW_SECONDS, type EpochSeconds, JTI_LENGTH_MAX, OAuthError, SIGNED_REQUEST_LIFETIME_SECONDS_MAX } from '@tessera/vocabulary';
import type { ClientMetadata } from '../client/index.js';
import { type FormParameters, parseFormParameters } from '../form-parameters/index.js';
import { type ClientJwtPorts, verifyClientJwt } from './client-signed-jwt.js';

/** The parameters of a request, wherever they stood. */
export interface RequestedParameters {
  readonly parameters: FormParameters;
  /** `jti` of the request object; null where the form had the parameters. */
  readonly jti: string | null;
}

/** What a signed request is judged by. */
export interface SignedRequestContext {
  readonly issuer: string;
  readonly now: EpochSeconds;
}

/** The parameters by which a client authenticates stand beside a request object (CIBA Core §7.1.1). */
const AUTHENTICATION_PARAMETERS: ReadonlySet<string> = new Set(['client_id', 'client_secret', 'client_assertion', 'client_assertion_type']);
/** Claims that are about the JWT and no parameters of the request. */
const JWT_CLAIMS: ReadonlySet<string> = new Set(['iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'sub', 'client_id']);

/**
 * Takes the parameters out of where they stand. CIBA Core §7.1.1: with a `request` all of them stand in it and none beside it; a
 * client that registered an algorithm, or has the FAPI-CIBA profile, sends nothing else (FAPI-CIBA §5.2.2).
 *
 * Ours: `user_code` is the one that stands beside it, because the gateway can seal a form field and nothing inside a JWT
 * (docs/spec/divergences.md).
 *
 * @throws {OAuthError} `backchannel_authentication.unsigned`, `.signed_request`. @throws {Outage}
 */
export async function requestedParameters(
  form: FormParameters,
  client: ClientMetadata,
  ports: ClientJwtPorts,
  context: SignedRequestContext,
): Promise<RequestedParameters> {
  const compact = form.values.get('request');
  const algorithm = client.registration.backchannelRequestSigningAlgorithm;
  if (form.values.has('request_uri')) throw refused(client, 'request_uri');
  if (compact === undefined) {
    if (algorithm !== null || client.profile === 'fapi-ciba') throw new OAuthError('backchannel_authentication.unsigned', { clientId: client.clientId });
    return { parameters: form, jti: null };
  }
  if (algorithm === null) throw refused(client, 'no algorithm is registered');
  const beside = [...form.values.keys()].find((name) => name !== 'request' && name !== 'user_code' && !AUTHENTICATION_PARAMETERS.has(name));
  if (beside !== undefined || form.resources.length > 0) throw refused(client, 'parameters beside it');
  const { claims, fault } = await verifyClientJwt(compact, client, algorithm, ports);
  if (claims === null) throw refused(client, fault);
  const jti = validateClaims(claims, client, context);
  const inside = parseFormParameters(asPairs(claims, client));
  if (inside.values.has('request') || inside.values.has('request_uri') || inside.values.has('user_code')) throw refused(client, 'nested parameter');
  const userCode = form.values.get('user_code');
  const values = userCode === undefined ? inside.values : new Map([...inside.values, ['user_code', userCode]]);
  return { parameters: { values, resources: inside.resources }, jti };
}

/** CIBA Core §7.1.1, FAPI-CIBA §5.2.2, CIB-11. The `jti`. */
function validateClaims(claims: Readonly<Record<string, unknown>>, client: ClientMetadata, { issuer, now }: SignedRequestContext): string {
  const { iss, aud, exp, nbf, iat, jti, client_id: named = client.clientId } = claims;
  if (iss !== client.clientId || named !== client.clientId) throw refused(client, 'iss');
  if (aud !== issuer && !(Array.isArray(aud) && aud.length === 1 && aud[0] === issuer)) throw refused(client, 'aud');
  if (typeof exp !== 'number' || exp <= now) throw refused(client, 'exp');
  if (typeof nbf !== 'number' || nbf > now + CLOCK_SKEW_SECONDS) throw refused(client, 'nbf');
  if (exp - nbf > SIGNED_REQUEST_LIFETIME_SECONDS_MAX || exp > now + SIGNED_REQUEST_LIFETIME_SECONDS_MAX + CLOCK_SKEW_SECONDS) throw refused(client, 'lifetime');
  if (typeof iat !== 'number' || iat > now + CLOCK_SKEW_SECONDS) throw refused(client, 'iat');
  if (typeof jti !== 'string' || jti === '' || jti.length > JTI_LENGTH_MAX) throw refused(client, 'jti');
  return jti;
}

/** The claims as a form would have them. A number stands for its digits (§7.1.1 has `requested_expiry` as either). */
function asPairs(claims: Readonly<Record<string, unknown>>, client: ClientMetadata): [string, string][] {
  return Object.entries(claims)
    .filter(([name]) => !JWT_CLAIMS.has(name))
    .flatMap(([name, value]): [string, string][] => {
      if (typeof value === 'string') return [[name, value]];
      if (name === 'requested_expiry' && typeof value === 'number') return [[name, String(value)]];
      if (name === 'resource' && Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.map((one) => [name, one]);
      throw refused(client, `the claim ${name.slice(0, 32)}`);
    });
}

function refused({ clientId }: ClientMetadata, why: string): OAuthError {
  return new OAuthError('backchannel_authentication.signed_request', { clientId, why });
}
