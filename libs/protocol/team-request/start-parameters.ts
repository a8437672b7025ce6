import { type FormParameters, parseFormParameters } from '../form-parameters/index.js';
import type { StartBackchannelRequest, StartDeviceRequest } from './messages.js';

/** The form of CIBA Core §7.1 that a message stands for. @throws {OAuthError} as {@link parseFormParameters} does. */
export function backchannelParameters(start: StartBackchannelRequest): FormParameters {
  const { requestedExpiry } = start;
  return parseFormParameters([
    ...said({
      scope: start.scope,
      login_hint: start.loginHint,
      login_hint_token: start.loginHintToken,
      id_token_hint: start.idTokenHint,
      binding_message: start.bindingMessage,
      acr_values: start.acrValues,
      requested_expiry: requestedExpiry === undefined ? undefined : String(requestedExpiry),
      client_notification_token: start.clientNotificationToken,
      request: start.request,
    }),
    ...start.resources.map((resource) => ['resource', resource] as const),
  ]);
}

/** The form of RFC 8628 §3.1 that a message stands for. @throws {OAuthError} as {@link parseFormParameters} does. */
export function deviceParameters({ scope, acrValues, resources }: StartDeviceRequest): FormParameters {
  return parseFormParameters([...said({ scope, acr_values: acrValues }), ...resources.map((resource) => ['resource', resource] as const)]);
}

function said(parameters: Readonly<Record<string, string | undefined>>): (readonly [string, string])[] {
  return Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}
