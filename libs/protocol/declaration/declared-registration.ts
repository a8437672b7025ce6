import {
  ACR_VALUES_MAX,
  HOST_LENGTH_MAX,
  IssuerSignatureAlgorithm,
  REDIRECT_URI_LENGTH_MAX,
  REDIRECT_URIS_MAX,
  REFRESH_RETRY_WINDOW_SECONDS_MAX,
  REFRESH_TOKEN_LIFETIME_SECONDS_MAX,
  REQUEST_URI_LENGTH_MAX,
  REQUEST_URIS_MAX,
  RequestObjectSigningAlgorithm,
} from '@tessera/vocabulary';
import { z } from 'zod';
import { type ClientRegistration, ResponseMode, ResponseType } from '../client/index.js';
import { OUTBOUND_URL_EXPECTED } from '../outbound-url/index.js';
import { INITIATE_LOGIN_URL_EXPECTED, LOGOUT_URL_EXPECTED, PAGE_URL_EXPECTED, REDIRECT_URI_EXPECTED } from '../redirect-uri/index.js';
import { BACKCHANNEL_EXPECTED, DECLARED_BACKCHANNEL } from './declared-backchannel.js';

/** What a declaration decides. Whoever writes one vouches for its clients, so `verified` is not among it. */
type DeclaredMember = Exclude<keyof ClientRegistration, 'verified'>;

const uris = z.array(z.string()).max(REDIRECT_URIS_MAX).default([]);
const page = z.string().nullable().default(null);
const lifetime = z.number().int().min(1).max(REFRESH_TOKEN_LIFETIME_SECONDS_MAX).nullable().default(null);

/**
 * The members of a declared client that are about signing people in (RFC 7591 §2, OIDC Registration §2), every one checked by
 * itself. What is absent gets the default of its profile.
 */
export const DECLARED_REGISTRATION = {
  applicationType: z.enum(['web', 'native']).default('web'),
  redirectUris: uris,
  postLogoutRedirectUris: uris,
  responseModes: z.array(ResponseMode).min(1).max(ResponseMode.options.length).optional(),
  responseTypes: z.array(ResponseType).max(ResponseType.options.length).optional(),
  requirePushedAuthorizationRequests: z.boolean().optional(),
  requestObjectSigningAlgorithm: RequestObjectSigningAlgorithm.nullable().default(null),
  requireSignedRequestObject: z.boolean().default(false),
  requestUris: z.array(z.string().max(REQUEST_URI_LENGTH_MAX)).max(REQUEST_URIS_MAX).default([]),
  requireProofKey: z.boolean().optional(),
  firstParty: z.boolean().default(false),
  clientUri: page,
  logoUri: page,
  policyUri: page,
  tosUri: page,
  initiateLoginUri: page,
  frontchannelLogoutUri: page,
  frontchannelLogoutSessionRequired: z.boolean().default(false),
  backchannelLogoutUri: page,
  backchannelLogoutSessionRequired: z.boolean().default(false),
  idTokenSigningAlgorithm: IssuerSignatureAlgorithm.optional(),
  userinfoSigningAlgorithm: IssuerSignatureAlgorithm.nullable().default(null),
  subjectType: z.enum(['public', 'pairwise']).default('public'),
  /** Absent: the one host of the redirect URIs, for a pairwise client. */
  sectorIdentifier: z
    .string()
    .max(HOST_LENGTH_MAX)
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/)
    .optional(),
  defaultMaxAgeSeconds: z.number().int().nonnegative().nullable().default(null),
  defaultAcrValues: z
    .array(z.string().regex(/^[\x21-\x7E]+$/))
    .max(ACR_VALUES_MAX)
    .default([]),
  rotateRefreshTokens: z.boolean().nullable().default(null),
  refreshRetryWindowSeconds: z.number().int().min(0).max(REFRESH_RETRY_WINDOW_SECONDS_MAX).nullable().default(null),
  refreshTokenIdleSeconds: lifetime,
  refreshTokenLifetimeSeconds: lifetime,
  ...DECLARED_BACKCHANNEL,
} as const satisfies Record<DeclaredMember, z.ZodType>;

const REDIRECT_URIS_EXPECTED = `at most ${REDIRECT_URIS_MAX} redirect URIs of at most ${REDIRECT_URI_LENGTH_MAX} characters, each ${REDIRECT_URI_EXPECTED}`;
/** What registered request URIs have to be, in words for whoever registered them. */
export const REQUEST_URIS_EXPECTED = `at most ${REQUEST_URIS_MAX} absolute https URLs of at most ${REQUEST_URI_LENGTH_MAX} printable ASCII characters, without user name and password; a fragment belongs to the value (OIDC Core §6.2)`;
const REFRESH_LIFETIME_EXPECTED = `whole seconds between 1 and ${REFRESH_TOKEN_LIFETIME_SECONDS_MAX}`;

/** What these members have to be, in words for whoever wrote the declaration. */
export const REGISTRATION_EXPECTED = {
  applicationType: 'web or native',
  redirectUris: REDIRECT_URIS_EXPECTED,
  postLogoutRedirectUris: REDIRECT_URIS_EXPECTED,
  responseModes: `a list of ${ResponseMode.options.join(', ')}`,
  responseTypes: `a list of ${ResponseType.options.map((one) => `"${one}"`).join(', ')}`,
  requirePushedAuthorizationRequests: 'true or false',
  requestObjectSigningAlgorithm: `one of ${RequestObjectSigningAlgorithm.options.join(', ')}; leave it out for any that the profile allows`,
  requireSignedRequestObject: 'true or false',
  requestUris: REQUEST_URIS_EXPECTED,
  requireProofKey: 'true or false',
  firstParty: 'true or false',
  clientUri: PAGE_URL_EXPECTED,
  logoUri: PAGE_URL_EXPECTED,
  policyUri: PAGE_URL_EXPECTED,
  tosUri: PAGE_URL_EXPECTED,
  initiateLoginUri: INITIATE_LOGIN_URL_EXPECTED,
  frontchannelLogoutUri: LOGOUT_URL_EXPECTED,
  frontchannelLogoutSessionRequired: 'true or false',
  backchannelLogoutUri: OUTBOUND_URL_EXPECTED,
  backchannelLogoutSessionRequired: 'true or false',
  idTokenSigningAlgorithm: `one of ${IssuerSignatureAlgorithm.options.join(', ')}`,
  userinfoSigningAlgorithm: `one of ${IssuerSignatureAlgorithm.options.join(', ')}; leave it out for a JSON document`,
  subjectType: 'public or pairwise',
  sectorIdentifier: 'a host name in lower case, for example client.example.org',
  defaultMaxAgeSeconds: 'whole seconds',
  defaultAcrValues: `a list of at most ${ACR_VALUES_MAX} values without spaces`,
  rotateRefreshTokens: 'true or false',
  refreshRetryWindowSeconds: `whole seconds between 0 and ${REFRESH_RETRY_WINDOW_SECONDS_MAX}`,
  refreshTokenIdleSeconds: REFRESH_LIFETIME_EXPECTED,
  refreshTokenLifetimeSeconds: REFRESH_LIFETIME_EXPECTED,
  ...BACKCHANNEL_EXPECTED,
} as const satisfies Record<DeclaredMember, string>;
