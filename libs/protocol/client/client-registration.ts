import { AssertionSignatureAlgorithm, IssuerSignatureAlgorithm, REFRESH_RETRY_WINDOW_SECONDS_MAX } from '@tessera/vocabulary';
import { z } from 'zod';

/** How the authorization response travels (OAuth 2.0 Multiple Response Type Encoding Practices §2.1, Form Post Response Mode §2). */
export const ResponseMode = z.enum(['query', 'form_post']);
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
  /** `response_modes` it may ask for (AUT-9). */
  responseModes: z.array(ResponseMode).default(['query', 'form_post']),
  /** `require_pushed_authorization_requests` (RFC 9126 §6). */
  requirePushedAuthorizationRequests: z.boolean().default(false),
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
