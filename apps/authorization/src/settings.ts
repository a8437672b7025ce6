import { positiveCount, postgresUrl, publicNkeys } from '@tessera/configuration';
import { OUTBOUND_SETTINGS } from '@tessera/outbound-http';
import {
  PUSHED_REQUEST_LIFETIME_SECONDS_DEFAULT,
  PUSHED_REQUEST_LIFETIME_SECONDS_MAX,
  PUSHED_REQUEST_LIFETIME_SECONDS_MIN,
  SESSION_IDLE_SECONDS_DEFAULT,
  SESSION_LIFETIME_SECONDS_DEFAULT,
  UNUSED_REGISTRATION_SECONDS_DEFAULT,
  UNUSED_REGISTRATION_SECONDS_MAX,
  UNUSED_REGISTRATION_SECONDS_MIN,
} from '@tessera/vocabulary';
import { z } from 'zod';

/** Connections of one process: statements are short, so few do much; administration takes one for as long as a plan takes. */
const POOL_MAX = 10;

/** SEC-6: long enough that nobody guesses it, and really random rather than one repeated letter. */
const passwordPepper = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9_-]{43,}$/, 'expected at least 32 random octets in base64url')
  .refine((value) => new Set(value).size >= 16, 'expected at least 32 random octets in base64url')
  .transform((value) => Buffer.from(value, 'base64url'));

/** PAR-3, RFC 9126 §2.2. */
const pushedRequestLifetime = z
  .string()
  .regex(/^\d{1,3}$/, `expected whole seconds between ${PUSHED_REQUEST_LIFETIME_SECONDS_MIN} and ${PUSHED_REQUEST_LIFETIME_SECONDS_MAX}`)
  .transform(Number)
  .refine(
    (seconds) => seconds >= PUSHED_REQUEST_LIFETIME_SECONDS_MIN && seconds <= PUSHED_REQUEST_LIFETIME_SECONDS_MAX,
    `expected whole seconds between ${PUSHED_REQUEST_LIFETIME_SECONDS_MIN} and ${PUSHED_REQUEST_LIFETIME_SECONDS_MAX}`,
  );

const UNUSED_REGISTRATION_EXPECTED = `expected whole seconds between ${UNUSED_REGISTRATION_SECONDS_MIN} and ${UNUSED_REGISTRATION_SECONDS_MAX}`;
/** Registrations pile up where anybody may register, and a client needs some time to be put to use. */
const unusedRegistration = z
  .string()
  .regex(/^\d{1,9}$/, UNUSED_REGISTRATION_EXPECTED)
  .transform(Number)
  .refine((seconds) => seconds >= UNUSED_REGISTRATION_SECONDS_MIN && seconds <= UNUSED_REGISTRATION_SECONDS_MAX, UNUSED_REGISTRATION_EXPECTED);

/** What authorization reads beyond the common settings. */
export const AUTHORIZATION_SETTINGS = {
  /** PostgreSQL, as the role of authorization. */
  DATABASE_URL: postgresUrl,
  DATABASE_POOL_MAX: positiveCount.default(POOL_MAX),
  /** The public nkeys of key-management that leases and published keys must be signed with. */
  KEY_MANAGEMENT_NKEY: publicNkeys,
  /** Secret key of the password hashes (SEC-1), 32 octets or more in base64url; usually by `PASSWORD_PEPPER_FILE`. No default: losing it loses every password. */
  PASSWORD_PEPPER: passwordPepper,
  /** Seconds a `request_uri` may wait to be brought to the authorization endpoint. */
  PUSHED_REQUEST_LIFETIME_SECONDS: pushedRequestLifetime.default(PUSHED_REQUEST_LIFETIME_SECONDS_DEFAULT),
  /** `on`: every client has to push its authorization requests (RFC 9126 §5). The gateway needs the same, for the metadata. */
  REQUIRE_PUSHED_AUTHORIZATION_REQUESTS: z.enum(['on', 'off'], 'expected on or off').default('off').transform((value) => value === 'on'),
  /** `on`: request objects are fetched from the registered `request_uris` of clients (PAR-7). The gateway needs the same, for the metadata. */
  REQUEST_URI: z.enum(['on', 'off'], 'expected on or off').default('off').transform((value) => value === 'on'),
  /** `on`: the deployment's own authenticator may vouch for people (CIBA Core §8). The gateway needs the same; device-ciba has its secret. */
  APPROVAL_COMPLETION: z.enum(['on', 'off'], 'expected on or off').default('off').transform((value) => value === 'on'),
  /** Who may register clients (RFC 7591, REG-1): nobody, whoever has a token of `tessera registration-token`, anybody. The gateway needs the same. */
  CLIENT_REGISTRATION: z.enum(['off', 'token', 'open'], 'expected off, token or open').default('off'),
  /** Response types registered clients may have: `code` alone, or `all` that this provider serves (AUT-3). */
  REGISTERED_CLIENT_RESPONSE_TYPES: z.enum(['code', 'all'], 'expected code or all').default('code'),
  /** `off`: registered confidential clients may do without PKCE, as OpenID Connect certification does. Public ones never (COD-5). */
  REGISTERED_CLIENT_PKCE: z.enum(['on', 'off'], 'expected on or off').default('on').transform((value) => value === 'on'),
  /** Seconds a registered client stays that nobody ever signed in with. */
  UNUSED_REGISTRATION_SECONDS: unusedRegistration.default(UNUSED_REGISTRATION_SECONDS_DEFAULT),
  /** Seconds a session lives without being used, and however often it is used (ASVS 7.3). */
  SESSION_IDLE_SECONDS: positiveCount.default(SESSION_IDLE_SECONDS_DEFAULT),
  SESSION_LIFETIME_SECONDS: positiveCount.default(SESSION_LIFETIME_SECONDS_DEFAULT),
  /** Key sets, request objects and sector documents are fetched within these. */
  ...OUTBOUND_SETTINGS,
} as const;
