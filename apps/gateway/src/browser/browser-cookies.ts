import type { Browser, SessionCookie } from '@tessera/protocol/interaction';
import { Handle, INTERACTION_LIFETIME_SECONDS, SESSION_LIFETIME_SECONDS_DEFAULT } from '@tessera/vocabulary';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SessionStates } from '../session-management/session-states.js';

/** Characters of a User-Agent that are handed on. */
const USER_AGENT_LENGTH_MAX = 256;
/** Characters of an interaction's handle in the name of its cookie: enough to tell those of one browser apart. */
const INTERACTION_NAME_LENGTH = 12;

/** The cookies of single interactions in a Cookie field: of one form, so that nothing else gets into an answer. */
const INTERACTION_COOKIE = /(?:^|; ?)((?:__Host-)?tessera-browser-[\w-]{12})=/g;

/** What a reply of an owner says about the cookies of the browser it is for. */
export interface CookieChanges {
  readonly session: SessionCookie;
  /** A new value for the cookie that binds interactions to the browser; null leaves it. */
  readonly browser: string | null;
}

/**
 * The two cookies a browser has of us (UIX-1): who is signed in, and which browser it is. Under https their names begin with
 * `__Host-`, so that no other host of the domain can set them (RFC 6265bis §4.1.3.2); a loopback http issuer has them without
 * the prefix and without Secure. Lax, because the authorization request is a navigation from another site.
 *
 * A browser that is new to us may begin several interactions before it has its cookie, in tabs that open together: each answer
 * gives it another value, and the last one stays. So the value also stands in a cookie of that one interaction, for as long as an
 * interaction lives, or every tab but one would be taken for another browser (UIX-3).
 */
export class BrowserCookies {
  private readonly sessionName: string;
  private readonly browserName: string;
  private readonly attributes: string;
  private readonly states: SessionStates;

  constructor(issuer: string) {
    const secure = issuer.startsWith('https:');
    const prefix = secure ? '__Host-' : '';
    this.sessionName = `${prefix}tessera-session`;
    this.browserName = `${prefix}tessera-browser`;
    this.states = new SessionStates(issuer);
    this.attributes = `Path=/; ${secure ? 'Secure; ' : ''}HttpOnly; SameSite=Lax`;
  }

  /**
   * The browser that makes a request. What is not one handle of ours is as if it had not been sent.
   *
   * @param interaction what the request is about, if it is about one.
   */
  present(request: FastifyRequest, interaction?: string): Browser {
    const { headers, source } = request.arrival;
    const own = interaction === undefined ? null : onlyHandle(headers.cookie, this.nameFor(interaction));
    return {
      session: onlyHandle(headers.cookie, this.sessionName),
      browser: own ?? onlyHandle(headers.cookie, this.browserName),
      sourceAddress: source,
      userAgent: headers.userAgent.slice(0, USER_AGENT_LENGTH_MAX),
    };
  }

  /**
   * Does with the cookies what the reply of an owner says (UIX-2, UIX-3).
   *
   * @param interaction the one that a new value is for.
   */
  change({ session, browser }: CookieChanges, reply: FastifyReply, interaction?: string): void {
    this.states.change(session, reply);
    if (session.change === 'set') this.set(this.sessionName, session.handle, session.maxAgeSeconds, reply);
    if (session.change === 'clear') this.set(this.sessionName, '', 0, reply);
    if (browser === null) return;
    this.bind(browser, reply);
    const own = interaction === undefined ? null : this.nameFor(interaction);
    if (own !== null) this.set(own, browser, INTERACTION_LIFETIME_SECONDS, reply);
    this.forgetInteractions(own, reply);
  }

  /** Gives the browser the value it is known by. It outlives a session, or the account page could not be used after a restart. */
  bind(handle: string, reply: FastifyReply): void {
    this.set(this.browserName, handle, SESSION_LIFETIME_SECONDS_DEFAULT, reply);
  }

  /**
   * LOG-3, I8: a browser that we knew becomes another to us, after a logout or when another person signs in, so that nothing goes on
   * that was open in it: by no name.
   */
  private forgetInteractions(but: string | null, reply: FastifyReply): void {
    const { cookie } = reply.request.arrival.headers;
    if (onlyHandle(cookie, this.browserName) === null) return;
    const named = cookie.flatMap((field) => [...field.matchAll(INTERACTION_COOKIE)].map(([, name = '']) => name));
    for (const name of new Set(named)) if (name !== but && name.startsWith(`${this.browserName}-`)) this.set(name, '', 0, reply);
  }

  private nameFor(interaction: string): string {
    return `${this.browserName}-${interaction.slice(0, INTERACTION_NAME_LENGTH)}`;
  }

  private set(name: string, value: string, maxAgeSeconds: number, reply: FastifyReply): void {
    reply.header('Set-Cookie', `${name}=${value}; Max-Age=${maxAgeSeconds}; ${this.attributes}`);
  }
}

/**
 * The value of a cookie (RFC 6265 §5.4) if it is a handle and there is one. Two of a name may come of a cookie that somebody else
 * planted; which of them is ours cannot be told, so neither is.
 */
function onlyHandle(fields: readonly string[], name: string): string | null {
  let found: string | null = null;
  for (const field of fields) {
    for (const pair of field.split(';')) {
      const equals = pair.indexOf('=');
      if (equals === -1 || pair.slice(0, equals).trim() !== name) continue;
      if (found !== null) return null;
      found = pair.slice(equals + 1).trim();
    }
  }
  return found !== null && Handle.safeParse(found).success ? found : null;
}
