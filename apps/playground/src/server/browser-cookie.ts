/** The cookie that tells browsers apart. Over https it is bound to this host by its prefix (RFC 6265bis §4.1.3.2). */
export function cookieName(origin: string): string {
  return origin.startsWith('https:') ? '__Host-tessera-playground' : 'tessera-playground';
}

/** The value of a cookie of a request, or null. A cookie that comes twice is none: somebody planted one. */
export function readCookie(header: string | undefined, name: string): string | null {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim().split('='))
    .flatMap(([key, value]) => (key === name && value !== undefined ? [value] : []));
  return values.length === 1 ? (values[0] ?? null) : null;
}

/** Lax: the provider sends the browser back by a GET from another site, and then the cookie must come along. */
export function setCookie(origin: string, value: string): string {
  return `${cookieName(origin)}=${value}; Path=/; HttpOnly; SameSite=Lax${origin.startsWith('https:') ? '; Secure' : ''}`;
}
