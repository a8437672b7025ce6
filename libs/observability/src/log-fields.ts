/**
 * The fields a log line may have (SEC-2: an allow-list decides). Each is an id, a name, a count or a time; none can hold a
 * code, token, secret, assertion, cookie or query string. A new field is a new row here, in review.
 */
export const LOG_FIELDS = [
  'action',
  'address',
  'algorithm',
  'attempt',
  'bytes',
  'callers',
  'check',
  'clientId',
  'code',
  'count',
  'dependency',
  'detail',
  'durationMs',
  'error',
  'expected',
  'hosts',
  'incident',
  'instance',
  'jti',
  'kid',
  'method',
  'migration',
  'number',
  'outcome',
  'path',
  'port',
  'process',
  'purpose',
  'queue',
  'reason',
  'requestId',
  'resource',
  'scope',
  'service',
  'signal',
  'source',
  'state',
  'status',
  'subject',
  'tokens',
  'traceparent',
  'version',
] as const;

/** One of the fields a log line may have. */
export type LogField = (typeof LOG_FIELDS)[number];

/** The fields of one log line. */
export type LogFields = { readonly [Field in LogField]?: unknown };

const TEXT_LENGTH_MAX = 512;
const MEMBERS_MAX = 20;
const DEPTH_MAX = 4;
const LISTED: ReadonlySet<string> = new Set(LOG_FIELDS);

/** Names whose values are never written, wherever they turn up inside a `detail`. */
const SECRET_NAME = /secret|password|passwd|token(?!_type|Type|Format)|assertion|authorization|cookie|credential|private|verifier|challenge|proof|seed|^code$|jwe|^jwk$|^d$|^k$/i;
/** Compact JWS and JWE, and our own 43-character handles and secrets, inside any text. */
const SECRET_TEXT = /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]+|\bSU[A-Z2-7]{56}\b|(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g;
/** Fields that name a key or token by its public id, which looks like a handle and is none. */
const PUBLIC_IDS: ReadonlySet<string> = new Set(['kid', 'jti', 'clientId', 'requestId']);

/** What of the given fields may be written: listed names only, texts cut and scrubbed, nothing deep (SEC-3). */
export function writable(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const lines = Object.entries(fields).filter(([name]) => LISTED.has(name));
  return Object.fromEntries(lines.map(([name, value]) => [name, PUBLIC_IDS.has(name) ? cut(value) : scrub(value, 0)]));
}

function cut(value: unknown): unknown {
  return typeof value === 'string' ? value.slice(0, TEXT_LENGTH_MAX) : scrub(value, 0);
}

function scrub(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.slice(0, TEXT_LENGTH_MAX).replace(SECRET_TEXT, '[redacted]');
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? '[function]' : value;
  if (depth >= DEPTH_MAX) return '[deep]';
  if (isError(value)) return errorChain(value, depth);
  if (ArrayBuffer.isView(value)) return '[bytes]';
  if (Array.isArray(value)) return value.slice(0, MEMBERS_MAX).map((one) => scrub(one, depth + 1));
  const members = Object.entries(value).slice(0, MEMBERS_MAX);
  return Object.fromEntries(members.map(([name, one]) => [name, SECRET_NAME.test(name) ? '[redacted]' : scrub(one, depth + 1)]));
}

interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: unknown;
}

function isError(value: object): value is ErrorLike {
  return 'message' in value && 'name' in value && typeof value.message === 'string' && typeof value.name === 'string';
}

/** The whole cause chain: what failed first is usually in its last link. */
function errorChain(error: ErrorLike, depth: number): Record<string, unknown> {
  const stack = error.stack?.split('\n').slice(1, 9).join('\n');
  return {
    name: error.name,
    message: scrub(error.message, depth),
    ...(stack === undefined ? {} : { stack: scrub(stack, depth) }),
    ...(error.cause === undefined ? {} : { cause: scrub(error.cause, depth + 1) }),
  };
}
