import { isUtf8 } from 'node:buffer';
import { JSON_DEPTH_MAX, OAuthError } from '@tessera/vocabulary';

/** RFC 8259 §11: the type has no parameters; clients that name the charset name the only one there is (§8.1). */
const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i;

/** EDG-4: exactly JSON. @throws {OAuthError} `request.json_content_type` */
export function assertJsonType(contentType: string | undefined, contentEncoding: string | undefined): void {
  if (contentType === undefined || contentEncoding !== undefined || !JSON_TYPE.test(contentType)) throw new OAuthError('request.json_content_type');
}

/**
 * A JSON object (RFC 8259), strictly: UTF-8, at most so deep (EDG-3), and no NUL in any text, which the database could not keep
 * (EDG-7). A member that stands twice counts once, as what it is the second time; nobody behind this process reads the text again.
 *
 * @throws {OAuthError} `request.malformed_json`
 */
export function parseJsonObject(octets: Buffer): Record<string, unknown> {
  const value = isUtf8(octets) ? parsed(octets.toString('utf8')) : undefined;
  if (!isObject(value) || !isAcceptable(value, JSON_DEPTH_MAX)) throw new OAuthError('request.malformed_json');
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The parser itself has no limit that matters: a body is at most 64 KiB. */
function isAcceptable(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return !value.includes('\0');
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  return Object.entries(value).every(([name, member]) => !name.includes('\0') && isAcceptable(member, depth - 1));
}
