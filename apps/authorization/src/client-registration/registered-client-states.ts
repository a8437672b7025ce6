import type { ChangeClientState } from '@tessera/contracts';
import type { QueryRunner } from '@tessera/database';
import { z } from 'zod';

const StateRow = z.object({ managedBy: z.string(), changed: z.boolean() });

/** Takes clients that registered themselves out of use, or away. */
export class RegisteredClientStates {
  constructor(
    private readonly queries: QueryRunner,
    private readonly news: { announce(): Promise<void> },
  ) {}

  async change({ actor, clientId, state }: z.output<typeof ChangeClientState.request>): Promise<z.input<typeof ChangeClientState.reply>> {
    const [row] = await this.queries.run('change-registered-client-state', [clientId, state, actor.kind, actor.name]);
    if (row === undefined) return { outcome: 'unknown_client' };
    const { managedBy, changed } = StateRow.parse(row);
    if (managedBy !== 'registration') return { outcome: 'managed_elsewhere' };
    if (changed) await this.news.announce();
    return { outcome: changed ? 'changed' : 'unchanged' };
  }
}
