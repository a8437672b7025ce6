import { randomBytes } from 'node:crypto';
import type { Browser, SessionCookie } from '@tessera/protocol/interaction';
import { browserStateOf, sessionState } from '@tessera/protocol/session-management';
import { SESSION_LIFETIME_SECONDS_DEFAULT } from '@tessera/vocabulary';
import type { FastifyReply } from 'fastify';

/** 128 bits, and no character that has a meaning in the value. */
const SALT_OCTETS = 16;

/** The cookie that scripts read (UIX-5): what the browser knows its session by, and nothing else. */
export function sessionStateCookie(issuer: string): string {
  return issuer.startsWith('https:') ? '__Host-tessera-session-state' : 'tessera-session-state';
}

/** Whether an issuer can have session management at all: a frame of another site gets cookies only if they are Secure. */
export function hasSessionManagement(issuer: string): boolean {
  return issuer.startsWith('https:');
}

/**
 * `session_state` in responses, and the cookie it is compared with (Session Management §3.2, §3.3). The cookie follows the session
 * cookie: another value with each sign-in, none after a logout. It goes into frames of other sites, so it is `SameSite=None`.
 */
export class SessionStates {
  private readonly name: string;
  private readonly on: boolean;

  constructor(issuer: string) {
    this.name = sessionStateCookie(issuer);
    this.on = hasSessionManagement(issuer);
  }

  /** Does with the cookie what the reply of an owner says of the session. */
  change(session: SessionCookie, reply: FastifyReply): void {
    if (session.change === 'set') this.set(browserStateOf(session.handle), session.maxAgeSeconds, reply);
    if (session.change === 'clear') this.set('', 0, reply);
  }

  /** The parameter for a response to this client; none where it could not be checked. A browser that lost the cookie gets it again. */
  parameters(clientId: string | undefined, redirectUri: string, session: SessionCookie, browser: Browser, reply: FastifyReply): readonly [string, string][] {
    const handle = session.change === 'set' ? session.handle : browser.session;
    if (!this.on || clientId === undefined || handle === null || session.change === 'clear') return [];
    const browserState = browserStateOf(handle);
    const state = sessionState({ clientId, redirectUri, browserState, salt: randomBytes(SALT_OCTETS).toString('base64url') });
    if (state === null) return [];
    if (session.change === 'keep' && !this.holds(reply, browserState)) this.set(browserState, SESSION_LIFETIME_SECONDS_DEFAULT, reply);
    return [['session_state', state]];
  }

  private holds({ request }: FastifyReply, browserState: string): boolean {
    return request.arrival.headers.cookie.some((field) => field.split(';').some((pair) => pair.trim() === `${this.name}=${browserState}`));
  }

  private set(value: string, maxAgeSeconds: number, reply: FastifyReply): void {
    if (this.on) reply.header('Set-Cookie', `${this.name}=${value}; Max-Age=${maxAgeSeconds}; Path=/; Secure; SameSite=None`);
  }
}
