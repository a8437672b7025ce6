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
/** Seconds the clock of a process may be away from the database's; beyond them it is not ready, because it dates tokens. */
export const WALL_CLOCK_SKEW_SECONDS_MAX = 30;
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

/** Milliseconds a client has for its request headers (EDG-6). */
export const HEADERS_TIMEOUT_MS = 10_000;
/** Milliseconds a client has for its whole request (EDG-6). */
export const REQUEST_TIMEOUT_MS = 15_000;
/** Milliseconds an idle connection is kept for the next request (EDG-6). */
export const KEEP_ALIVE_TIMEOUT_MS = 5_000;
/** Connections of one gateway process, from everywhere: memory stays bounded (I12). */
export const CONNECTIONS_MAX = 10_000;
/** Connections of one source address to one gateway process; trusted proxies are exempt (EDG-6). */
export const CONNECTIONS_PER_SOURCE_MAX = 512;
/** Requests a gateway process has handed to their owners at the same time; above it 503 (REL-4). */
export const REQUESTS_IN_FLIGHT_MAX = 1_024;
/** Failed authentications as one client from one source per minute; above it 429 (CLI-10). */
export const CLIENT_FAILURES_PER_MINUTE_DEFAULT = 30;
/** Failed authentications from one source per minute, whatever the client; above it 429 (EDG-8). */
export const SOURCE_FAILURES_PER_MINUTE_DEFAULT = 300;
/**
 * Requests for pages from one source per minute, a fifth of them forms; above it 429 (EDG-8). A sign-in takes about five, so this is
 * some hundred people a minute behind one address.
 */
export const SOURCE_PAGES_PER_MINUTE_DEFAULT = 3_000;
/** Keys a process counts failures for at the same time; the oldest make room (I12). */
export const FAILURE_KEYS_MAX = 20_000;
/** Seconds a client may keep the metadata documents: long enough to spare us, short enough for a release to show. */
export const METADATA_CACHE_SECONDS = 300;
/** Seconds after which a client may ask again when something we need is away. */
export const RETRY_AFTER_SECONDS = 1;
/** Milliseconds of synchronous work on items of the bus after which a server lets the event loop turn (decision 12). */
export const SYNCHRONOUS_WORK_MS_MAX = 2;
/** Items a process works on at the same time; above it they are answered `overloaded` (decision 12, REL-4). */
export const INFLIGHT_ITEMS_MAX = 1_024;
/** Calls of a process that may wait for an answer at the same time, so that an outage of the bus cannot eat the memory. */
export const PENDING_CALLS_MAX = 10_000;
/** Milliseconds a service may take to finish what it has accepted before it stops (REL-5). */
export const DRAIN_MS_MAX = 25_000;

/** Characters of a client secret that is given to us; below it a fast hash would not do (CLI-3). Ours have 43. */
export const CLIENT_SECRET_LENGTH_MIN = 32;
/** Seconds a replaced client secret may stay valid beside its successor (CLI-3). */
export const CLIENT_SECRET_OVERLAP_SECONDS_MAX = 30 * 86_400;
/** Characters of the name of a client or a resource. */
export const NAME_LENGTH_MAX = 200;
/** Resources of one client, and clients that may introspect one resource. */
export const CLIENT_RESOURCES_MAX = 100;
/** Bytes of a declaration on the bus, whose messages are at most 1 MiB. */
export const DECLARATION_BYTES_MAX = 900 * 1024;
/** Clients, and resources, in one declaration. */
export const DECLARATION_ENTRIES_MAX = 2_000;
/** Clients on one page of a listing. */
export const CLIENT_PAGE_MAX = 200;

/** Seconds between two fetches of the key set of one client (OUT-5). */
export const KEY_SET_FETCH_INTERVAL_SECONDS = 60;
/** Seconds a fetch of a key set is taken to be under way while it has no result: longer than the guarded client lets it take usually. */
export const KEY_SET_FETCH_UNDER_WAY_SECONDS = 5;
/** Seconds after which fetched keys are asked for again at the earliest, whatever the cache headers say (OUT-5). */
export const KEY_SET_FRESH_SECONDS_MIN = 300;
/** Seconds after which fetched keys are asked for again when the cache headers do not say sooner. */
export const KEY_SET_FRESH_SECONDS_DEFAULT = 3_600;
/** Seconds fetched keys may be used without a good fetch (OUT-5). */
export const KEY_SET_AGE_SECONDS_MAX = 86_400;

