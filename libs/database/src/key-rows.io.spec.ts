import { DATABASE_ROLES } from '../../testing/src/postgres.js';
import { useDatabase } from '../../testing/src/postgres-suite.js';

const [, , , KEY_MANAGEMENT] = DATABASE_ROLES;
const ROUNDS = 10;
const RACERS = 10;

const suite = useDatabase();

const INSERT = `
  INSERT INTO key (kid, purpose, algorithm, state, wrapped_data_key, sealed_private, key_encryption_key, active_at)
  VALUES ($1, $2, $3, $4, '\\x01', '\\x02', 'kek-1', now())`;
const key = (kid: string, state: string, algorithm = 'ES256', purpose = 'sign') => [kid, purpose, algorithm, state];

describe('C4 at most one active key per algorithm and use', () => {
  it('MUST refuse a second active key and a second successor, and no other second key', async () => {
    const pool = suite.pool(KEY_MANAGEMENT);
    await pool.query(INSERT, key('a', 'active'));
    await expect(pool.query(INSERT, key('b', 'active'))).rejects.toMatchObject({ code: '23505', constraint: 'key_one_active' });
    await pool.query(INSERT, key('c', 'published'));
    await expect(pool.query(INSERT, key('d', 'created'))).rejects.toMatchObject({ code: '23505', constraint: 'key_one_successor' });
    await pool.query(INSERT, key('d', 'created', 'ES256', 'derivation'));
    await pool.query(INSERT, key('e', 'active', 'RS256'));
    await pool.query(INSERT, key('f', 'active', 'ES256', 'derivation'));
    await expect(pool.query("UPDATE key SET state = 'active' WHERE kid = 'c'")).rejects.toMatchObject({ code: '23505' });
  });

  it('MUST let one of many concurrent rotations through', async () => {
    const pool = suite.pool(KEY_MANAGEMENT, RACERS);
    for (let round = 0; round < ROUNDS; round++) {
      const racing = Array.from({ length: RACERS }, (_, racer) => pool.query(INSERT, key(`${round}-${racer}`, 'active', `alg-${round}`)));
      const outcomes = await Promise.allSettled(racing);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }
  });
});

describe('KEY-4 and KEY-8 a removed key has no material', () => {
  it.each([
    ['keeps its private part', "UPDATE key SET state = 'removed', removed_at = now()"],
    ['keeps its data key', "UPDATE key SET state = 'removed', removed_at = now(), sealed_private = NULL"],
    ['has no time of removal', "UPDATE key SET state = 'removed', wrapped_data_key = NULL, sealed_private = NULL"],
    ['is revoked and in use', "UPDATE key SET revoked_at = now(), revocation = 'stolen'"],
    ['is revoked by nobody', "UPDATE key SET state = 'removed', removed_at = now(), revoked_at = now(), wrapped_data_key = NULL, sealed_private = NULL"],
  ])('MUST refuse one that %s', async (_title, statement) => {
    const pool = suite.pool(KEY_MANAGEMENT, 1);
    await pool.query(INSERT, key('material', 'published', 'PS256')).catch(() => {});
    await expect(pool.query(`${statement} WHERE kid = 'material'`)).rejects.toMatchObject({ code: '23514' });
  });

  it('takes one whose material is gone', async () => {
    const pool = suite.pool(KEY_MANAGEMENT, 1);
    await pool.query(INSERT, key('gone', 'published', 'EdDSA'));
    const { rowCount } = await pool.query(
      "UPDATE key SET state = 'removed', removed_at = now(), wrapped_data_key = NULL, sealed_private = NULL, revoked_at = now(), revocation = 'ada: stolen' WHERE kid = 'gone'",
    );
    expect(rowCount).toBe(1);
  });
});

describe('I12 the lease audit is bounded in time', () => {
  it('MUST let key-management remove what is older than 90 days, and nothing newer', async () => {
    await suite.owner.query(`
      INSERT INTO lease_audit (at, service, instance, nkey, purposes, kids, outcome)
      SELECT now() - make_interval(days => age), 'token', 'i', 'U', '{sign}', '{}', 'leased' FROM unnest(ARRAY[0, 89, 91, 400]) AS age`);
    const { rows } = await suite.pool(KEY_MANAGEMENT, 1).query('SELECT remove_old_lease_audit() AS removed');
    expect(rows).toEqual([{ removed: 2 }]);
  });
});
