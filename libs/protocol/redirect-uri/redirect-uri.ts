/** RFC 8252 §7.3: the loopback redirect of a native client, port apart. `localhost` is a name and may resolve elsewhere (§8.3). */
const LOOPBACK = /^(?<host>http:\/\/(?:127\.0\.0\.1|\[::1\]))(?::(?<port>\d{1,5}))?(?<rest>(?:[/?][\x21-\x7E]*)?)$/;
const PORT_MAX = 65_535;

/**
 * AUT-1, RFC 9700 §4.1.3: whether a value is one of the registered ones, character by character. The one exception: a native
 * client that listens on a loopback address learns its port when it starts, so that the port alone may differ (RFC 8252 §7.3).
 */
export function isRegisteredRedirectUri(
  value: string,
  { redirectUris, applicationType }: { readonly redirectUris: readonly string[]; readonly applicationType: 'web' | 'native' },
): boolean {
  if (redirectUris.includes(value)) return true;
  if (applicationType !== 'native') return false;
  const presented = loopback(value);
  if (presented === null) return false;
  return redirectUris.some((one) => {
    const registered = loopback(one);
    return registered !== null && registered.host === presented.host && registered.rest === presented.rest;
  });
}

function loopback(value: string): { readonly host: string; readonly rest: string } | null {
  const { host, port = '', rest = '' } = LOOPBACK.exec(value)?.groups ?? {};
  return host === undefined || Number(port) > PORT_MAX ? null : { host, rest };
}
