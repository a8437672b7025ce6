import type { ShowSignedIn } from '@tessera/contracts';
import type { Browser } from '@tessera/protocol/interaction';
import type { z } from 'zod';
import type { SqlInteractions } from '../interaction/index.js';
import { newHandle, type SqlSessions } from '../session/index.js';

type SignedInReply = z.output<typeof ShowSignedIn.reply>;

/** Who is signed in in a browser, and the way to sign in where nobody is. */
export class SignedInDesk {
  constructor(private readonly ports: { readonly sessions: Pick<SqlSessions, 'find' | 'touch'>; readonly interactions: Pick<SqlInteractions, 'open'> }) {}

  /** @throws {Outage}. */
  async show({ browser, leadTo }: { readonly browser: Browser; readonly leadTo: 'approvals' }): Promise<SignedInReply> {
    const { sessions, interactions } = this.ports;
    const facts = browser.session === null ? null : await sessions.find(browser.session, null);
    if (facts !== null) {
      await sessions.touch(facts.session);
      const { signedIn, person } = facts.session;
      return { kind: 'signed-in', accountId: signedIn.accountId, person };
    }
    const fresh = browser.browser === null ? newHandle() : null;
    const interaction = await interactions.open({
      purpose: 'account',
      clientId: null,
      request: { leadTo },
      pushedRequestHash: null,
      sessionId: null,
      browser: fresh ?? browser.browser,
    });
    return { kind: 'continue', interaction, session: { change: 'keep' }, browser: fresh };
  }
}
