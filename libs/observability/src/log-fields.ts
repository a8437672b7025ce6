/**
 * The fields a log line may have (SEC-2: an allow-list decides). Each is an id, a name, a count or a time; none can hold a
 * code, token, secret, assertion, cookie or query string. A new field is a new row here, in review.
 */
export const LOG_FIELDS = [
  'action',
  'algorithm',
  'attempt',
  'bytes',
  'clientId',
  'code',
  'count',
  'dependency',
  'detail',
  'error',
  'expected',
  'hosts',
  'incident',
  'instance',
  'jti',
  'kid',
  'method',
  'outcome',
  'path',
  'port',
  'process',
  'purpose',
  'queue',
  'reason',
  'requestId',
  'scope',
  'service',
  'signal',
  'source',
  'state',
  'status',
  'subject',
  'tokens',
  'traceparent',
] as const;

/** One of the fields a log line may have. */
export type LogField = (typeof LOG_FIELDS)[number];

/** The fields of one log line. */
export type LogFields = { readonly [Field in LogField]?: unknown };

const TEXT_LENGTH_MAX = 512;
const LINE_LENGTH_MAX = 128;
const STACK_LENGTH_MAX = 2_048;
const STACK_LINES_MAX = 8;
const MEMBERS_MAX = 20;
const DEPTH_MAX = 4;
const LISTED: ReadonlySet<string> = new Set(LOG_FIELDS);

/** Names whose values are never written, wherever they turn up inside a `detail`. */
const SECRET_NAME = /secret|password|passwd|token(?!_?(type|format|endpoint))|assertion|authorization|cookie|credential|private|verifier|challenge|proof|seed|^code$|jwe|^jwk$|^d$|^k$/i;
/**
 * What is a secret by its form, inside any text: compact JWS and JWE, nkey seeds, PEM private keys, HTTP credentials, the
 * password of an address, a query string, and the value of anything named like a secret.
 */
const SECRET_TEXT =
  /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]+|\bS[A-Z][A-Z2-7]{56}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*|(?<=\b(?:Basic|Bearer|DPoP) )(?=\S*[0-9=+/])[A-Za-z0-9+/=._~-]{8,}|(?<=:\/\/[^\s/@:]*:)[^\s@]+(?=@)|(?<=\?)[^\s"'?=]+=[^\s"']*|(?<=(?:secret|password|token|assertion|verifier|code)=)[^\s"'&]+/gi;
/** Our own handles and secrets: 43 characters, as any SHA-256 in base64url, so public thumbprints have the same form. */
const HANDLE_TEXT = /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g;
/** Names of public ids that may have the form of a handle and are none, inside a `detail` too. */
const PUBLIC_IDS: ReadonlySet<string> = new Set(['kid', 'jti', 'requestId']);
const REDACTED = '[redacted]';

/** What of the given fields may be written: listed names only, texts cut and scrubbed, nothing deep (SEC-2, SEC-3). */
export function writable(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const lines = Object.entries(fields).filter(([name]) => LISTED.has(name));
  // The id of a client is known to be one here. Inside a detail it is what a request claimed, and may be a misplaced secret.
  return Object.fromEntries(lines.map(([name, value]) => [name, scrub(value, 0, name === 'clientId' || PUBLIC_IDS.has(name))]));
}

/** A text of one line without anything that has the form of a secret, an address's query included (SEC-2, SEC-3). */
export function scrubbed(text: string): string {
  return scrubText(text, false, LINE_LENGTH_MAX);
}

function scrub(value: unknown, depth: number, isPublicId: boolean): unknown {
  if (typeof value === 'string') return scrubText(value, isPublicId, TEXT_LENGTH_MAX);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? '[function]' : value;
  if (depth >= DEPTH_MAX) return '[deep]';
  if (isError(value)) return errorChain(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[no date]' : value.toISOString();
  if (ArrayBuffer.isView(value)) return '[bytes]';
  if (Array.isArray(value)) return value.slice(0, MEMBERS_MAX).map((one) => scrub(one, depth + 1, isPublicId));
  const members = Object.entries(value).slice(0, MEMBERS_MAX);
  return Object.fromEntries(members.map(([name, one]) => [name, SECRET_NAME.test(name) ? REDACTED : scrub(one, depth + 1, PUBLIC_IDS.has(name))]));
}

/** Cuts first, so that a long text costs no more than a short one; the word it cuts goes too, for half a secret is not recognised. */
function scrubText(text: string, isPublicId: boolean, lengthMax: number): string {
  const bounded = text.length <= lengthMax ? text : `${text.slice(0, lengthMax).replace(/[^\s"'&=]+$/, '')}…`;
  const scrubbed = bounded.replace(SECRET_TEXT, REDACTED);
  return isPublicId ? scrubbed : scrubbed.replace(HANDLE_TEXT, REDACTED);
}

interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: string;
  readonly cause?: unknown;
}

function isError(value: object): value is ErrorLike {
  return 'message' in value && 'name' in value && typeof value.message === 'string' && typeof value.name === 'string';
}

/** The whole cause chain: what failed first is usually in its last link. Of what else an error carries, only its code: PostgreSQL's quote rows. */
function errorChain(error: ErrorLike, depth: number): Record<string, unknown> {
  const stack = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)).slice(0, STACK_LINES_MAX).join('\n');
  return {
    name: error.name,
    message: scrubText(error.message, false, TEXT_LENGTH_MAX),
    ...(typeof error.code === 'string' ? { code: scrubText(error.code, false, TEXT_LENGTH_MAX) } : {}),
    ...(stack === undefined ? {} : { stack: scrubText(stack, false, STACK_LENGTH_MAX) }),
    ...(error.cause === undefined ? {} : { cause: scrub(error.cause, depth + 1, false) }),
  };
}
