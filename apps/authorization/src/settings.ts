import { positiveCount, postgresUrl, publicNkeys } from '@tessera/configuration';
import {
  PUSHED_REQUEST_LIFETIME_SECONDS_DEFAULT,
  PUSHED_REQUEST_LIFETIME_SECONDS_MAX,
  PUSHED_REQUEST_LIFETIME_SECONDS_MIN,
  SESSION_IDLE_SECONDS_DEFAULT,
  SESSION_LIFETIME_SECONDS_DEFAULT,
} from '@tessera/vocabulary';
import { z } from 'zod';

/** Connections of one process: statements are short, so few do much; administration takes one for as long as a plan takes. */
const POOL_MAX = 10;

const list = z.string().transform((value) =>
  value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== ''),
);

const portNumber = z
  .string()
  .regex(/^\d{1,5}$/, 'expected port numbers, separated by commas')
  .transform(Number);

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
  /** Seconds a session lives without being used, and however often it is used (ASVS 7.3). */
  SESSION_IDLE_SECONDS: positiveCount.default(SESSION_IDLE_SECONDS_DEFAULT),
  SESSION_LIFETIME_SECONDS: positiveCount.default(SESSION_LIFETIME_SECONDS_DEFAULT),
  /** Ports besides 443 that key sets may be fetched from (OUT-1). */
  OUTBOUND_PORTS: list.pipe(z.array(portNumber)).default([]),
  /** Exact `host:port` pairs whose addresses are not checked (OUT-2): for intranets and tests. Empty unless set. */
  OUTBOUND_ALLOWED_HOSTS: list.default([]),
  /** PEM certificates trusted besides the built-in ones; usually by `OUTBOUND_CA_FILE`. */
  OUTBOUND_CA: z.string().includes('-----BEGIN CERTIFICATE-----', { message: 'expected PEM certificates' }).optional(),
} as const;
