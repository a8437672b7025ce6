import type { ClientId } from '@tessera/vocabulary';
import { CIBA_GRANT_TYPE, type ClientProfile, type ClientRegistration, type GrantType } from '../client/index.js';
import { OUTBOUND_URL_EXPECTED, parseOutboundUrl } from '../outbound-url/index.js';
import type { DeclarationPath, DeclarationProblem } from './declaration.js';
import type { BackchannelMember } from './declared-backchannel.js';
import { problem, show } from './declared-entry.js';

/** What of a declared client decides about it. */
export interface BackchannelClient extends Pick<ClientRegistration, BackchannelMember> {
  readonly clientId: ClientId;
  readonly profile: ClientProfile;
  readonly authenticationMethod: string;
  readonly grantTypes: readonly GrantType[];
}

/** The members as they are registered. */
export function backchannelRegistrationOf(client: BackchannelClient): Pick<ClientRegistration, BackchannelMember> {
  return {
    backchannelTokenDeliveryMode: client.backchannelTokenDeliveryMode,
    backchannelClientNotificationEndpoint: client.backchannelClientNotificationEndpoint,
    backchannelRequestSigningAlgorithm: client.backchannelRequestSigningAlgorithm,
    backchannelUserCodeParameter: client.backchannelUserCodeParameter,
    backchannelLongPolling: client.backchannelLongPolling,
    backchannelNumberMatching: client.backchannelNumberMatching,
  };
}

/** CIBA Core §4, FAPI-CIBA §5.2.2: what the grant and its modes need of one another. */
export function backchannelProblems(client: BackchannelClient, path: DeclarationPath): DeclarationProblem[] {
  const mode = client.backchannelTokenDeliveryMode;
  const granted = client.grantTypes.includes(CIBA_GRANT_TYPE);
  const at = (member: BackchannelMember) => [...path, member];
  if (!granted) {
    return mode === null ? [] : [problem(at('backchannelTokenDeliveryMode'), 'the client has no grant to use it with', `${CIBA_GRANT_TYPE} among its grant types`)];
  }
  const found: DeclarationProblem[] = [];
  if (client.authenticationMethod === 'none') {
    found.push(problem([...path, 'grantTypes', client.grantTypes.indexOf(CIBA_GRANT_TYPE)], `a public client cannot use ${CIBA_GRANT_TYPE}`, 'a client that authenticates (CIB-1)'));
  }
  if (mode === null) found.push(problem(at('backchannelTokenDeliveryMode'), `${CIBA_GRANT_TYPE} needs a delivery mode`, 'poll, ping or push'));
  if (mode === 'push' && client.profile !== 'openid') {
    found.push(problem(at('backchannelTokenDeliveryMode'), `the profile ${client.profile} does not allow push`, 'poll or ping (FAPI-CIBA §5.2.2)'));
  }
  return [...found, ...endpoint(client, at('backchannelClientNotificationEndpoint')), ...signing(client, at('backchannelRequestSigningAlgorithm'))];
}

function endpoint({ backchannelTokenDeliveryMode: mode, backchannelClientNotificationEndpoint: url }: BackchannelClient, at: DeclarationPath): DeclarationProblem[] {
  const notified = mode === 'ping' || mode === 'push';
  if (url === null) return notified ? [problem(at, `${mode} needs an endpoint that is notified`, OUTBOUND_URL_EXPECTED)] : [];
  if (!notified) return [problem(at, 'a client that polls is never notified', 'no endpoint, or ping or push')];
  return 'url' in parseOutboundUrl(url) ? [] : [problem(at, `${show(url)} cannot be called`, OUTBOUND_URL_EXPECTED)];
}

/** Signed requests are verified with the keys of the client; FAPI-CIBA has no others. */
function signing({ profile, authenticationMethod, backchannelRequestSigningAlgorithm: algorithm }: BackchannelClient, at: DeclarationPath): DeclarationProblem[] {
  if (algorithm === null) return profile === 'fapi-ciba' ? [problem(at, 'the profile fapi-ciba needs signed requests', 'PS256 or ES256 (FAPI-CIBA §5.2.2)')] : [];
  if (authenticationMethod !== 'private_key_jwt') return [problem(at, `a client of ${authenticationMethod} has no keys to sign with`, 'private_key_jwt')];
  const fapi = profile !== 'openid';
  return fapi && algorithm !== 'PS256' && algorithm !== 'ES256' ? [problem(at, `the profile ${profile} does not allow ${algorithm}`, 'PS256 or ES256')] : [];
}
