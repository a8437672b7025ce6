import type { Queries } from '@tessera/database';
import type { AccountId } from '@tessera/vocabulary';
import { z } from 'zod';

/** Sessions, and applications, shown at most. */
const SHOWN_MAX = 200;

const SessionRow = z.object({ id: z.string(), userAgent: z.string(), sourceAddress: z.string(), startedAt: z.number().int(), usedAt: z.number().int() });
const ApplicationRow = z.object({
  clientId: z.string(),
  access: z.boolean(),
  offline: z.boolean(),
  scopes: z.array(z.array(z.string())),
  since: z.number().int(),
  consentedAt: z.number().int().nullable(),
});
const EndedRow = z.object({ grants: z.number().int() });

/** What has access to an account, in PostgreSQL (UIX-9). */
export class SqlAccountAccess {
  constructor(private readonly queries: Pick<Queries, 'run' | 'transaction'>) {}

  /** Live ones, the last used first. */
  async sessions(accountId: AccountId): Promise<z.infer<typeof SessionRow>[]> {
    return z.array(SessionRow).parse(await this.queries.run('list-account-sessions', [accountId, SHOWN_MAX]));
  }

  /** Clients with a live grant or a remembered consent. */
  async applications(accountId: AccountId): Promise<z.infer<typeof ApplicationRow>[]> {
    return z.array(ApplicationRow).parse(await this.queries.run('list-account-applications', [accountId, SHOWN_MAX]));
  }

  /** Ends every grant of a client, and the remembered consent; false when there was neither. */
  async end(accountId: AccountId, clientId: string): Promise<boolean> {
    return await this.queries.transaction(async (queries) => {
      const withdrawn = (await queries.run('withdraw-consent', [accountId, clientId])).length > 0;
      const [row] = await queries.run('end-application-access', [accountId, clientId, withdrawn]);
      return withdrawn || EndedRow.parse(row).grants > 0;
    });
  }
}
