/** What stands behind a key of a declaration file. */
export type ValueKind =
  'text' | 'text or null' | 'true or false' | 'whole number' | 'list of texts' | 'scope' | 'list of URIs' | 'URI' | 'nkeys' | 'key set' | 'secret source' | 'claims' | 'password source';

/** A key as it is written, and what the message to authorization calls it. */
export interface FileKey {
  readonly member: string;
  readonly kind: ValueKind;
}

/** The keys of a resource; all ours. */
export const RESOURCE_KEYS = {
  identifier: { member: 'identifier', kind: 'text' },
  name: { member: 'name', kind: 'text' },
  scope: { member: 'scope', kind: 'scope' },
  enabled: { member: 'enabled', kind: 'true or false' },
  token_format: { member: 'tokenFormat', kind: 'text' },
  access_token_lifetime_seconds: { member: 'accessTokenLifetimeSeconds', kind: 'whole number' },
  access_token_signing_alg: { member: 'signingAlgorithm', kind: 'text' },
  introspected_by: { member: 'introspectedBy', kind: 'list of texts' },
} as const satisfies Record<string, FileKey>;

/** The keys of a client: RFC 7591 §2 and OpenID Connect Registration §2 names, ours for the rest. */
export const CLIENT_KEYS = {
  client_id: { member: 'clientId', kind: 'text' },
  client_name: { member: 'name', kind: 'text' },
  enabled: { member: 'enabled', kind: 'true or false' },
  profile: { member: 'profile', kind: 'text' },
  token_endpoint_auth_method: { member: 'authenticationMethod', kind: 'text' },
  token_endpoint_auth_signing_alg: { member: 'assertionAlgorithm', kind: 'text' },
  grant_types: { member: 'grantTypes', kind: 'list of texts' },
  scope: { member: 'scope', kind: 'scope' },
  resources: { member: 'resources', kind: 'list of texts' },
  default_resource: { member: 'defaultResource', kind: 'text or null' },
  access_token_lifetime_seconds: { member: 'accessTokenLifetimeSeconds', kind: 'whole number' },
  jwks: { member: 'jwks', kind: 'key set' },
  jwks_uri: { member: 'jwksUri', kind: 'text' },
  secret: { member: 'secret', kind: 'secret source' },
  application_type: { member: 'applicationType', kind: 'text' },
  redirect_uris: { member: 'redirectUris', kind: 'list of URIs' },
  post_logout_redirect_uris: { member: 'postLogoutRedirectUris', kind: 'list of URIs' },
  response_types: { member: 'responseTypes', kind: 'list of texts' },
  response_modes: { member: 'responseModes', kind: 'list of texts' },
  require_pushed_authorization_requests: { member: 'requirePushedAuthorizationRequests', kind: 'true or false' },
  request_object_signing_alg: { member: 'requestObjectSigningAlgorithm', kind: 'text' },
  require_signed_request_object: { member: 'requireSignedRequestObject', kind: 'true or false' },
  request_uris: { member: 'requestUris', kind: 'list of URIs' },
  require_pkce: { member: 'requireProofKey', kind: 'true or false' },
  first_party: { member: 'firstParty', kind: 'true or false' },
  client_uri: { member: 'clientUri', kind: 'URI' },
  logo_uri: { member: 'logoUri', kind: 'URI' },
  policy_uri: { member: 'policyUri', kind: 'URI' },
  tos_uri: { member: 'tosUri', kind: 'URI' },
  initiate_login_uri: { member: 'initiateLoginUri', kind: 'URI' },
  frontchannel_logout_uri: { member: 'frontchannelLogoutUri', kind: 'URI' },
  frontchannel_logout_session_required: { member: 'frontchannelLogoutSessionRequired', kind: 'true or false' },
  backchannel_logout_uri: { member: 'backchannelLogoutUri', kind: 'URI' },
  backchannel_logout_session_required: { member: 'backchannelLogoutSessionRequired', kind: 'true or false' },
  id_token_signed_response_alg: { member: 'idTokenSigningAlgorithm', kind: 'text' },
  userinfo_signed_response_alg: { member: 'userinfoSigningAlgorithm', kind: 'text' },
  subject_type: { member: 'subjectType', kind: 'text' },
  sector_identifier: { member: 'sectorIdentifier', kind: 'text' },
  default_max_age: { member: 'defaultMaxAgeSeconds', kind: 'whole number' },
  default_acr_values: { member: 'defaultAcrValues', kind: 'list of texts' },
  rotate_refresh_tokens: { member: 'rotateRefreshTokens', kind: 'true or false' },
  refresh_retry_window_seconds: { member: 'refreshRetryWindowSeconds', kind: 'whole number' },
  refresh_token_idle_seconds: { member: 'refreshTokenIdleSeconds', kind: 'whole number' },
  refresh_token_lifetime_seconds: { member: 'refreshTokenLifetimeSeconds', kind: 'whole number' },
  backchannel_token_delivery_mode: { member: 'backchannelTokenDeliveryMode', kind: 'text' },
  backchannel_client_notification_endpoint: { member: 'backchannelClientNotificationEndpoint', kind: 'URI' },
  backchannel_authentication_request_signing_alg: { member: 'backchannelRequestSigningAlgorithm', kind: 'text' },
  backchannel_user_code_parameter: { member: 'backchannelUserCodeParameter', kind: 'true or false' },
  backchannel_long_polling: { member: 'backchannelLongPolling', kind: 'true or false' },
  backchannel_number_matching: { member: 'backchannelNumberMatching', kind: 'true or false' },
} as const satisfies Record<string, FileKey>;

