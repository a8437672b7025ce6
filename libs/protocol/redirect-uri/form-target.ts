/**
 * The CSP source that stands for a redirect URI in `form-action` (CSP Level 3 §6.3.1): browsers apply it to the redirects a form
 * leads to, so a page whose form ends in the authorization response has to name it (UIX-5). Its origin; the scheme alone where
 * CSP has no host for it: private-use schemes, and IPv6 addresses, which its grammar lacks (§2.3.1).
 */
export function formTarget(redirectUri: string): string {
  const { protocol, hostname, origin } = new URL(redirectUri);
  return origin === 'null' || hostname.startsWith('[') ? protocol : origin;
}
