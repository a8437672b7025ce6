import { randomUUID } from 'node:crypto';
import type { QueryRunner } from '@tessera/database';
import type { StepName } from '@tessera/protocol/interaction';
import { type AccountId, INTERACTION_LIFETIME_SECONDS, SESSION_TOUCH_SECONDS } from '@tessera/vocabulary';
import { hashOf, newHandle } from '../session/index.js';
import { InteractionRow, type Purpose, type StoredInteraction } from './interaction-row.js';

/** What a new interaction is about. */
export interface NewInteraction {
  readonly purpose: Purpose;
  readonly clientId: string | null;
  readonly request: object;
  readonly pushedRequestHash: Buffer | null;
  readonly sessionId: string | null;
  /** The browser that began it; null until it is known (a cross-site POST comes without cookies). */
  readonly browser: string | null;
}

/** Interactions in PostgreSQL. Each arrow of their states is one conditional statement. */
export class SqlInteractions {
  constructor(private readonly queries: QueryRunner) {}

  /** The handle, which is told once. */
  async open({ purpose, clientId, request, pushedRequestHash, sessionId, browser }: NewInteraction): Promise<string> {
    const handle = newHandle();
    const browserHash = browser === null ? null : hashOf(browser);
    await this.queries.run('open-interaction', [
      randomUUID(), hashOf(handle), browserHash, purpose, clientId, JSON.stringify(request), pushedRequestHash, sessionId, INTERACTION_LIFETIME_SECONDS,
    ]);
    return handle;
  }

  /** Null when there is none, or none any more. */
  async read(handle: string, session: string | null): Promise<StoredInteraction | null> {
    const sessionHash = session === null ? null : hashOf(session);
    const [row] = await this.queries.run('read-interaction', [hashOf(handle), sessionHash, SESSION_TOUCH_SECONDS]);
    return row === undefined ? null : InteractionRow.parse(row);
  }

  /** UIX-3: whether this browser is the one that began it, from now on. */
  async bind(id: string, browser: string): Promise<boolean> {
    return (await this.queries.run('bind-interaction', [id, hashOf(browser)])).length > 0;
  }

  /** A step that proves nothing was done; false when the interaction is over. */
  async recordStep(id: string, step: StepName, accountId: AccountId, detail: object): Promise<boolean> {
    return (await this.queries.run('record-step', [id, step, accountId, JSON.stringify(detail)])).length > 0;
  }

  /** Ends it; false when it was over already, and then this answer does not count (I1). */
  async end(
    { id, pushedRequestHash }: Pick<StoredInteraction, 'id' | 'pushedRequestHash'>,
    outcome: 'granted' | 'refused',
    accountId: AccountId | null,
    detail: object = {},
  ): Promise<boolean> {
    const params = [id, outcome, pushedRequestHash, accountId, JSON.stringify(detail)];
    return (await this.queries.run('end-interaction', params)).length > 0;
  }
}