/** The keys of a user; the claims keep their names of OIDC Core §5.1. */
export const USER_KEYS = {
  username: { member: 'username', kind: 'text' },
  email: { member: 'email', kind: 'text' },
  enabled: { member: 'enabled', kind: 'true or false' },
  claims: { member: 'claims', kind: 'claims' },
  password: { member: 'password', kind: 'password source' },
} as const satisfies Record<string, FileKey>;

/** The keys of a team. */
export const TEAM_KEYS = {
  name: { member: 'name', kind: 'text' },
  nkeys: { member: 'nkeys', kind: 'nkeys' },
  clients: { member: 'clientIds', kind: 'list of texts' },
  rights: { member: 'rights', kind: 'list of texts' },
} as const satisfies Record<string, FileKey>;

/** The lists of a declaration file. */
export type EntryList = 'resources' | 'clients' | 'users' | 'teams';

/** The keys an entry of a list may have. */
export function keysOf(list: EntryList): Readonly<Record<string, FileKey>> {
  return { resources: RESOURCE_KEYS, clients: CLIENT_KEYS, users: USER_KEYS, teams: TEAM_KEYS }[list];
}

/** How a member of the message is written in a file; itself when it stands in no file. */
export function writtenName(list: EntryList, member: string): string {
  return Object.entries(keysOf(list)).find(([, key]) => key.member === member)?.[0] ?? member;
}

/** What to write instead of a value of another kind. */
export const KIND_EXPECTED = {
  text: 'write text; put it in quotes if it looks like a number',
  'text or null': 'write text, or null',
  'true or false': 'write true or false',
  'whole number': 'write a whole number',
  'list of texts': 'write a list, for example [one, two]',
  scope: 'write one text with spaces between the scopes (RFC 7591 §2), for example "orders.read orders.write"',
  'list of URIs':
    'write a list, for example [https://client.example.org/cb], or where one is: from_environment with the name of a variable, and otherwise with a list',
  URI: 'write a URI, or where it is: from_environment with the name of a variable, and otherwise with a URI',
  nkeys: 'write a list of public nkeys, or where they are: from_environment with the name of a variable, from_file with a path',
  'key set':
    'write a key set ("keys": ...), or where one is: from_file with a path, from_environment with the name of a variable',
  claims: 'write standard claims by their names (OIDC Core §5.1), for example "name: Alice Adams"',
  'password source':
    'write from_environment with the name of a variable, or from_file with a path; leave it out to have a password made',
  'secret source': 'write from_environment with the name of a variable, or from_file with a path; leave it out to have one made',
} as const satisfies Record<ValueKind, string>;
