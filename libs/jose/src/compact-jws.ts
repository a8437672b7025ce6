import { PARAMETER_BYTES_MAX } from '@tessera/vocabulary';
import { JsonObject } from './json-object.js';

/** A JWS as far as it can be read without a key: nothing in it is true yet. */
export interface DecodedJws {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The parts of a compact JWS (RFC 7515 §7.1), still encoded. */
export interface JwsSegments {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: string;
  /** `header.payload`, what the signature is over (RFC 7515 §5.2 step 8). */
  readonly signingInput: string;
  readonly signature: Buffer;
}

/** RFC 7515 §7.1: three base64url segments. An empty signature is well-formed, and no algorithm of ours accepts it. */
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

/** RFC 7515 §5.2 steps 3 and 6: header and claims are UTF-8; a replacement character would let two texts become one. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Splits a compact JWS of at most 16 KiB (EDG-5); null for anything else: the JSON serialisations, an unreadable header,
 * or a `zip` header, which no JWS has.
 */
export function splitJws(compact: string): JwsSegments | null {
  if (compact.length > PARAMETER_BYTES_MAX || !COMPACT.test(compact)) return null;
  const first = compact.indexOf('.');
  const last = compact.lastIndexOf('.');
  const header = readObject(compact.slice(0, first));
  if (header === null || 'zip' in header) return null;
  return {
    header,
    payload: compact.slice(first + 1, last),
    signingInput: compact.slice(0, last),
    signature: Buffer.from(compact.slice(last + 1), 'base64url'),
  };
}

/** Reads header and claims of a compact JWS without verifying anything; null when it is not a JWT of at most 16 KiB. */
export function decodeJws(compact: string): DecodedJws | null {
  const segments = splitJws(compact);
  if (segments === null) return null;
  const claims = readObject(segments.payload);
  return claims === null ? null : { header: segments.header, claims };
}

/**
 * RFC 7515 §4.1.11: extensions named in `crit` have to be understood, and we understand none; so any `crit` is refused, which
 * includes the unencoded payloads of RFC 7797.
 */
export function hasCriticalHeader(header: Readonly<Record<string, unknown>>): boolean {
  return 'crit' in header || 'b64' in header;
}

function readObject(segment: string): Record<string, unknown> | null {
  try {
    const parsed = JsonObject.safeParse(utf8.decode(Buffer.from(segment, 'base64url')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // not UTF-8
  }
}
