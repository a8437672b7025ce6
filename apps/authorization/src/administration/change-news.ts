import { ClientChanged } from '@tessera/contracts';
import type { QueryRunner } from '@tessera/database';
import type { ServiceClient } from '@tessera/messaging';
import type { Logger } from '@tessera/observability';
import { z } from 'zod';

const Counter = z.object({ number: z.number() });

/** Tells everybody who keeps copies of clients that there is something new. Call it after the commit. */
export class ChangeNews {
  constructor(
    private readonly queries: QueryRunner,
    private readonly services: Pick<ServiceClient, 'publish'>,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** Never fails: the change is committed, and its readers find it within half a second by themselves (decision 4). */
  async announce(): Promise<void> {
    try {
      const [row] = await this.queries.run('read-client-change-number', []);
      this.services.publish(ClientChanged, Counter.parse(row));
    } catch (error) {
      this.logger.warn('a change of clients was not announced', { error });
    }
  }
}
