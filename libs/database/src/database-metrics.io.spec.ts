import { Metrics, silentLogger } from '@tessera/observability';
import { DATABASE_ROLES } from '../../testing/src/postgres.js';
import { useDatabase } from '../../testing/src/postgres-suite.js';
import { measureDatabase } from './database-metrics.js';
import { REQUIRED_MIGRATION } from './required-migration.js';

const suite = useDatabase();

const samples = async (metrics: Metrics, prefix: string) => (await metrics.exposition()).split('\n').filter((line) => line.startsWith(prefix));

describe('Ours: the database as a process sees it', () => {
  it.each(DATABASE_ROLES)('%s tells which migration it needs and which it finds', async (role) => {
    const metrics = new Metrics('token');
    measureDatabase(suite.pool(role), metrics, silentLogger);
    const wanted = `tessera_schema_migration_info{required="${REQUIRED_MIGRATION}",applied="${REQUIRED_MIGRATION}",process="token"} 1`;
    let told: string[] = [];
    while (told[0] !== wanted) {
      told = await samples(metrics, 'tessera_schema_migration_info');
      expect(told).toHaveLength(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(told).toEqual([wanted]);
  });

  it('tells how many connections are used, and who waits for one', async () => {
    const pool = suite.pool(DATABASE_ROLES[1], 1);
    const held = await pool.connect();
    const metrics = new Metrics('token');
    measureDatabase(pool, metrics, silentLogger);
    const waiting = pool.connect();
    expect(await samples(metrics, 'tessera_db_pool')).toEqual([
      'tessera_db_pool_used{process="token"} 1',
      // The question about the migration waits as well.
      'tessera_db_pool_wait{process="token"} 2',
      'tessera_db_pool_size{process="token"} 1',
    ]);
    held.release();
    (await waiting).release();
  });
});
