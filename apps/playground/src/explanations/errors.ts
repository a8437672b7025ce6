/** Error codes (RFC 6749 §4.1.2.1, §5.2; OIDC Core §3.1.2.6; RFC 6750 §3.1) and what a person can do about each. */
const ERRORS: Readonly<Record<string, string>> = {
  authorization_pending: 'The person has not decided yet. The device goes on asking.',
  slow_down: 'The device asks too often. It has to wait five seconds longer from now on.',
  expired_token: 'Nobody entered the code in time. Switch the television on again: it shows a new one.',
  access_denied: 'The person, or the provider on their behalf, said no. Try again and agree.',
  login_required: 'prompt=none was asked for, but nobody is signed in at the provider. Sign in without prompt=none first.',
  consent_required: 'prompt=none was asked for, but the person has not yet agreed to this app.',
  account_selection_required: 'prompt=none was asked for, but the person has to choose an account.',
  interaction_required: 'prompt=none was asked for, but the provider has something to ask the person.',
  invalid_request: 'A parameter is missing, repeated or not acceptable. The description says which.',
  invalid_client: 'The provider does not know this app or its secret. After a fresh start of the demo, reload this page: the secret is read again.',
  invalid_grant: 'The code, refresh token or password is wrong, used up, expired, revoked or belongs to another app. Sign in again.',
  unauthorized_client: 'This app is not registered for this flow.',
  unsupported_grant_type: 'The provider does not offer this grant. The password grant is off unless PASSWORD_GRANT=on.',
  unsupported_response_type: 'The provider does not offer this response type.',
  invalid_scope: 'A scope is unknown or not registered for this app.',
  invalid_target: 'The resource is unknown, or this app may not ask for it.',
  invalid_token: 'The access token is expired, revoked or not meant for this endpoint. Refresh it, or sign in again.',
  insufficient_scope: 'The access token is good but does not allow this.',
  invalid_request_uri: 'The pushed request is expired or was used already. Begin again.',
  server_error: 'The provider failed. The request id finds the reason in its log.',
  temporarily_unavailable: 'The provider cannot answer just now. Wait a moment and try again.',
  unmet_authentication_requirements: 'The person cannot be authenticated as strongly as was demanded.',
};

const UNKNOWN = 'The provider refused. The description and the last response below say more.';

/** What an error code means and what to do. */
export const errorExplanation = (code: string): string => ERRORS[code] ?? UNKNOWN;
