import type { QueryRunner } from '@tessera/database';
import { sealTo } from '@tessera/jose/seal';
import type { Logger } from '@tessera/observability';
import type { KeyPurpose, SealingKey } from '@tessera/protocol/key-lease';
import { ClientId } from '@tessera/vocabulary';
import { z } from 'zod';
import type { LeasedSecretSeals } from './leased-secret-seals.js';

const Row = z.object({ id: z.uuid(), clientId: ClientId, sealed: z.string() });
type Row = z.infer<typeof Row>;

const ROWS_MAX = 50;
/** Batches of one run; what is left is for the next. */
const BATCHES_MAX = 40;

/** What became of a run. */
export interface Resealed {
  readonly moved: number;
  /** Secrets that no key on loan opens any more: their clients need new ones. */
  readonly lost: number;
}

/**
 * Moves sealed secrets to the present `client-secret` key, so that the old one can be removed. Each row by one conditional
 * statement: replicas that do it together do it once, and a secret that is replaced meanwhile is left alone.
 */
export class SecretResealing {
  constructor(
    private readonly queries: QueryRunner,
    private readonly seals: Pick<LeasedSecretSeals, 'payload'>,
    private readonly published: { sealingKey(purpose: KeyPurpose): SealingKey },
    private readonly logger: Pick<Logger, 'warn' | 'info'>,
  ) {}

  /** One run over all rows. @throws {Outage} when the database, the lease or the published keys are away. */
  async run(): Promise<Resealed> {
    const key = this.published.sealingKey('client-secret');
    const lost: string[] = [];
    let moved = 0;
    for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
      const rows = z.array(Row).parse(await this.queries.run('list-secrets-to-reseal', [key.kid, ROWS_MAX, lost]));
      for (const row of rows) {
        const outcome = await this.reseal(row, key);
        if (outcome === 'lost') lost.push(row.id);
        else if (outcome === 'moved') moved += 1;
      }
      if (rows.length < ROWS_MAX) break;
    }
    if (moved > 0) this.logger.info('client secrets were sealed to the present key', { count: moved, kid: key.kid });
    return { moved, lost: lost.length };
  }

  private async reseal({ id, clientId, sealed }: Row, key: SealingKey): Promise<'moved' | 'lost' | 'replaced'> {
    const payload = await this.seals.payload(sealed);
    if (payload === null || payload.clientId !== clientId) {
      this.logger.warn('a stored secret of a client cannot be opened; it has to be rotated', { clientId });
      return 'lost';
    }
    const updated = await this.queries.run('reseal-client-secret', [id, sealed, sealTo(key, payload), key.kid]);
    return updated.length === 1 ? 'moved' : 'replaced';
  }
}
