import { randomUUID } from 'node:crypto';
import type { QueryRunner } from '@tessera/database';
import { type Browser, STEPS } from '@tessera/protocol/interaction';
import type { SessionLifetimes, SignedIn } from '@tessera/protocol/session';
import { type AccountId, SESSION_TOUCH_SECONDS } from '@tessera/vocabulary';
import { z } from 'zod';
import { hashOf, newHandle, newSid } from './handles.js';
import { type PresentSession, type SessionFacts, SessionFactsRow } from './session-row.js';

/** A person who just proved who they are, in an interaction. */
export interface ProvenPerson {
  readonly interactionId: string;
  readonly accountId: AccountId;
  /** Names the password that was right. */
  readonly passwordChangedAt: string;
  readonly clientId: string | null;
  /** When the password step of the interaction was done before; null when it was not. */
  readonly provedBefore: string | null;
  /** Whether the interaction goes on with other pages, and so has to end with the session (LOG-3). */
  readonly pagesFollow: boolean;
  readonly browser: Browser;
}

/** A session that began or was renewed, with the handle that is told once. */
export type BegunSession = SessionFacts & {
  readonly handle: string;
  /** A new browser cookie where somebody else was signed in before; else null. */
  readonly browser: string | null;
};

const BegunRow = SessionFactsRow.extend({ personChanged: z.boolean() });

/** Sessions in PostgreSQL. What has expired is judged by its clock, in the statement. */
export class SqlSessions {
  constructor(
    private readonly queries: QueryRunner,
    readonly lifetimes: SessionLifetimes,
  ) {}

  /** Who is signed in by this cookie; null when nobody is. With the consent they gave a client. */
  async find(handle: string, clientId: string | null): Promise<SessionFacts | null> {
    const [row] = await this.queries.run('find-session', [hashOf(handle), clientId, SESSION_TOUCH_SECONDS]);
    return row === undefined ? null : SessionFactsRow.parse(row);
  }

  /** Records that a session was used, at most once a minute. */
  async touch({ signedIn, touchDue }: PresentSession): Promise<void> {
    if (!touchDue) return;
    await this.queries.run('touch-session', [signedIn.sessionId, this.lifetimes.idleSeconds, SESSION_TOUCH_SECONDS]);
  }

  /**
   * UIX-2: a new handle for whoever proved who they are, and nothing in this browser that was open for somebody else. Null when the interaction ended meanwhile, when another answer to the
   * same page was first, or when the account was disabled or its password changed.
   *
   * @param queries those of a transaction, where more has to happen with it or not at all.
   */
  async signIn({ interactionId, accountId, passwordChangedAt, clientId, provedBefore, pagesFollow, browser }: ProvenPerson, queries = this.queries): Promise<BegunSession | null> {
    const [handle, fresh] = [newHandle(), newHandle()];
    const { acr, amr } = STEPS.password.yields;
    const present = browser.session === null ? null : hashOf(browser.session);
    const { idleSeconds, lifetimeSeconds } = this.lifetimes;
    const [row] = await queries.run('sign-in', [
      interactionId, accountId, provedBefore, present, randomUUID(), newSid(), hashOf(handle), acr, amr,
      browser.userAgent, browser.sourceAddress, idleSeconds, lifetimeSeconds, clientId, pagesFollow, passwordChangedAt, hashOf(fresh),
    ]);
    if (row === undefined) return null;
    const { personChanged, ...facts } = BegunRow.parse(row);
    return { ...facts, handle, browser: personChanged ? fresh : null };
  }

  /** Ends a session of this person, with its open interactions (LOG-3). False when it was over already. */
  async end(sessionId: string, accountId: AccountId, reason: 'logout' | 'ended-by-user'): Promise<boolean> {
    return (await this.queries.run('end-session', [sessionId, accountId, reason])).length > 0;
  }

  /**
   * Ends the session of a person who said so in an interaction, with all that is open in it (LOG-3). False when the interaction was
   * over: then this answer does not count.
   *
   * @param session null when nobody is signed in; then the interaction ends, and nothing else.
   */
  async endByAnswer(interactionId: string, session: SignedIn | null): Promise<boolean> {
    return (await this.queries.run('sign-out', [interactionId, session?.sessionId ?? null, session?.accountId ?? null, 'logout'])).length > 0;
  }

  /** Ends every session of this person but one. */
  async endOthers(sessionId: string, accountId: AccountId): Promise<void> {
    await this.queries.run('end-account-sessions', [accountId, sessionId, 'ended-by-user', 'user', accountId]);
  }
}
