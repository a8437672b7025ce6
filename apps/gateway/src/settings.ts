import { isIP } from 'node:net';
import { ConfigurationError, list, port, positiveCount, publicNkeys, redisUrl } from '@tessera/configuration';
import { CLIENT_FAILURES_PER_MINUTE_DEFAULT, SOURCE_FAILURES_PER_MINUTE_DEFAULT, SOURCE_PAGES_PER_MINUTE_DEFAULT, SOURCE_REGISTRATIONS_PER_MINUTE_DEFAULT } from '@tessera/vocabulary';
import { z } from 'zod';
import type { TlsIdentity } from './http/http-server.js';
import { trustedProxies } from './http/source-address.js';

const proxies = list.transform((entries, context) => {
  try {
    return trustedProxies(entries);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof RangeError ? error.message : 'expected addresses and ranges' });
    return z.NEVER;
  }
});

/** A feature that a deployment switches on. */
const onOrOff = z
  .enum(['on', 'off'], 'expected on or off')
  .default('off')
  .transform((value) => value === 'on');

/** What the gateway reads beyond the common settings. `X_FILE` works for each, and is the usual way for the TLS identity. */
export const GATEWAY_SETTINGS = {
  /** The address to listen on: one, so that every limit applies to every connection. */
  HOST: z.string().refine((host) => isIP(host) !== 0, 'expected an IP address, for example 127.0.0.1 or 0.0.0.0').default('127.0.0.1'),
  PORT: port,
  TLS_CERTIFICATE: z.string().optional(),
  TLS_PRIVATE_KEY: z.string().optional(),
  /** Addresses and CIDR ranges whose X-Forwarded-For is believed. */
  TRUSTED_PROXIES: proxies.default(trustedProxies([])),
  /** Host header values accepted beside that of the issuer, for callers inside a cluster. */
  ALLOWED_HOSTS: list.default([]),
  CLIENT_FAILURES_PER_MINUTE: positiveCount.default(CLIENT_FAILURES_PER_MINUTE_DEFAULT),
  SOURCE_FAILURES_PER_MINUTE: positiveCount.default(SOURCE_FAILURES_PER_MINUTE_DEFAULT),
  /** Requests for pages from one source, a fifth of them forms. Behind a proxy that TRUSTED_PROXIES does not name, everybody is one source. */
  SOURCE_PAGES_PER_MINUTE: positiveCount.default(SOURCE_PAGES_PER_MINUTE_DEFAULT),
  /** The resource owner password grant (GEN-10). The token service has the same setting, and decides. */
  PASSWORD_GRANT: onOrOff,
  /** Whether every authorization request has to be pushed (RFC 9126 §5). Authorization has the same setting, and decides. */
  REQUIRE_PUSHED_AUTHORIZATION_REQUESTS: onOrOff,
  /** Who may register clients (RFC 7591). Authorization has the same setting, and decides; `off` publishes no endpoint. */
  CLIENT_REGISTRATION: z.enum(['off', 'token', 'open'], 'expected off, token or open').default('off'),
  /** Whether the deployment's own authenticator reports what people answered. Authorization has the same setting, and decides; `off` publishes no endpoint. */
  APPROVAL_COMPLETION: onOrOff,
  /** Requests to register, or to change a registration, from one source. */
  SOURCE_REGISTRATIONS_PER_MINUTE: positiveCount.default(SOURCE_REGISTRATIONS_PER_MINUTE_DEFAULT),
  /** Whether request objects are fetched from registered `request_uris` (OIDC Core §6.2). Authorization has the same setting, and decides. */
  REQUEST_URI: onOrOff,
  REDIS_URL: redisUrl,
  KEY_MANAGEMENT_NKEY: publicNkeys,
} as const;

/** The certificate and key to listen with, or null for plain HTTP behind something that ends TLS. @throws {ConfigurationError} */
export function tlsIdentity(certificate: string | undefined, privateKey: string | undefined): TlsIdentity | null {
  if (certificate === undefined && privateKey === undefined) return null;
  if (certificate === undefined) throw new ConfigurationError('TLS_CERTIFICATE_FILE is missing; TLS_PRIVATE_KEY needs it');
  if (privateKey === undefined) throw new ConfigurationError('TLS_PRIVATE_KEY_FILE is missing; TLS_CERTIFICATE needs it');
  return { certificate, privateKey };
}

/**
 * UIX-1: what an operator is told of a plain http issuer, null for an https one. It is on loopback, for any other http issuer has
 * stopped the start already.
 */
export function plainHttpWarning(issuer: string): string | null {
  return issuer.startsWith('https:')
    ? null
    : 'the issuer is http on loopback: cookies have neither Secure nor the __Host- prefix; use https for anything but development';
}
