import { defineReasons } from '../refusal-reason.js';

/** One text for every way an interaction can be over: the page says how to go on, not what happened. */
const START_AGAIN = 'this sign-in cannot be continued; return to the application and start again';

/** Refusals of interactions, sessions, consent and logout. */
export const INTERACTION_REASONS = defineReasons({
  'interaction.login_required': {
    code: 'login_required',
    description: 'the user has to sign in',
    spec: 'OIDC Core §3.1.2.6',
    expected: 'a session of the user that satisfies the request, or a request without prompt=none',
  },
  'interaction.account_selection_required': {
    code: 'account_selection_required',
    description: 'the user has to select an account',
    spec: 'OIDC Core §3.1.2.6',
    expected: 'a request without prompt=none',
  },
  'interaction.consent_required': {
    code: 'consent_required',
    description: 'the user has to give consent',
    spec: 'OIDC Core §3.1.2.6',
    expected: 'a remembered consent that covers the request, or a request without prompt=none',
  },
  'interaction.required': {
    code: 'interaction_required',
    description: 'the user has to be asked',
    spec: 'OIDC Core §3.1.2.6',
    expected: 'a request without prompt=none',
  },
  'interaction.unmet_authentication_requirements': {
    code: 'unmet_authentication_requirements',
    description: 'the requested authentication context is not available',
    spec: 'OIDC Core §5.5.1.1, Unmet Authentication Requirements §2',
    expected: 'an essential acr with one of the values in acr_values_supported',
  },
  'interaction.denied': {
    code: 'access_denied',
    description: 'the user denied the request',
    spec: 'RFC 6749 §4.1.2.1',
    expected: 'the user agrees',
  },
  'interaction.nothing_granted': {
    code: 'access_denied',
    description: 'the user agreed to nothing that was asked for',
    spec: 'RFC 6749 §4.1.2.1',
    expected: 'at least one scope the user agrees to',
  },
  'interaction.unknown': {
    code: 'invalid_request',
    description: START_AGAIN,
    spec: 'Ours: UIX-3',
    expected: 'the address of an interaction of the last two hours',
  },
  'interaction.expired': {
    code: 'invalid_request',
    description: 'this sign-in took too long; return to the application and start again',
    spec: 'Ours: INTERACTION_LIFETIME_SECONDS',
    expected: 'all pages within an hour',
  },
  'interaction.ended': {
    code: 'invalid_request',
    description: 'this sign-in is complete already; return to the application',
    spec: 'Ours: I1',
    expected: 'one answer to an interaction; the first one counted',
  },
  'interaction.aborted': {
    code: 'invalid_request',
    description: START_AGAIN,
    spec: 'Ours: LOG-3',
    expected: 'no logout while the interaction is open',
  },
  'interaction.other_browser': {
    code: 'invalid_request',
    description: 'this sign-in was started in another browser; start again in this one',
    spec: 'Ours: UIX-3',
    expected: 'the cookie of the browser that began the interaction',
  },
  'interaction.client_gone': {
    code: 'invalid_request',
    description: 'the application is not available',
    spec: 'RFC 6749 §4.1.2.1',
    expected: 'a client that is registered and enabled',
  },
  'interaction.request_uri_used': {
    code: 'invalid_request_uri',
    description: 'the request_uri was used already',
    spec: 'RFC 9126 §4',
    expected: 'a request_uri that has not yielded an authorization yet',
  },
  'interaction.not_an_answer': {
    code: 'invalid_request',
    description: 'the form was not filled in by this page',
    spec: 'Ours: STEPS',
    expected: 'the fields of the page of the step',
  },
  'end_session.client_mismatch': {
    code: 'invalid_request',
    description: 'client_id is not the client the id_token_hint was issued to',
    spec: 'RP-Initiated Logout 1.0 §2',
    expected: 'client_id equal to the audience of id_token_hint',
  },
  'end_session.unknown_client': {
    code: 'invalid_request',
    description: 'client_id is unknown',
    spec: 'RP-Initiated Logout 1.0 §2',
    expected: 'the id of a registered client',
  },
  'end_session.unregistered_redirect_uri': {
    code: 'invalid_request',
    description: 'post_logout_redirect_uri is not registered for the client',
    spec: 'RP-Initiated Logout 1.0 §3',
    expected: 'exactly one of the registered post_logout_redirect_uris',
  },
});
