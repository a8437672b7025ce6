import { readConfiguration } from '@tessera/configuration';
import { createPool, loadStatements, measureDatabase, Queries, REQUIRED_MIGRATION, schemaApplied } from '@tessera/database';
import { runProcess, serveBus } from '@tessera/lifecycle';
import { Outage, systemClock } from '@tessera/vocabulary';
import { KeyManagement } from './key-management.js';
import { keyManagementModule } from './key-management.module.js';
import { KeyUpkeep } from './key-upkeep.js';
import { KEY_MANAGEMENT_SETTINGS } from './settings.js';

/** Private keys are made, wrapped, leased and retired here. */
await runProcess({
  service: 'key-management',
  settings: KEY_MANAGEMENT_SETTINGS,
  start: async ({ configuration, logger, metrics, bus, services, instance, seed, waitFor }) => {
    const pool = createPool({ url: configuration.DATABASE_URL, max: configuration.DATABASE_POOL_MAX, applicationName: 'tessera-key-management' });
    measureDatabase(pool, metrics, logger);
    await waitFor('schema', async () => {
      if (!(await schemaApplied(pool))) throw new Outage('schema', `waiting for migration ${REQUIRED_MIGRATION}`);
    });
    const { KEY_ENCRYPTION_KEYRING } = KEY_MANAGEMENT_SETTINGS;
    const management = new KeyManagement({
      queries: new Queries(pool, loadStatements('key-management')),
      services,
      readKeyring: () => readConfiguration({ KEY_ENCRYPTION_KEYRING }).KEY_ENCRYPTION_KEYRING,
      policy: configuration.KEY_POLICY,
      serviceNkeys: configuration.SERVICE_NKEYS,
      seed,
      instance,
      logger,
    });
    if (configuration.KEY_POLICY.rehearsal) logger.warn('KEY_POLICY is a rehearsal: keys change faster than verifiers can follow');
    const upkeep = new KeyUpkeep(management, { clock: systemClock, logger, metrics });
    await waitFor('key-encryption', () => management.checkEncryption());
    await waitFor('keys', () => upkeep.start());
    const app = await serveBus(keyManagementModule(management), { bus, logger, metrics });
    return {
      checks: [
        { name: 'postgresql', required: true, holds: async () => (await pool.query('SELECT 1')).rowCount === 1 },
        { name: 'key-encryption', required: false, holds: () => upkeep.encryptionHolds },
      ],
      stop: async () => {
        upkeep.stop();
        await app.close();
        await pool.end();
      },
    };
  },
});
