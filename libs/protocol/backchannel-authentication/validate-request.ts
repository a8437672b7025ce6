import { ACR_VALUES_MAX, CLIENT_NOTIFICATION_TOKEN_LENGTH_MAX, type EpochSeconds, IDENTIFIER_LENGTH_MAX, OAuthError, parseScope } from '@tessera/vocabulary';
import type { Resources } from '../access-token/index.js';
import { requestedAuthority } from '../authorization-request/index.js';
import { type BackchannelDeliveryMode, CIBA_GRANT_TYPE, type ClientMetadata, isConfidential } from '../client/index.js';
import { type FormParameters, requireParameter } from '../form-parameters/index.js';
import { type BackchannelAuthenticationPolicy, type BackchannelAuthenticationRequest, type PersonHint } from './backchannel-authentication.js';
import { isBindingMessage } from './binding-message.js';
import type { ClientJwtPorts } from './client-signed-jwt.js';
import { readLoginHintToken } from './login-hint-token.js';
import type { RequestedParameters } from './signed-request.js';

/** Everything outside that validation needs. */
export interface BackchannelValidationPorts extends ClientJwtPorts {
  readonly resources: Resources;
}

/** RFC 6750 §2.1: b64token. */
const BEARER_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;
const WHOLE_SECONDS = /^[1-9]\d*$/;
const ACR_VALUES = /^[\x21-\x7E]+( [\x21-\x7E]+)*$/;
const HINTS = ['login_hint', 'login_hint_token', 'id_token_hint'] as const;

/**
 * CIBA Core §4, CIB-1: the delivery mode of a client that may start these requests at all. Its tokens are not pushed to a FAPI
 * client: then nobody would have to prove to be it (FAPI-CIBA §5.2.2).
 *
 * @throws {OAuthError} `backchannel_authentication.client_not_allowed`.
 */
export function requireDeliveryMode(client: ClientMetadata): BackchannelDeliveryMode {
  const mode = client.registration.backchannelTokenDeliveryMode;
  const allowed = isConfidential(client) && client.grantTypes.includes(CIBA_GRANT_TYPE) && !(mode === 'push' && client.profile !== 'openid');
  if (mode === null || !allowed) throw new OAuthError('backchannel_authentication.client_not_allowed', { clientId: client.clientId });
  return mode;
}

/**
 * Validates the parameters of a request (CIBA Core §7.1, §7.2). Nothing here says whether the person exists.
 *
 * @throws {OAuthError} with a code of CIBA Core §13. @throws {Outage} when a port cannot answer.
 */
export async function validateBackchannelAuthenticationRequest(
  { parameters, jti }: RequestedParameters,
  client: ClientMetadata,
  ports: BackchannelValidationPorts,
  policy: BackchannelAuthenticationPolicy & { readonly now: EpochSeconds },
): Promise<BackchannelAuthenticationRequest> {
  const { values } = parameters;
  const deliveryMode = requireDeliveryMode(client);
  const { scope, resources } = await openidAuthority(parameters, client, ports.resources);
  const notificationToken = notificationTokenOf(values, deliveryMode);
  const bindingMessage = values.get('binding_message') ?? null;
  if (bindingMessage !== null && !isBindingMessage(bindingMessage)) throw new OAuthError('backchannel_authentication.binding_message');
  const lifetimeSeconds = lifetimeOf(values.get('requested_expiry'), policy);
  return {
    clientId: client.clientId,
    authority: { version: 1, scope, resources, claims: {}, authorizationDetails: [] },
    hint: await hintOf(values, client, ports, policy),
    bindingMessage,
    acrValues: acrValuesOf(values.get('acr_values'), client),
    lifetimeSeconds,
    deliveryMode,
    notificationToken,
    sealedUserCode: values.get('user_code') ?? null,
    jti,
  };
}

/** CIBA Core §7.1: `scope` is required and has `openid`; what else it may have is as at the authorization endpoint (GEN-7). */
async function openidAuthority(parameters: FormParameters, client: ClientMetadata, resources: Resources) {
  if (!parseScope(requireParameter(parameters, 'scope')).includes('openid')) {
    throw new OAuthError('backchannel_authentication.no_openid', { clientId: client.clientId });
  }
  return await requestedAuthority(parameters, client, resources);
}

/** CIBA Core §7.1: required where the client is notified, meaningless where it polls. */
function notificationTokenOf(values: FormParameters['values'], mode: BackchannelDeliveryMode): string | null {
  if (mode === 'poll') return null;
  const token = values.get('client_notification_token');
  if (token === undefined || token.length > CLIENT_NOTIFICATION_TOKEN_LENGTH_MAX || !BEARER_TOKEN.test(token)) {
    throw new OAuthError('backchannel_authentication.notification_token', { sent: token !== undefined });
  }
  return token;
}

/** CIB-10, CIBA Core §7.1: a positive whole number; more than the deployment allows is as much as it allows. */
function lifetimeOf(requested: string | undefined, { lifetimeSeconds, lifetimeSecondsMax }: BackchannelAuthenticationPolicy): number {
  if (requested === undefined) return lifetimeSeconds;
  if (!WHOLE_SECONDS.test(requested)) throw new OAuthError('backchannel_authentication.requested_expiry');
  return Math.min(Number(requested), lifetimeSecondsMax);
}

/** A preference (CIBA Core §7.1): what could not be met is told by the `acr` of the ID token. */
function acrValuesOf(sent: string | undefined, { registration }: ClientMetadata): readonly string[] {
  if (sent === undefined) return registration.defaultAcrValues;
  const values = sent.split(' ');
  if (!ACR_VALUES.test(sent) || values.length > ACR_VALUES_MAX) throw new OAuthError('backchannel_authentication.acr_values');
  return values;
}

/** CIBA Core §7.1: "one (and only one)". */
async function hintOf(
  values: FormParameters['values'],
  client: ClientMetadata,
  ports: ClientJwtPorts,
  context: { readonly issuer: string; readonly now: EpochSeconds },
): Promise<PersonHint> {
  const [name, ...more] = HINTS.filter((one) => values.has(one));
  const value = name === undefined ? undefined : values.get(name);
  if (name === undefined || value === undefined || more.length > 0) throw new OAuthError('backchannel_authentication.hints', { count: more.length + (name === undefined ? 0 : 1) });
  switch (name) {
    case 'login_hint':
      if ([...value].length > IDENTIFIER_LENGTH_MAX) throw new OAuthError('backchannel_authentication.login_hint');
      return { kind: 'identifier', value };
    case 'login_hint_token':
      return await readLoginHintToken(value, client, ports, context);
    case 'id_token_hint':
      return { kind: 'id_token', value };
  }
}
