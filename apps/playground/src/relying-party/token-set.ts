import type { ServerMetadata } from 'openid-client';

/** The tokens of one sign-in (or of one service), as the app keeps them. */
export interface TokenSet {
  readonly id: string;
  readonly flowId: string;
  readonly clientId: string;
  /** Whether the client authenticates: a public client cannot ask about tokens (RFC 7662 §2.1). */
  readonly confidential: boolean;
  /** The person; null for a service. */
  readonly subject: string | null;
  readonly displayName: string | null;
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly idToken: string | null;
  /** Whether a session at the provider stands behind it, which a logout can end. */
  readonly session: boolean;
  /** The provider's metadata as this sign-in read them. */
  readonly metadata: ServerMetadata;
  /** Why they are no longer of use; null as far as the app knows that they are. */
  readonly ended: string | null;
}
