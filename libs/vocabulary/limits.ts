/** Bytes of a request form before anything else looks at it (EDG-3). */
export const FORM_BYTES_MAX = 64 * 1024;
/** Bytes of a request URL (EDG-3). */
export const URL_BYTES_MAX = 8 * 1024;
/** Bytes of all request headers together (EDG-3). */
export const HEADER_BYTES_MAX = 16 * 1024;
/** Parameters in one form or query (EDG-3). */
export const FORM_PARAMETERS_MAX = 100;
/** Bytes of a single parameter, tokens and assertions included (EDG-3, EDG-5). */
export const PARAMETER_BYTES_MAX = 16 * 1024;

/** Scope tokens in one request; above it a request is noise, not authority. */
export const SCOPES_MAX = 100;
/** Characters of a scope token. */
export const SCOPE_LENGTH_MAX = 128;
/** Characters of a client id, ours or a declared one. */
export const CLIENT_ID_LENGTH_MAX = 128;
/** Characters of a client secret as presented: longer input is not hashed. */
export const CLIENT_SECRET_LENGTH_MAX = 512;
/** Characters of a `kid` header (CLI-5). */
export const KID_LENGTH_MAX = 256;
/** Characters of an assertion's `jti`. */
export const JTI_LENGTH_MAX = 256;
/** Keys in the key set of a client (REG-3). */
export const CLIENT_KEYS_MAX = 20;
/** Secrets of a client that may be valid at the same time, so that a rotation can overlap (CLI-3). */
export const CLIENT_SECRETS_MAX = 2;

/** Seconds a client assertion may live ahead of now (CLI-6). */
export const ASSERTION_LIFETIME_SECONDS_MAX = 300;
/** Seconds a time claim of another party may lie ahead of our clock (GEN-8). */
export const CLOCK_SKEW_SECONDS = 10;

/** Seconds an access token lives unless the client or the resource says otherwise. */
export const ACCESS_TOKEN_LIFETIME_SECONDS_DEFAULT = 600;
/** Seconds an access token may live at most; retired keys stay published at least as long. */
export const ACCESS_TOKEN_LIFETIME_SECONDS_MAX = 86_400;

/** Seconds a key lease is valid, counted from the moment its request was sent (decision 1). */
export const KEY_LEASE_SECONDS = 60;
/** Seconds a lessee stops before its lease ends, so that a slow clock cannot outlive it (decision 1). */
export const KEY_LEASE_MARGIN_SECONDS = 5;
/** Seconds the gateway and the verifiers go on with their last copy of the published keys. */
export const PUBLISHED_KEYS_AGE_SECONDS_MAX = 600;
/** Seconds a client may cache our JWKS; a new key is published at least as long before it signs (KEY-4). */
export const JWKS_CACHE_SECONDS = 300;

/** Milliseconds between two questions for changed client and resource metadata (decision 4). */
export const CLIENT_CHANGE_POLL_MS = 500;
/** Milliseconds without an answer after which cached metadata decides nothing any more (decision 4). */
export const CLIENT_METADATA_AGE_MS_MAX = 5_000;

/** Milliseconds the edge gives one request over all hops (NAT-5). */
export const REQUEST_BUDGET_MS = 8_000;
/** Milliseconds one hop may take unless its contract says less (NAT-5). */
export const HOP_DEADLINE_MS = 2_500;
/** Items of one frame on the bus (decision 12). */
export const FRAME_ITEMS_MAX = 32;
/** Bytes of one frame of several items on the bus (decision 12). */
export const FRAME_BYTES_MAX = 128 * 1024;
