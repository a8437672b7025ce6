import { normaliseUserCode, type UserCodeEntry, type UserCodeReply } from '@tessera/protocol/device-authorization';
import type { SqlInteractions } from '../interaction/index.js';
import { hashOf, newHandle, type SqlSessions } from '../session/index.js';
import type { DeviceRequests } from './device-requests.js';

/** RFC 8628 §3.3: a person entered a user code; the interaction that goes on with it is bound to their browser (UIX-3). */
export class UserCodeEntering {
  constructor(
    private readonly ports: { readonly devices: DeviceRequests; readonly sessions: SqlSessions; readonly interactions: SqlInteractions },
  ) {}

  /** @throws {Outage}. */
  async enter({ userCode, browser }: UserCodeEntry): Promise<UserCodeReply> {
    const { devices, sessions, interactions } = this.ports;
    const facts = browser.session === null ? null : await sessions.find(browser.session, null);
    const accountId = facts?.session.signedIn.accountId ?? null;
    const found = await devices.find({
      userCode: normaliseUserCode(userCode),
      browserHash: browser.browser === null ? null : hashOf(browser.browser).toString('base64url'),
      sourceAddress: browser.sourceAddress,
      accountId,
    });
    if (found.outcome === 'too_many') return { kind: 'again', problem: 'too_many', waitSeconds: found.waitSeconds };
    if (found.outcome === 'unknown') return { kind: 'again', problem: 'unknown', waitSeconds: null };
    const fresh = browser.browser === null ? newHandle() : null;
    const interaction = await interactions.open({
      purpose: 'device',
      clientId: found.device.clientId,
      request: { deviceAuthorization: found.device.id },
      pushedRequestHash: null,
      sessionId: facts?.session.signedIn.sessionId ?? null,
      browser: fresh ?? browser.browser,
    });
    return { kind: 'continue', interaction, browser: fresh };
  }
}
