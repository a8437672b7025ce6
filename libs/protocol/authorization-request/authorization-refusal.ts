import type { OAuthError } from '@tessera/vocabulary';
import type { ResponseMode } from '../client/index.js';

/** Where the answer to a request goes, once client and redirect URI are proven. */
export interface ResponseTarget {
  readonly redirectUri: string;
  readonly responseMode: ResponseMode;
  /** `state`, exactly as it came; null when it did not come, or not in a form that could be sent back. */
  readonly state: string | null;
}

/**
 * A refusal that goes back to the client by the user's browser (RFC 6749 §4.1.2.1). Only what knows a proven redirect URI can
 * make one; every other refusal is a plain `OAuthError` and becomes a page (AUT-2).
 */
export class AuthorizationRefusal extends Error implements ResponseTarget {
  override readonly name = 'AuthorizationRefusal';
  readonly redirectUri: string;
  readonly responseMode: ResponseMode;
  readonly state: string | null;

  constructor(
    readonly refusal: OAuthError,
    { redirectUri, responseMode, state }: ResponseTarget,
  ) {
    super(refusal.message, { cause: refusal });
    this.redirectUri = redirectUri;
    this.responseMode = responseMode;
    this.state = state;
  }
}
