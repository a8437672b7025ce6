import type { PublicJwk } from '../client/index.js';
import type { ClientRecord } from '../declaration/index.js';
import type { KeptMetadata } from './client-metadata-members.js';

/** A registered client as it stands, with what is told about its registration. */
export interface RegistrationFacts {
  readonly record: ClientRecord;
  /** Keys by value; null when it has none or names a `jwks_uri`. */
  readonly keys: readonly PublicJwk[] | null;
  readonly kept: KeptMetadata;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  /** The client configuration endpoint (RFC 7592 §1.2). */
  readonly configurationUrl: string;
  /** Told once, with the registration or the update that made it; null when it is not told. */
  readonly accessToken: string | null;
  /** Told once; null when the client has none, or knows it. */
  readonly secret: string | null;
}

/**
 * RFC 7591 §3.2.1, RFC 7592 §3: all that is registered, as it is, with what the provider chose. A secret and a registration access
 * token are told when they are made and never again: they are stored as digests (CLI-3, GEN-5).
 */
export function clientInformation(facts: RegistrationFacts): Record<string, unknown> {
  const { record, keys, kept } = facts;
  const { registration } = record;
  return said({
    client_id: record.clientId,
    client_id_issued_at: facts.issuedAt,
    client_secret: facts.secret,
    // RFC 7591 §3.2.1: required with a secret; 0 for one that does not expire.
    client_secret_expires_at: facts.secret === null ? null : 0,
    registration_access_token: facts.accessToken,
    registration_client_uri: facts.configurationUrl,
    redirect_uris: registration.redirectUris,
    client_name: record.name,
    application_type: registration.applicationType,
    token_endpoint_auth_method: record.authenticationMethod,
    token_endpoint_auth_signing_alg: record.assertionAlgorithm,
    grant_types: record.grantTypes,
    response_types: registration.responseTypes,
    scope: record.scope.join(' '),
    jwks: keys === null ? null : { keys },
    jwks_uri: record.jwksUri,
    client_uri: registration.clientUri,
    logo_uri: registration.logoUri,
    policy_uri: registration.policyUri,
    tos_uri: registration.tosUri,
    initiate_login_uri: registration.initiateLoginUri,
    post_logout_redirect_uris: unlessEmpty(registration.postLogoutRedirectUris),
    frontchannel_logout_uri: registration.frontchannelLogoutUri,
    frontchannel_logout_session_required: registration.frontchannelLogoutUri === null ? null : registration.frontchannelLogoutSessionRequired,
    backchannel_logout_uri: registration.backchannelLogoutUri,
    backchannel_logout_session_required: registration.backchannelLogoutUri === null ? null : registration.backchannelLogoutSessionRequired,
    subject_type: registration.subjectType,
    id_token_signed_response_alg: registration.idTokenSigningAlgorithm,
    userinfo_signed_response_alg: registration.userinfoSigningAlgorithm,
    request_object_signing_alg: registration.requestObjectSigningAlgorithm,
    request_uris: unlessEmpty(registration.requestUris),
    require_signed_request_object: registration.requireSignedRequestObject ? true : null,
    default_max_age: registration.defaultMaxAgeSeconds,
    default_acr_values: unlessEmpty(registration.defaultAcrValues),
    require_pushed_authorization_requests: registration.requirePushedAuthorizationRequests,
    ...kept,
  });
}

function unlessEmpty(list: readonly string[]): readonly string[] | null {
  return list.length === 0 ? null : list;
}

function said(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined));
}
