import { ConfigurationError } from '@tessera/configuration';
import { ClientDirectory, createPool, loadStatements, measureDatabase, Queries, REQUIRED_MIGRATION, schemaApplied } from '@tessera/database';
import { KeyLease } from '@tessera/key-lease';
import { type ProcessContext, serveBus, type StartedProcess } from '@tessera/lifecycle';
import type { ApprovalWebhook } from '@tessera/protocol/backchannel-authentication';
import { BACKCHANNEL_REQUEST_LIFETIME_SECONDS_MAX, Outage, systemClock } from '@tessera/vocabulary';
import { connectRedis, redisCheck } from './client-notification/delivery-queue.js';
import { deviceCibaModule } from './device-ciba.module.js';
import type { DecoupledPolicy } from './foundation.js';
import { deviceCibaParts } from './parts.js';
import type { DEVICE_CIBA_SETTINGS } from './settings.js';
import { type VapidKey, vapidKey } from './web-push/index.js';

type Context = ProcessContext<typeof DEVICE_CIBA_SETTINGS>;

/** Opens what device-ciba stands on, in the order it is needed, and subscribes last: a queue group sends work at once. */
export async function startDeviceCiba(context: Context): Promise<StartedProcess> {
  const { configuration, logger, metrics, services, waitFor } = context;
  const pool = createPool({ url: configuration.DATABASE_URL, max: configuration.DATABASE_POOL_MAX, applicationName: 'tessera-device-ciba' });
  measureDatabase(pool, metrics, logger);
  await waitFor('schema', async () => {
    if (!(await schemaApplied(pool))) throw new Outage('schema', `waiting for migration ${REQUIRED_MIGRATION}`);
  });
  const queries = new Queries(pool, loadStatements('device-ciba', 'authorization'));
  const directory = await startDirectory(queries, context);
  const lease = await startLease(context);
  const redis = connectRedis(configuration.REDIS_URL, 'commanding', logger);
  const parts = deviceCibaParts({ queries, directory, services, lease, policy: policyOf(configuration), clock: systemClock, logger });
  const app = await serveBus(deviceCibaModule(parts), context);
  parts.upkeep.start();
  return {
    checks: [
      { name: 'postgresql', required: true, holds: async () => (await pool.query('SELECT 1')).rowCount === 1 },
      { name: 'client-metadata', required: true, holds: () => directory.fresh },
      { name: 'clock', required: true, holds: () => directory.clockAgrees },
      // Polls and decisions need no key; clients that authenticate with a MAC wait for theirs.
      { name: 'lease', required: false, holds: () => lease.valid },
      redisCheck(redis, false),
    ],
    stop: async () => {
      await app.close();
      parts.upkeep.stop();
      directory.stop();
      lease.stop();
      redis.disconnect();
      await pool.end();
    },
  };
}

function policyOf(configuration: Context['configuration']): DecoupledPolicy {
  return {
    issuer: configuration.TESSERA_ISSUER,
    deviceCodeLifetimeSeconds: configuration.DEVICE_CODE_LIFETIME_SECONDS,
    deviceCodesPerClient: configuration.DEVICE_CODES_PER_CLIENT,
    deviceCodesPerSource: configuration.DEVICE_CODES_PER_SOURCE,
    userCodeFailuresPerSource: configuration.USER_CODE_FAILURES_PER_SOURCE,
    backchannelLifetimeSeconds: configuration.BACKCHANNEL_REQUEST_LIFETIME_SECONDS,
    backchannelLifetimeSecondsMax: BACKCHANNEL_REQUEST_LIFETIME_SECONDS_MAX,
    backchannelRequestsPerClient: configuration.BACKCHANNEL_REQUESTS_PER_CLIENT,
    backchannelRequestsPerPerson: configuration.BACKCHANNEL_REQUESTS_PER_PERSON,
    approvalEmail: configuration.APPROVAL_EMAIL === 'on',
    approvalWebhook: webhookOf(configuration),
    webPush: webPushOf(configuration),
    approvalCompletionSecret: configuration.APPROVAL_COMPLETION_SECRET ?? null,
  };
}

/** An issuer without TLS, as in development, is no contact (RFC 8292 §2.1). */
const NO_CONTACT = 'mailto:nobody@localhost.invalid';

function webPushOf({ WEB_PUSH_KEY: key, WEB_PUSH_CONTACT: contact, TESSERA_ISSUER: issuer }: Context['configuration']): VapidKey | null {
  return key === undefined ? null : vapidKey(key, contact ?? (issuer.startsWith('https:') ? issuer : NO_CONTACT));
}

function webhookOf({ APPROVAL_WEBHOOK_URL: url, APPROVAL_WEBHOOK_SECRET: secret }: Context['configuration']): ApprovalWebhook | null {
  if (url === undefined && secret === undefined) return null;
  if (url === undefined || secret === undefined) throw new ConfigurationError('APPROVAL_WEBHOOK_URL and APPROVAL_WEBHOOK_SECRET go together: set both, or neither');
  return { url, secret };
}

async function startDirectory(queries: Queries, { logger, waitFor }: Context): Promise<ClientDirectory> {
  const directory = new ClientDirectory(queries, { clock: systemClock, logger });
  await waitFor('client-metadata', async () => {
    await directory.start();
    if (!directory.fresh) throw new Outage('client-metadata', 'no answer about changes yet');
  });
  return directory;
}

async function startLease({ configuration, logger, services, instance, seed, waitFor }: Context): Promise<KeyLease> {
  const keyManagementNkeys = configuration.KEY_MANAGEMENT_NKEY;
  const lease = new KeyLease({
    services, keyManagementNkeys, clock: systemClock, logger, service: 'device-ciba', instance, seed, purposes: ['client-secret', 'derivation'],
  });
  await waitFor('lease', () => lease.start());
  return lease;
}
