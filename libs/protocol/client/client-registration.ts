import { AssertionSignatureAlgorithm, IssuerSignatureAlgorithm, REFRESH_RETRY_WINDOW_SECONDS_MAX, RequestObjectSigningAlgorithm } from '@tessera/vocabulary';
import { z } from 'zod';
import { ResponseType } from './response-type.js';

/** How the authorization response travels (OAuth 2.0 Multiple Response Type Encoding Practices §2.1, Form Post Response Mode §2). */
export const ResponseMode = z.enum(['query', 'fragment', 'form_post']);
/** One of the supported response modes. */
export type ResponseMode = z.infer<typeof ResponseMode>;

/** How a client learns of the outcome of a backchannel authentication (CIBA Core §5). */
export const BackchannelDeliveryMode = z.enum(['poll', 'ping', 'push']);
/** One of the delivery modes. */
export type BackchannelDeliveryMode = z.infer<typeof BackchannelDeliveryMode>;

const seconds = z.number().int().positive();

/**
 * What a client registered for signing people in (RFC 7591 §2, OIDC Registration §2, RP-Initiated Logout §3.1, RFC 9126 §6). One
 * value in one column: a member that a row lacks has its default, so an older row reads like a registration without it.
 */
export const ClientRegistration = z.object({
  /** `application_type`. Only a native client may use loopback redirect URIs with any port (RFC 8252 §7.3). */
  applicationType: z.enum(['web', 'native']).default('web'),
  /** `redirect_uris`, compared as strings (AUT-1). */
  redirectUris: z.array(z.string()).default([]),
  /** `post_logout_redirect_uris`, compared as strings (LOG-1). */
  postLogoutRedirectUris: z.array(z.string()).default([]),
  /** `response_types` it may ask for: `code` alone unless it registered others (AUT-3). */
  responseTypes: z.array(ResponseType).default(['code']),
  /** `response_modes` it may ask for (AUT-9). */
  responseModes: z.array(ResponseMode).default(['query', 'form_post']),
  /** `require_pushed_authorization_requests` (RFC 9126 §6). */
  requirePushedAuthorizationRequests: z.boolean().default(false),
  /** `request_object_signing_alg`: the one its request objects are signed with. Null: any that its profile allows (RFC 9101 §10.5). */
  requestObjectSigningAlgorithm: RequestObjectSigningAlgorithm.nullable().default(null),
  /** `require_signed_request_object` (RFC 9101 §10.5): a request without a request object is refused. */
  requireSignedRequestObject: z.boolean().default(false),
  /** `request_uris`, compared as strings, the fragment included (PAR-7, OIDC Core §6.2). */
  requestUris: z.array(z.string()).default([]),
  /** Whether a request without `code_challenge` is refused (COD-5). Never false for a public client. */
  requireProofKey: z.boolean().default(true),
  /** A client of the operator's own: no consent page. Nobody registers it by themselves (REG-5). */
  firstParty: z.boolean().default(false),
  /** `client_uri`: the home page people are offered. */
  clientUri: z.string().nullable().default(null),
  /** `logo_uri`. */
  logoUri: z.string().nullable().default(null),
  /** `policy_uri`. */
  policyUri: z.string().nullable().default(null),
  /** `tos_uri`. */
  tosUri: z.string().nullable().default(null),
  /** `initiate_login_uri` (OIDC Core §4): where another party sends people to have them signed in; offered, never called by us. */
  initiateLoginUri: z.string().nullable().default(null),
  /** `frontchannel_logout_uri` (Front-Channel Logout §2): loaded in a frame of the page after a logout (LOG-5). */
  frontchannelLogoutUri: z.string().nullable().default(null),
  /** `frontchannel_logout_session_required`: whether `iss` and `sid` go with it. Ours go with it in any case. */
  frontchannelLogoutSessionRequired: z.boolean().default(false),
  /** `backchannel_logout_uri` (Back-Channel Logout §2.2): told by the worker when a session with this client ends (LOG-4). */
  backchannelLogoutUri: z.string().nullable().default(null),
  /** `backchannel_logout_session_required`: whether `sid` is in the logout token. Ours is in it in any case. */
  backchannelLogoutSessionRequired: z.boolean().default(false),
  /** False for a client that registered itself (REG-8): nobody here knows who runs it, and people are told so. */
  verified: z.boolean().default(true),
  /** `id_token_signed_response_alg`; RS256 unless registered otherwise (OIDC Registration §2). */
  idTokenSigningAlgorithm: IssuerSignatureAlgorithm.default('RS256'),
  /** `userinfo_signed_response_alg`; null: a JSON document. */
  userinfoSigningAlgorithm: IssuerSignatureAlgorithm.nullable().default(null),
  /** `subject_type` (OIDC Core §8). */
  subjectType: z.enum(['public', 'pairwise']).default('public'),
  /** The host pairwise subjects are made for (OIDC Core §8.1); set for every pairwise client. */
  sectorIdentifier: z.string().nullable().default(null),
  /** `default_max_age`, seconds; null: any age. */
  defaultMaxAgeSeconds: z.number().int().nonnegative().nullable().default(null),
  /** `default_acr_values`. */
  defaultAcrValues: z.array(z.string()).default([]),
  /** Whether a refresh token is replaced at each use. Null: by the rule of REF-1 for its profile and authentication. */
  rotateRefreshTokens: z.boolean().nullable().default(null),
  /** Seconds in which the preceding refresh token gets the same successor (REF-4). Null: 10 for public clients, else 0. */
  refreshRetryWindowSeconds: z.number().int().min(0).max(REFRESH_RETRY_WINDOW_SECONDS_MAX).nullable().default(null),
  /** Seconds a refresh token lives unused; null: the provider's. */
  refreshTokenIdleSeconds: seconds.nullable().default(null),
  /** Seconds a family of refresh tokens lives; null: the provider's. */
  refreshTokenLifetimeSeconds: seconds.nullable().default(null),
  /** `backchannel_token_delivery_mode` (CIBA Core §4); null: the client starts no backchannel authentication. */
  backchannelTokenDeliveryMode: BackchannelDeliveryMode.nullable().default(null),
  /** `backchannel_client_notification_endpoint`: where pings and pushes go; null for poll. */
  backchannelClientNotificationEndpoint: z.string().nullable().default(null),
  /** `backchannel_authentication_request_signing_alg`; null: its requests are not signed. */
  backchannelRequestSigningAlgorithm: AssertionSignatureAlgorithm.nullable().default(null),
  /** `backchannel_user_code_parameter`: whether people tell this client their user code. */
  backchannelUserCodeParameter: z.boolean().default(false),
  /** Ours: a poll of this client waits for the decision, at most 25 s (CIBA Core §10.1.1). */
  backchannelLongPolling: z.boolean().default(false),
  /** Ours: the response carries a number that the person picks among three. */
  backchannelNumberMatching: z.boolean().default(false),
});
/** What a client registered for signing people in. */
export type ClientRegistration = z.infer<typeof ClientRegistration>;
