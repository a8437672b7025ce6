import type { RefusalReason } from '../refusal-reason.js';
import { defineReasons } from '../refusal-reason.js';

/** One text for every token that opens no registration: which of its conditions failed is for the log. */
const TOKEN_REFUSED = 'the access token is invalid, expired, revoked or used up';

const METADATA_SPEC = 'RFC 7591 §2, OIDC Registration §2';

/** A member of the metadata that is not as it has to be: the client learns which, and the rule, never the value (RFC 7591 §3.2.2). */
function member(name: string, rule: string, spec = METADATA_SPEC): RefusalReason {
  return { code: 'invalid_client_metadata', description: `${name}: ${rule}`, spec, expected: rule };
}

const REDIRECT_URI_RULE =
  'each an absolute https URI without fragment and user name; http on 127.0.0.1, [::1] and localhost; private-use schemes for application_type native';
const PAGE_RULE = 'an https URL, or an http one on this machine, without user name and password';
const SIGNING_RULE = 'one of the algorithms in the metadata of this provider';

/** Refusals of dynamic client registration. */
export const CLIENT_REGISTRATION_REASONS = defineReasons({
  'client_registration.token': {
    code: 'invalid_token',
    description: TOKEN_REFUSED,
    spec: 'RFC 7591 §3, RFC 6750 §3.1, REG-1',
    expected: 'Authorization: Bearer with an initial access token that is not spent, not revoked and not expired',
  },
  'client_registration.access_token': {
    code: 'invalid_token',
    description: TOKEN_REFUSED,
    spec: 'RFC 7592 §2, §3, REG-7',
    expected: 'Authorization: Bearer with the registration access token of this client, the one of its last registration or update',
  },
  'client_registration.disabled': {
    code: 'access_denied',
    status: 403,
    description: 'the client is disabled',
    spec: 'RFC 7592 §2, REG-6',
    expected: 'a client that its operator has not taken out of use',
  },
  'client_registration.changed_meanwhile': {
    code: 'invalid_token',
    description: TOKEN_REFUSED,
    spec: 'RFC 7592 §3, REG-7, I1',
    expected: 'one update at a time: another one was first and has the new token',
  },
  'client_registration.client_id': member('client_id', 'the id of this client, in every update', 'RFC 7592 §2.2'),
  'client_registration.client_secret': member('client_secret', 'the secret of this client, or nothing', 'RFC 7592 §2.2'),
  'client_registration.metadata': member('metadata', 'members of the types their definitions give them'),
  'client_registration.redirect_uris': {
    code: 'invalid_redirect_uri',
    description: `redirect_uris: ${REDIRECT_URI_RULE}`,
    spec: 'RFC 7591 §3.2.2, RFC 6749 §3.1.2, REG-2',
    expected: REDIRECT_URI_RULE,
  },
  'client_registration.client_name': member('client_name', '1 to 200 characters without control characters'),
  'client_registration.application_type': member('application_type', 'web or native'),
  'client_registration.token_endpoint_auth_method': member('token_endpoint_auth_method', 'one of the methods in the metadata of this provider'),
  'client_registration.token_endpoint_auth_signing_alg': member('token_endpoint_auth_signing_alg', 'an algorithm that goes with the method', 'RFC 7591 §2, CLI-4'),
  'client_registration.grant_types': member('grant_types', 'authorization_code, with refresh_token where wanted, and what the response types need', 'RFC 7591 §2.1, REG-5'),
  'client_registration.response_types': member('response_types', 'types this provider serves to registered clients, with the grant types they need', 'RFC 7591 §2.1, AUT-3'),
  'client_registration.scope': member('scope', 'scope tokens with spaces between them'),
  'client_registration.jwks': member('jwks', 'a set of public keys with one that goes with the algorithm, and no jwks_uri beside it', 'RFC 7591 §2, REG-3'),
  'client_registration.jwks_uri': member('jwks_uri', 'an https URL, and no jwks beside it', 'RFC 7591 §2, REG-3, REG-4'),
  'client_registration.client_uri': member('client_uri', PAGE_RULE),
  'client_registration.logo_uri': member('logo_uri', PAGE_RULE),
  'client_registration.policy_uri': member('policy_uri', PAGE_RULE),
  'client_registration.tos_uri': member('tos_uri', PAGE_RULE),
  'client_registration.initiate_login_uri': member('initiate_login_uri', 'an https URL without user name and password'),
  'client_registration.post_logout_redirect_uris': member('post_logout_redirect_uris', REDIRECT_URI_RULE, 'RP-Initiated Logout §3.1, REG-2'),
  'client_registration.frontchannel_logout_uri': member('frontchannel_logout_uri', 'an https URL with the origin of one of the redirect URIs', 'Front-Channel Logout §2, REG-4'),
  'client_registration.frontchannel_logout_session_required': member('frontchannel_logout_session_required', 'true or false, and true only with a frontchannel_logout_uri', 'Front-Channel Logout §2'),
  'client_registration.backchannel_logout_uri': member('backchannel_logout_uri', 'an https URL without fragment', 'Back-Channel Logout §2.2, REG-4'),
  'client_registration.backchannel_logout_session_required': member('backchannel_logout_session_required', 'true or false', 'Back-Channel Logout §2.2'),
  'client_registration.subject_type': member('subject_type', 'public or pairwise', 'OIDC Core §8'),
  'client_registration.sector_identifier_uri': member(
    'sector_identifier_uri',
    'an https URL with a JSON list of all redirect URIs; needed by pairwise clients with several hosts',
    'OIDC Core §8.1, OIDC Registration §5',
  ),
  'client_registration.id_token_signed_response_alg': member('id_token_signed_response_alg', SIGNING_RULE),
  'client_registration.userinfo_signed_response_alg': member('userinfo_signed_response_alg', SIGNING_RULE),
  'client_registration.request_object_signing_alg': member('request_object_signing_alg', SIGNING_RULE),
  'client_registration.request_uris': member('request_uris', 'https URLs, each with its fragment where it has one', 'OIDC Registration §2, PAR-7'),
  'client_registration.require_signed_request_object': member('require_signed_request_object', 'true or false; with keys where true', 'RFC 9101 §10.5'),
  'client_registration.default_max_age': member('default_max_age', 'whole seconds'),
  'client_registration.require_auth_time': member('require_auth_time', 'true or false'),
  'client_registration.default_acr_values': member('default_acr_values', 'a list of values without spaces'),
  'client_registration.require_pushed_authorization_requests': member('require_pushed_authorization_requests', 'true or false', 'RFC 9126 §6'),
  'client_registration.contacts': member('contacts', 'a list of at most 10 addresses'),
  'client_registration.software_id': member('software_id', 'at most 256 characters without control characters'),
  'client_registration.software_version': member('software_version', 'at most 256 characters without control characters'),
});
