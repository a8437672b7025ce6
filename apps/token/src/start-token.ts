import { ClientDirectory, createPool, loadStatements, measureDatabase, Queries, REQUIRED_MIGRATION, schemaApplied, SqlReplayLedger } from '@tessera/database';
import { KeyLease } from '@tessera/key-lease';
import { PublishedKeysMirror } from '@tessera/key-lease/published-keys';
import { type ProcessContext, serveBus, type StartedProcess } from '@tessera/lifecycle';
import { createLogger } from '@tessera/observability';
import { Outage, systemClock } from '@tessera/vocabulary';
import { CollectedLines, IssuanceAuditLog, IssuanceMetrics } from './issuing/index.js';
import { TokenMaintenance } from './maintenance/token-maintenance.js';
import type { TOKEN_SETTINGS } from './settings.js';
import { tokenModule } from './token.module.js';
import { tokenPorts } from './token-ports.js';

type Context = ProcessContext<typeof TOKEN_SETTINGS>;

/** Opens what token stands on, in the order it is needed, and subscribes last: a queue group sends work at once. */
export async function startToken(context: Context): Promise<StartedProcess> {
  const { configuration, logger, metrics, services, instance, waitFor } = context;
  const pool = createPool({ url: configuration.DATABASE_URL, max: configuration.DATABASE_POOL_MAX, applicationName: 'tessera-token' });
  measureDatabase(pool, metrics, logger);
  await waitFor('schema', async () => {
    if (!(await schemaApplied(pool))) throw new Outage('schema', `waiting for migration ${REQUIRED_MIGRATION}`);
  });
  const queries = new Queries(pool, loadStatements('token', 'authorization'));
  const ledger = new SqlReplayLedger(queries);
  const directory = await startDirectory(queries, context);
  const { lease, publishedKeys } = await startKeys(context);
  const audit = issuanceAuditLog(instance);
  const counts = new IssuanceMetrics(metrics);
  const maintenance = new TokenMaintenance(queries, ledger, logger);
  const ports = tokenPorts({
    issuer: configuration.TESSERA_ISSUER, passwordGrant: configuration.PASSWORD_GRANT === 'on', directory, lease, publishedKeys, ledger,
    queries, services, audit, counts, clock: systemClock, logger,
  });
  const app = await serveBus(tokenModule(ports), context);
  maintenance.start();
  return {
    checks: [
      { name: 'lease', required: true, holds: () => lease.valid },
      { name: 'client-metadata', required: true, holds: () => directory.fresh },
      { name: 'clock', required: true, holds: () => directory.clockAgrees },
      { name: 'published-keys', required: true, holds: () => publishedKeys.loaded },
      { name: 'postgresql', required: true, holds: async () => (await pool.query('SELECT 1')).rowCount === 1 },
    ],
    stop: async () => {
      await app.close();
      audit.flush();
      await maintenance.stop();
      directory.stop();
      lease.stop();
      publishedKeys.stop();
      await pool.end();
    },
  };
}

/** A record, not chatter: it is written at any LOG_LEVEL (decision 19), to where all lines go. */
function issuanceAuditLog(instance: string): IssuanceAuditLog {
  const lines = new CollectedLines(process.stdout);
  return new IssuanceAuditLog(createLogger({ process: 'token', instance, level: 'info', destination: lines }), () => lines.flush());
}

async function startDirectory(queries: Queries, { logger, waitFor }: Context): Promise<ClientDirectory> {
  const directory = new ClientDirectory(queries, { clock: systemClock, logger });
  await waitFor('client-metadata', async () => {
    await directory.start();
    if (!directory.fresh) throw new Outage('client-metadata', 'no answer about changes yet');
  });
  return directory;
}

async function startKeys({ configuration, logger, services, instance, seed, waitFor }: Context): Promise<{ lease: KeyLease; publishedKeys: PublishedKeysMirror }> {
  const trusted = { services, keyManagementNkeys: configuration.KEY_MANAGEMENT_NKEY, clock: systemClock, logger };
  const publishedKeys = new PublishedKeysMirror(trusted);
  const lease = new KeyLease({ ...trusted, service: 'token', instance, seed, purposes: ['sign', 'client-secret', 'derivation'] });
  publishedKeys.start();
  await waitFor('lease', () => lease.start());
  await waitFor('published-keys', async () => {
    if (!publishedKeys.loaded) throw new Outage('key-management', 'the published keys are not here yet');
  });
  return { lease, publishedKeys };
}
