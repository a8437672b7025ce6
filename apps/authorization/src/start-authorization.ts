import { ClientDirectory, createPool, loadStatements, measureDatabase, type Queries, REQUIRED_MIGRATION, schemaApplied } from '@tessera/database';
import { prismaForAuthorization } from '@tessera/database/prisma';
import { KeyLease } from '@tessera/key-lease';
import { PublishedKeysMirror } from '@tessera/key-lease/published-keys';
import { type ProcessContext, serveBus, type StartedProcess } from '@tessera/lifecycle';
import { OutboundHttp, outboundPolicy } from '@tessera/outbound-http';
import { ResponseType } from '@tessera/protocol/client';
import { Outage, systemClock } from '@tessera/vocabulary';
import { authorizationModule } from './authorization.module.js';
import { authorizationParts, type SignInPolicy } from './authorization-parts.js';
import { announceDeliveries, AnnouncingQueries } from './delivery/index.js';
import type { AUTHORIZATION_SETTINGS } from './settings.js';

type Context = ProcessContext<typeof AUTHORIZATION_SETTINGS>;

/** Opens what authorization stands on, in the order it is needed, and subscribes last: a queue group sends work at once. */
export async function startAuthorization(context: Context): Promise<StartedProcess> {
  const { configuration, logger, metrics, services, waitFor } = context;
  const http = new OutboundHttp({ policy: outboundPolicy(configuration), extraCa: configuration.OUTBOUND_CA ?? null, logger });
  const pool = createPool({
    url: configuration.DATABASE_URL,
    max: configuration.DATABASE_POOL_MAX,
    applicationName: 'tessera-authorization',
  });
  measureDatabase(pool, metrics, logger);
  await waitFor('schema', async () => {
    if (!(await schemaApplied(pool))) throw new Outage('schema', `waiting for migration ${REQUIRED_MIGRATION}`);
  });
  const queries = new AnnouncingQueries(pool, loadStatements('authorization'), () => announceDeliveries(services, logger));
  const directory = await startDirectory(queries, context);
  const { lease, publishedKeys } = await startKeys(context);
  const parts = authorizationParts({
    queries,
    prisma: prismaForAuthorization(pool),
    directory,
    services,
    http,
    lease,
    publishedKeys,
    policy: policyOf(configuration),
    clock: systemClock,
    logger,
  });
  const app = await serveBus(authorizationModule(parts), context);
  parts.upkeep.start();
  return {
    checks: [
      { name: 'postgresql', required: true, holds: async () => (await pool.query('SELECT 1')).rowCount === 1 },
      { name: 'client-metadata', required: true, holds: () => directory.fresh },
      { name: 'clock', required: true, holds: () => directory.clockAgrees },
      // Clients are administered and people with a session answered without keys; passwords and sealed secrets wait for them.
      { name: 'lease', required: false, holds: () => lease.valid },
      { name: 'published-keys', required: false, holds: () => publishedKeys.loaded },
    ],
    stop: async () => {
      await app.close();
      parts.upkeep.stop();
      await parts.fetching.idle();
      directory.stop();
      lease.stop();
      publishedKeys.stop();
      await pool.end();
    },
  };
}

function policyOf(configuration: Context['configuration']): SignInPolicy {
  return {
    issuer: configuration.TESSERA_ISSUER,
    sessions: { idleSeconds: configuration.SESSION_IDLE_SECONDS, lifetimeSeconds: configuration.SESSION_LIFETIME_SECONDS },
    requirePushed: configuration.REQUIRE_PUSHED_AUTHORIZATION_REQUESTS,
    fetchRequestUris: configuration.REQUEST_URI,
    authenticatorTrusted: configuration.APPROVAL_COMPLETION,
    pushedRequestLifetimeSeconds: configuration.PUSHED_REQUEST_LIFETIME_SECONDS,
    registration: {
      mode: configuration.CLIENT_REGISTRATION,
      responseTypes: configuration.REGISTERED_CLIENT_RESPONSE_TYPES === 'all' ? ResponseType.options : ['code'],
      requireProofKey: configuration.REGISTERED_CLIENT_PKCE,
      unusedSeconds: configuration.UNUSED_REGISTRATION_SECONDS,
    },
    pepper: configuration.PASSWORD_PEPPER,
  };
}

async function startDirectory(queries: Queries, { logger, waitFor }: Context): Promise<ClientDirectory> {
  const directory = new ClientDirectory(queries, { clock: systemClock, logger });
  await waitFor('client-metadata', async () => {
    await directory.start();
    if (!directory.fresh) throw new Outage('client-metadata', 'no answer about changes yet');
  });
  return directory;
}

async function startKeys({
  configuration,
  logger,
  services,
  instance,
  seed,
  waitFor,
}: Context): Promise<{ lease: KeyLease; publishedKeys: PublishedKeysMirror }> {
  const trusted = { services, keyManagementNkeys: configuration.KEY_MANAGEMENT_NKEY, clock: systemClock, logger };
  const publishedKeys = new PublishedKeysMirror(trusted);
  const lease = new KeyLease({ ...trusted, service: 'authorization', instance, seed, purposes: ['sign', 'client-secret', 'password-transport', 'pairwise'] });
  publishedKeys.start();
  await waitFor('lease', () => lease.start());
  return { lease, publishedKeys };
}
