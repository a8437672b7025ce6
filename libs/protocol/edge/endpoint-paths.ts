/** Where each public endpoint lives below the issuer. The names are those of the metadata members (RFC 8414 §2). */
export const ENDPOINT_PATHS = {
  authorization: '/authorize',
  pushedAuthorizationRequest: '/par',
  deviceAuthorization: '/device_authorization',
  backchannelAuthentication: '/bc-authorize',
  token: '/token',
  introspection: '/introspect',
  revocation: '/revoke',
  userinfo: '/userinfo',
  endSession: '/end_session',
  jwks: '/jwks',
  registration: '/register',
  checkSession: '/check_session',
} as const;
/** A public endpoint other than the metadata documents. */
export type EndpointName = keyof typeof ENDPOINT_PATHS;

/** Where people enter a user code (RFC 8628 §3.3), below the issuer: short, because it is typed. */
export const DEVICE_VERIFICATION_PATH = '/device';

/** The two metadata documents and their well-known URI suffixes (RFC 8414 §7.3, OIDC Discovery §4). */
export const METADATA_SUFFIXES = {
  authorizationServer: '/.well-known/oauth-authorization-server',
  openidProvider: '/.well-known/openid-configuration',
} as const;
/** One of the metadata documents. */
export type MetadataDocumentName = keyof typeof METADATA_SUFFIXES;

/** The path component of an issuer: empty, or `/` and more without a trailing slash. */
export function issuerPath(issuer: string): string {
  const path = new URL(issuer).pathname;
  return path === '/' ? '' : path;
}

/** The published URL of an endpoint. The issuer has no trailing slash, so joining is concatenation. */
export function endpointUrl(issuer: string, endpoint: EndpointName): string {
  return `${issuer}${ENDPOINT_PATHS[endpoint]}`;
}

/**
 * The paths a metadata document is found at. RFC 8414 §3.1 inserts the well-known component before the path of the issuer,
 * OIDC Discovery §4.1 appends it; RFC 8414 §5 foresees both for either document. Without a path they are the same.
 */
export function metadataPaths(issuer: string, document: MetadataDocumentName): readonly string[] {
  const path = issuerPath(issuer);
  const suffix = METADATA_SUFFIXES[document];
  return path === '' ? [suffix] : [`${suffix}${path}`, `${path}${suffix}`];
}
