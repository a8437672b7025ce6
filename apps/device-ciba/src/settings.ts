import { createECDH } from 'node:crypto';
import { positiveCount, postgresUrl, publicNkeys, redisUrl } from '@tessera/configuration';
import { OUTBOUND_URL_EXPECTED, parseOutboundUrl } from '@tessera/protocol/outbound-url';
import {
  BACKCHANNEL_REQUEST_LIFETIME_SECONDS_DEFAULT,
  BACKCHANNEL_REQUEST_LIFETIME_SECONDS_MAX,
  DEVICE_CODE_LIFETIME_SECONDS_DEFAULT,
  DEVICE_CODE_LIFETIME_SECONDS_MIN,
  DEVICE_CODES_PER_CLIENT_DEFAULT,
  DEVICE_CODES_PER_SOURCE_DEFAULT,
  REQUESTS_PER_CLIENT_DEFAULT,
  REQUESTS_PER_PERSON_DEFAULT,
  USER_CODE_FAILURES_PER_SOURCE_MAX,
} from '@tessera/vocabulary';
import { z } from 'zod';

/** Connections of one process: statements are short, so few do much. */
const POOL_MAX = 5;

/** DEV-1: never longer than ten minutes. */
const deviceCodeLifetime = positiveCount.refine(
  (seconds) => seconds >= DEVICE_CODE_LIFETIME_SECONDS_MIN && seconds <= DEVICE_CODE_LIFETIME_SECONDS_DEFAULT,
  `expected whole seconds between ${DEVICE_CODE_LIFETIME_SECONDS_MIN} and ${DEVICE_CODE_LIFETIME_SECONDS_DEFAULT}`,
);

/** CIB-10: as long as a person may take, and no longer than a request may ask for. */
const backchannelLifetime = positiveCount.refine(
  (seconds) => seconds <= BACKCHANNEL_REQUEST_LIFETIME_SECONDS_MAX,
  `expected whole seconds, at most ${BACKCHANNEL_REQUEST_LIFETIME_SECONDS_MAX}`,
);

const VAPID_KEY_BYTES = 32;
/** The private half of a P-256 key, from which the other follows. */
const vapidPrivateKey = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9_-]{43}$/, 'expected 32 octets in base64url, the private half of a P-256 key')
  .transform((value) => Buffer.from(value, 'base64url'))
  .refine((value) => value.length === VAPID_KEY_BYTES && isPrivateKey(value), 'expected the private half of a P-256 key');

function isPrivateKey(value: Uint8Array): boolean {
  try {
    createECDH('prime256v1').setPrivateKey(value);
    return true;
  } catch {
    return false;
  }
}

/** A secret that two sides sign with. */
const sharedSecret = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9_-]{43,}$/, 'expected at least 32 random octets in base64url')
  .transform((value) => Buffer.from(value, 'base64url'));

/** What device-ciba reads beyond the common settings. */
export const DEVICE_CIBA_SETTINGS = {
  /** PostgreSQL, as the role of device-ciba. */
  DATABASE_URL: postgresUrl,
  DATABASE_POOL_MAX: positiveCount.default(POOL_MAX),
  /** Redis, for the reminders; without it everything works, a little later. */
  REDIS_URL: redisUrl,
  /** The public nkeys of key-management that leases must be signed with. */
  KEY_MANAGEMENT_NKEY: publicNkeys,
  /** Seconds a device code and its user code live (RFC 8628 §3.2 `expires_in`). */
  DEVICE_CODE_LIFETIME_SECONDS: deviceCodeLifetime.default(DEVICE_CODE_LIFETIME_SECONDS_DEFAULT),
  /** Device codes of one client that may wait for a person at the same time (DEV-7). */
  DEVICE_CODES_PER_CLIENT: positiveCount.default(DEVICE_CODES_PER_CLIENT_DEFAULT),
  /** And of one source address; of IPv6 a /64 is one. */
  DEVICE_CODES_PER_SOURCE: positiveCount.default(DEVICE_CODES_PER_SOURCE_DEFAULT),
  /** Wrong user codes from one source address in ten minutes, after which it has to wait (DEV-2). */
  USER_CODE_FAILURES_PER_SOURCE: positiveCount.default(USER_CODE_FAILURES_PER_SOURCE_MAX),
  /** Seconds a backchannel authentication request waits unless it asks for something else (CIBA Core §7.3 `expires_in`). */
  BACKCHANNEL_REQUEST_LIFETIME_SECONDS: backchannelLifetime.default(BACKCHANNEL_REQUEST_LIFETIME_SECONDS_DEFAULT),
  /** Backchannel authentication requests of one client in ten minutes (CIB-4). */
  BACKCHANNEL_REQUESTS_PER_CLIENT: positiveCount.default(REQUESTS_PER_CLIENT_DEFAULT),
  /** And for one person, over all clients: more is bombardment (CIB-4). */
  BACKCHANNEL_REQUESTS_PER_PERSON: positiveCount.default(REQUESTS_PER_PERSON_DEFAULT),
  /** `on`: a person is written to when a request waits for them, at an address that is known to be theirs. */
  APPROVAL_EMAIL: z.enum(['on', 'off'], 'expected on or off').default('off'),
  /** The deployment's own authenticator: a signed POST tells it of every request that waits. */
  APPROVAL_WEBHOOK_URL: z.string().refine((url) => 'url' in parseOutboundUrl(url), `expected ${OUTBOUND_URL_EXPECTED}`).optional(),
  /** What those calls are signed with, 32 octets or more in base64url; usually by `APPROVAL_WEBHOOK_SECRET_FILE`. */
  APPROVAL_WEBHOOK_SECRET: sharedSecret.optional(),
  /** The key by which push services and browsers know this deployment (RFC 8292); usually by `WEB_PUSH_KEY_FILE`. Without it no browser is told. Another key needs every browser enrolled anew. */
  WEB_PUSH_KEY: vapidPrivateKey.optional(),
  /** Where a push service reaches whoever runs this (RFC 8292 §2.1); unless set it is the issuer. */
  WEB_PUSH_CONTACT: z.string().regex(/^(https:\/\/|mailto:)[^\s"<>]+$/, 'expected mailto:somebody@example.com or an https address').optional(),
  /** What the deployment's own authenticator signs its reports with, in the same form. Without it none is believed. */
  APPROVAL_COMPLETION_SECRET: sharedSecret.optional(),
} as const;
