import type { Browser, InteractionReply, SessionCookie } from '@tessera/protocol/interaction';
import { OAuthError } from '@tessera/vocabulary';
import { type BegunSession, hashOf, newHandle, type PresentSession } from '../session/index.js';
import type { StoredInteraction } from './interaction-row.js';
import type { SqlInteractions } from './sql-interactions.js';

/** What a reply does to the cookies of the browser. */
export interface Cookies {
  readonly session: SessionCookie;
  readonly browser: string | null;
}

/** Nothing. */
export const KEEP: Cookies = { session: { change: 'keep' }, browser: null };

/** An interaction that the browser which asks may go on with. */
export interface OpenInteraction {
  readonly handle: string;
  readonly stored: StoredInteraction;
  readonly browser: Browser;
  readonly cookies: Cookies;
}

/** The kinds of interactions, each with what its pages do. */
export interface InteractionKind {
  show(open: OpenInteraction): Promise<InteractionReply>;
  submit(open: OpenInteraction, answer: SubmittedAnswer): Promise<InteractionReply>;
}

/** What came from a page. */
export interface SubmittedAnswer {
  readonly step: string;
  readonly input: [string, string][];
  readonly requestId: string;
}

/**
 * The interaction behind a handle, for the browser that began it (UIX-3).
 *
 * @param mayBind whether a browser that comes first may become that one: by looking at it, never by answering.
 * @throws {OAuthError} for a page that says how to go on: unknown, over, another browser's.
 */
export async function openInteraction(
  interactions: SqlInteractions,
  handle: string,
  browser: Browser,
  mayBind: boolean,
): Promise<OpenInteraction> {
  const stored = await interactions.read(handle, browser.session);
  if (stored === null) throw new OAuthError('interaction.unknown');
  const fresh = await boundTo(stored, browser, interactions, mayBind);
  if (!showsItsEnd(stored)) requireOpen(stored);
  return { handle, stored, browser, cookies: { ...KEEP, browser: fresh } };
}

/** Where nobody is sent away in the end, the browser that was there may see once more what became of it: an answer may get lost. */
function showsItsEnd({ purpose, outcome }: Pick<StoredInteraction, 'purpose' | 'outcome'>): boolean {
  return purpose === 'device' && (outcome === 'granted' || outcome === 'refused');
}

/** Whether an interaction is over, as a refusal. What it was about is told to nobody but the browser it belongs to. */
export function requireOpen({ outcome, expired, spent }: Pick<StoredInteraction, 'outcome' | 'expired' | 'spent'>): void {
  if (outcome === 'aborted') throw new OAuthError('interaction.aborted');
  if (outcome !== null) throw new OAuthError('interaction.ended');
  if (expired) throw new OAuthError('interaction.expired');
  // PAR-3: one authorization for one request_uri, whichever of its interactions comes first.
  if (spent) throw new OAuthError('interaction.request_uri_used');
}

/** Whether it may go on in this browser; the new value of its cookie, null when it has one. */
async function boundTo(
  { id, browserHash }: StoredInteraction,
  { browser }: Browser,
  interactions: SqlInteractions,
  mayBind: boolean,
): Promise<string | null> {
  if (browserHash !== null) {
    if (browser === null || !hashOf(browser).equals(browserHash)) throw new OAuthError('interaction.other_browser');
    return null;
  }
  const fresh = browser === null ? newHandle() : null;
  const bound = mayBind && (await interactions.bind(id, fresh ?? browser ?? ''));
  if (!bound) throw new OAuthError('interaction.other_browser');
  return fresh;
}

/** The cookies after somebody signed in: a new session handle (UIX-2). */
export function signedInCookies(before: Cookies, { handle, browser }: BegunSession, maxAgeSeconds: number): Cookies {
  return { session: { change: 'set', handle, maxAgeSeconds }, browser: browser ?? before.browser };
}

/** The interaction as it stands right after somebody signed in in it. */
export function withSession(open: OpenInteraction, begun: BegunSession, cookies: Cookies): OpenInteraction {
  const session: PresentSession = begun.session;
  const { accountId } = session.signedIn;
  const steps = { ...open.stored.steps, password: { accountId, detail: {}, doneAt: '' } };
  return { ...open, cookies, stored: { ...open.stored, session, remembered: begun.remembered, now: begun.now, steps } };
}
