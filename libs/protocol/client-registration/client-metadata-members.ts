import type { ReasonId } from '@tessera/vocabulary';
import { z } from 'zod';
import type { DeclaredClient } from '../declaration/index.js';

/**
 * The metadata members a client may register that decide something (RFC 7591 §2, OIDC Registration §2, RFC 9101 §10.5, RFC 9126 §6,
 * the logout specifications), and what a declared client calls them. What is not in this table cannot be registered: REG-5 holds
 * because first_party, profile, resources, enabled, lifetimes and whatever else a declaration may say are not here.
 */
export const METADATA_MEMBERS = {
  redirect_uris: 'redirectUris',
  client_name: 'name',
  application_type: 'applicationType',
  token_endpoint_auth_method: 'authenticationMethod',
  token_endpoint_auth_signing_alg: 'assertionAlgorithm',
  grant_types: 'grantTypes',
  response_types: 'responseTypes',
  scope: 'scope',
  jwks: 'jwks',
  jwks_uri: 'jwksUri',
  client_uri: 'clientUri',
  logo_uri: 'logoUri',
  policy_uri: 'policyUri',
  tos_uri: 'tosUri',
  initiate_login_uri: 'initiateLoginUri',
  post_logout_redirect_uris: 'postLogoutRedirectUris',
  frontchannel_logout_uri: 'frontchannelLogoutUri',
  frontchannel_logout_session_required: 'frontchannelLogoutSessionRequired',
  backchannel_logout_uri: 'backchannelLogoutUri',
  backchannel_logout_session_required: 'backchannelLogoutSessionRequired',
  subject_type: 'subjectType',
  id_token_signed_response_alg: 'idTokenSigningAlgorithm',
  userinfo_signed_response_alg: 'userinfoSigningAlgorithm',
  request_object_signing_alg: 'requestObjectSigningAlgorithm',
  request_uris: 'requestUris',
  require_signed_request_object: 'requireSignedRequestObject',
  default_max_age: 'defaultMaxAgeSeconds',
  default_acr_values: 'defaultAcrValues',
  require_pushed_authorization_requests: 'requirePushedAuthorizationRequests',
} as const satisfies Record<string, keyof DeclaredClient>;
/** A metadata member that decides something. */
export type MetadataMember = keyof typeof METADATA_MEMBERS;

const text = z
  .string()
  .max(256)
  .regex(/^[^\p{Cc}]*$/u);

/** Members that are kept and told again, and decide nothing here. `auth_time` stands in every ID token, whatever was asked for. */
export const KeptMetadata = z.object({
  contacts: z.array(text).max(10).optional(),
  software_id: text.optional(),
  software_version: text.optional(),
  require_auth_time: z.boolean().optional(),
  sector_identifier_uri: z.string().max(2_048).optional(),
});
/** Members that are kept and told again. */
export type KeptMetadata = z.infer<typeof KeptMetadata>;

/** Where a problem of a member of a declared client stands for who wrote metadata. */
export function reasonFor(declaredMember: string | number | undefined): ReasonId {
  // A pairwise client says what its subjects are made for by a document, never by a name (OIDC Core §8.1).
  if (declaredMember === 'sectorIdentifier') return 'client_registration.sector_identifier_uri';
  const found = Object.entries(METADATA_MEMBERS).find(([, member]) => member === declaredMember)?.[0];
  const reasons: Readonly<Record<string, ReasonId>> = MEMBER_REASONS;
  return (found === undefined ? undefined : reasons[found]) ?? 'client_registration.metadata';
}

/** The reason a member is refused for. */
export const MEMBER_REASONS = {
  redirect_uris: 'client_registration.redirect_uris',
  client_name: 'client_registration.client_name',
  application_type: 'client_registration.application_type',
  token_endpoint_auth_method: 'client_registration.token_endpoint_auth_method',
  token_endpoint_auth_signing_alg: 'client_registration.token_endpoint_auth_signing_alg',
  grant_types: 'client_registration.grant_types',
  response_types: 'client_registration.response_types',
  scope: 'client_registration.scope',
  jwks: 'client_registration.jwks',
  jwks_uri: 'client_registration.jwks_uri',
  client_uri: 'client_registration.client_uri',
  logo_uri: 'client_registration.logo_uri',
  policy_uri: 'client_registration.policy_uri',
  tos_uri: 'client_registration.tos_uri',
  initiate_login_uri: 'client_registration.initiate_login_uri',
  post_logout_redirect_uris: 'client_registration.post_logout_redirect_uris',
  frontchannel_logout_uri: 'client_registration.frontchannel_logout_uri',
  frontchannel_logout_session_required: 'client_registration.frontchannel_logout_session_required',
  backchannel_logout_uri: 'client_registration.backchannel_logout_uri',
  backchannel_logout_session_required: 'client_registration.backchannel_logout_session_required',
  subject_type: 'client_registration.subject_type',
  id_token_signed_response_alg: 'client_registration.id_token_signed_response_alg',
  userinfo_signed_response_alg: 'client_registration.userinfo_signed_response_alg',
  request_object_signing_alg: 'client_registration.request_object_signing_alg',
  request_uris: 'client_registration.request_uris',
  require_signed_request_object: 'client_registration.require_signed_request_object',
  default_max_age: 'client_registration.default_max_age',
  default_acr_values: 'client_registration.default_acr_values',
  require_pushed_authorization_requests: 'client_registration.require_pushed_authorization_requests',
} as const satisfies Record<MetadataMember, ReasonId>;

/** The reason a kept member is refused for. */
export const KEPT_REASONS = {
  contacts: 'client_registration.contacts',
  software_id: 'client_registration.software_id',
  software_version: 'client_registration.software_version',
  require_auth_time: 'client_registration.require_auth_time',
  sector_identifier_uri: 'client_registration.sector_identifier_uri',
} as const satisfies Record<keyof KeptMetadata, ReasonId>;
