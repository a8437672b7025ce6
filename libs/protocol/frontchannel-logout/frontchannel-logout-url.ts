/** Frames of one page: beyond them the page would be a burden, and the rest is told through the back channel. */
export const FRONTCHANNEL_LOGOUT_FRAMES_MAX = 20;

/**
 * Front-Channel Logout §2, §3: the registered address, as it is, with `iss` and `sid` appended to the query it may have. Both always
 * come: they are what keeps a client from being signed out by anybody who knows its address.
 */
export function frontchannelLogoutUrl(registered: string, { issuer, sid }: { readonly issuer: string; readonly sid: string }): string {
  const parameters = new URLSearchParams({ iss: issuer, sid }).toString();
  return `${registered}${registered.includes('?') ? '&' : '?'}${parameters}`;
}