/** Seconds an authorization code may wait for its redemption (COD-1). */
export const AUTHORIZATION_CODE_LIFETIME_SECONDS = 60;
/** Presentations of a code that do not match before it ends (COD-7). */
export const AUTHORIZATION_CODE_ATTEMPTS_MAX = 5;
/** Seconds a `request_uri` may wait to be brought to the authorization endpoint, by default and in bounds (PAR-3). */
export const PUSHED_REQUEST_LIFETIME_SECONDS_DEFAULT = 90;
/** The least a deployment may choose. */
export const PUSHED_REQUEST_LIFETIME_SECONDS_MIN = 5;
/** The most a deployment may choose. */
export const PUSHED_REQUEST_LIFETIME_SECONDS_MAX = 600;
/** Seconds a person may take from the first page of an interaction to its end. */
export const INTERACTION_LIFETIME_SECONDS = 3_600;
/** Seconds a session lives without being used. */
export const SESSION_IDLE_SECONDS_DEFAULT = 14 * 86_400;
/** Seconds a session lives however often it is used. */
export const SESSION_LIFETIME_SECONDS_DEFAULT = 30 * 86_400;
/** Seconds between two records of a session's use: its sliding end is that coarse, and a page view costs no write. */
export const SESSION_TOUCH_SECONDS = 60;
/** Seconds a remembered consent counts. */
export const CONSENT_LIFETIME_SECONDS_DEFAULT = 365 * 86_400;
/** Seconds an ID token may be relied upon (OIDC Core §2 `exp`). */
export const ID_TOKEN_LIFETIME_SECONDS = 600;
/** Seconds a refresh token lives without being used. */
export const REFRESH_TOKEN_IDLE_SECONDS_DEFAULT = 14 * 86_400;
/** Seconds a family of refresh tokens lives however often it is used; rotation never extends it (REF-6). */
export const REFRESH_TOKEN_LIFETIME_SECONDS_DEFAULT = 90 * 86_400;
/** Seconds in which the preceding generation still gets the same successor, at most and for public clients (REF-4). */
export const REFRESH_RETRY_WINDOW_SECONDS_MAX = 10;
/** Characters of `state`; the certification suite tries 1,000. */
export const STATE_LENGTH_MAX = 2_048;
/** Characters of `nonce`. */
export const NONCE_LENGTH_MAX = 1_024;
/** Characters of a redirect URI. */
export const REDIRECT_URI_LENGTH_MAX = 2_000;
/** Redirect URIs of one client, and as many for after logout. */
export const REDIRECT_URIS_MAX = 100;
/** Characters of a user name or another identifier a person signs in with. */
export const IDENTIFIER_LENGTH_MAX = 256;
/** Characters of a password that is looked at: longer ones are refused before they are hashed (CCR-5). */
export const PASSWORD_LENGTH_MAX = 256;
/** Characters of a new password (NIST SP 800-63B §3.1.1.2: at least 8). */
export const PASSWORD_LENGTH_MIN = 8;
/** Users on one page of a listing. */
export const USER_PAGE_MAX = 200;
/** Seconds a sealed human secret may be on its way (decision 8). */
export const SEALED_SECRET_LIFETIME_SECONDS = 60;
/** Characters of the `claims` parameter; it is stored with the request. */
export const CLAIMS_PARAMETER_LENGTH_MAX = 8_192;
/** Values in `acr_values`, and languages looked at in `ui_locales`. */
export const ACR_VALUES_MAX = 20;
/** Characters of one language tag (BCP 47 §4.4.1 names 35 as enough). */
export const LANGUAGE_TAG_LENGTH_MAX = 35;
/** Seconds a family of refresh tokens may live at most: five years. */
export const REFRESH_TOKEN_LIFETIME_SECONDS_MAX = 5 * 366 * 86_400;
/** Characters of a host name (RFC 1035 §2.3.4). */
export const HOST_LENGTH_MAX = 253;
/** Seconds between `nbf` and `exp` of a request object, and the age of its `nbf`, where a FAPI profile bounds them (FAPI 1 Advanced §5.2.2, PAR-6). */
export const REQUEST_OBJECT_LIFETIME_SECONDS_MAX = 3_600;
/** Characters of a registered `request_uri` (OIDC Core §6.2: "SHOULD NOT be longer than 512 ASCII characters"). */
export const REQUEST_URI_LENGTH_MAX = 512;
/** `request_uris` of one client. */
export const REQUEST_URIS_MAX = 100;
/** Seconds a fetched request object may be kept, whatever its host allows. */
export const REQUEST_URI_FRESH_SECONDS_MAX = 300;
/** Seconds a registered client that nobody ever signed in with stays (RFC 7591 §5: registrations pile up). */
export const UNUSED_REGISTRATION_SECONDS_DEFAULT = 7 * 86_400;
/** The least a deployment may choose. */
export const UNUSED_REGISTRATION_SECONDS_MIN = 3_600;
/** The most a deployment may choose. */
export const UNUSED_REGISTRATION_SECONDS_MAX = 366 * 86_400;
/** Registrations one initial access token may be good for (REG-1). */
export const INITIAL_ACCESS_TOKEN_USES_MAX = 10_000;
/** Seconds an initial access token may live (REG-1). */
export const INITIAL_ACCESS_TOKEN_SECONDS_MAX = 366 * 86_400;
/** Initial access tokens on one page of a listing. */
export const INITIAL_ACCESS_TOKEN_PAGE_MAX = 200;
/** Requests to register, or to change a registration, from one source per minute; above it 429 (EDG-8). */
export const SOURCE_REGISTRATIONS_PER_MINUTE_DEFAULT = 60;
/** How deep a JSON body may nest (EDG-3). */
export const JSON_DEPTH_MAX = 20;
/** Seconds a device code and its user code live (DEV-1): the default, and the most a deployment may choose. */
export const DEVICE_CODE_LIFETIME_SECONDS_DEFAULT = 600;
/** The least: somebody has to walk to a phone, sign in and read. */
export const DEVICE_CODE_LIFETIME_SECONDS_MIN = 60;
/** Seconds a client waits between two polls, until it is told to slow down (RFC 8628 §3.2 `interval`). */
export const POLL_INTERVAL_SECONDS_DEFAULT = 5;
/** Seconds every `slow_down` adds, for this poll and all that follow (RFC 8628 §3.5). */
export const POLL_WIDENING_SECONDS = 5;
/** Seconds a poll may come early: a timer and a network are no clock. */
export const POLL_LEEWAY_SECONDS = 0.5;
/** Characters of what a person types as a user code; a code with separators is far shorter. */
export const USER_CODE_INPUT_LENGTH_MAX = 64;
/** Codes of one client that wait for a person at the same time (DEV-7). */
export const DEVICE_CODES_PER_CLIENT_DEFAULT = 20_000;
/** Seconds a backchannel authentication request waits for the person, unless it asks for less (CIBA Core §7.1 `requested_expiry`). */
export const BACKCHANNEL_REQUEST_LIFETIME_SECONDS_DEFAULT = 300;
/** The most it may ask for (CIB-10). */
export const BACKCHANNEL_REQUEST_LIFETIME_SECONDS_MAX = 600;
/** Characters of a binding message: it has to be read and compared on a small screen (CIB-3). */
export const BINDING_MESSAGE_LENGTH_MAX = 64;
/** Characters of a `client_notification_token` (CIBA Core §7.1). */
export const CLIENT_NOTIFICATION_TOKEN_LENGTH_MAX = 1_024;
/** Characters of a person's user code for backchannel authentication: it is told to an agent, and guessing is counted. */
export const BACKCHANNEL_USER_CODE_LENGTH_MIN = 4;
/** Characters of a user code that is looked at. */
export const BACKCHANNEL_USER_CODE_LENGTH_MAX = 64;
/** Seconds a signed request may live from `nbf` to `exp` (FAPI-CIBA §5.2.2); its row remembers its `jti` for longer (CIB-11). */
export const SIGNED_REQUEST_LIFETIME_SECONDS_MAX = 3_600;
/** Requests that wait for one person at the same time, over all clients (CIB-4). */
export const OPEN_REQUESTS_PER_PERSON_MAX = 3;
/** Requests for one person in ten minutes, over all clients (CIB-4), by default. */
export const REQUESTS_PER_PERSON_DEFAULT = 10;
/** Requests of one client in ten minutes (CIB-4), by default. */
export const REQUESTS_PER_CLIENT_DEFAULT = 60_000;
/** Seconds in which requests are counted (CIB-4). */
export const REQUESTS_WINDOW_SECONDS = 600;
/** Milliseconds the gateway holds a poll of a client that asked for long polling (CIBA Core §10.1.1). */
export const LONG_POLL_MS_MAX = 25_000;
/** Polls one gateway process holds at the same time; above it a poll is answered at once (I12). */
export const LONG_POLLS_MAX = 2_000;
/** Codes of one source that wait for a person at the same time, whatever the client (DEV-7): a hotel full of televisions. */
export const DEVICE_CODES_PER_SOURCE_DEFAULT = 500;
/** Seconds in which wrong user codes are counted (DEV-2). */
export const USER_CODE_WINDOW_SECONDS = 600;
/** Wrong user codes of one browser in that time, and as many of one account (DEV-2). */
export const USER_CODE_FAILURES_MAX = 5;
/** Wrong user codes from one source address in that time (DEV-2). */
export const USER_CODE_FAILURES_PER_SOURCE_MAX = 20;
