import type { AccountChange, AccountPageReply, AccountPageRequest, AccountView } from '@tessera/protocol/account';
import type { Browser, SessionCookie } from '@tessera/protocol/interaction';
import type { PasswordChange, UserCodeCheck } from '../accounts/index.js';
import type { RegisteredClients } from '../grant/index.js';
import { clientView, type SqlInteractions } from '../interaction/index.js';
import { newHandle, type PresentSession, type SqlSessions } from '../session/index.js';
import type { SqlAccountAccess } from './sql-account-access.js';

/** What the account page stands on. */
export interface AccountPagePorts {
  readonly directory: RegisteredClients;
  readonly sessions: SqlSessions;
  readonly interactions: SqlInteractions;
  readonly access: SqlAccountAccess;
  readonly passwords: Pick<PasswordChange, 'change'>;
  readonly userCodes: Pick<UserCodeCheck, 'set' | 'remove' | 'has'>;
}

type Problem = Extract<AccountPageReply, { kind: 'account' }>['problem'];

const KEEP: SessionCookie = { change: 'keep' };

/** What a person sees of their account and may end there (UIX-9). Nothing is found by the form but within their own account. */
export class AccountPageDesk {
  constructor(private readonly ports: AccountPagePorts) {}

  /** @throws {OAuthError} when a sealed password is not for this request. @throws {Outage}. */
  async answer({ browser, change, requestId }: AccountPageRequest): Promise<AccountPageReply> {
    const facts = browser.session === null ? null : await this.ports.sessions.find(browser.session, null);
    if (facts === null) return await this.signIn(browser, KEEP);
    const { session } = facts;
    await this.ports.sessions.touch(session);
    const problem = change === null ? null : await this.change(session, change, browser, requestId);
    // Who ended the session of this very browser is signed out, and may sign in again.
    if (change?.change === 'end-session' && change.session === session.signedIn.sessionId) return await this.signIn(browser, { change: 'clear' });
    const done = change === null || problem !== null ? null : change.change;
    return { kind: 'account', view: await this.view(session), done, problem, session: KEEP };
  }

  private async change({ signedIn }: PresentSession, change: AccountChange, { sourceAddress }: Browser, requestId: string): Promise<Problem> {
    const { sessions, access, passwords, userCodes } = this.ports;
    const { accountId, sessionId } = signedIn;
    switch (change.change) {
      case 'end-session':
        return UUID.test(change.session) && (await sessions.end(change.session, accountId, 'ended-by-user')) ? null : 'gone';
      case 'end-other-sessions':
        await sessions.endOthers(sessionId, accountId);
        return null;
      case 'end-access':
        return (await access.end(accountId, change.clientId)) ? null : 'gone';
      case 'set-user-code':
        return (await userCodes.set(accountId, change.sealedUserCode, requestId)) ? null : 'user-code-length';
      case 'remove-user-code':
        return (await userCodes.remove(accountId)) ? null : 'gone';
      case 'change-password': {
        const { sealedCurrent, sealedNew, endOffline } = change;
        const outcome = await passwords.change({ accountId, sealedCurrent, sealedNew, requestId, sourceAddress, keepSession: sessionId, endOffline });
        return outcome === 'changed' ? null : outcome;
      }
    }
  }

  private async view({ signedIn, person, claims }: PresentSession): Promise<AccountView> {
    const { access, userCodes } = this.ports;
    const { accountId } = signedIn;
    const [sessions, applications, userCode] = await Promise.all([access.sessions(accountId), access.applications(accountId), userCodes.has(accountId)]);
    return {
      person,
      email: claims.email ?? null,
      userCode,
      sessions: sessions.map((one) => ({ ...one, current: one.id === signedIn.sessionId })),
      applications: await Promise.all(
        applications.map(async ({ clientId, scopes, ...one }) => {
          const client = await this.ports.directory.client(clientId);
          const nameless = { clientId, name: clientId, clientUri: null, logoUri: null, policyUri: null, tosUri: null };
          return { ...one, client: client === null ? nameless : clientView(client), scope: [...new Set(scopes.flat())] };
        }),
      ),
    };
  }

  private async signIn(browser: Browser, session: SessionCookie): Promise<AccountPageReply> {
    const fresh = browser.browser === null ? newHandle() : null;
    const interaction = await this.ports.interactions.open({
      purpose: 'account',
      clientId: null,
      request: {},
      pushedRequestHash: null,
      sessionId: null,
      browser: fresh ?? browser.browser,
    });
    return { kind: 'continue', interaction, session, browser: fresh };
  }
}

/** Anything else is no session's id, and the database would not take it for one. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
