import { createHash } from 'node:crypto';

/**
 * What a browser knows a session by, for scripts to read: random like the handle it is made of, and of no use for getting in. It
 * changes with the handle, so with every sign-in and every logout.
 */
export function browserStateOf(sessionHandle: string): string {
  return createHash('sha256').update(`session-state\0${sessionHandle}`).digest('base64url');
}

/** What a `session_state` is made of. */
export interface SessionStateFacts {
  readonly clientId: string;
  /** The proven redirect URI; its origin is what counts. */
  readonly redirectUri: string;
  /** {@link browserStateOf} the session. */
  readonly browserState: string;
  /** Random, without a space and without a dot. */
  readonly salt: string;
}

/**
 * Session Management §3.2: `session_state`, without a space. Null for a redirect URI without an origin, as of a native application:
 * nothing there could load a frame.
 */
export function sessionState({ clientId, redirectUri, browserState, salt }: SessionStateFacts): string | null {
  const { origin } = new URL(redirectUri);
  if (origin === 'null') return null;
  const digest = createHash('sha256').update([clientId, origin, browserState, salt].join(' ')).digest('hex');
  return `${digest}.${salt}`;
}
