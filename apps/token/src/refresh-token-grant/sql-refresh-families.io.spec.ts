import { createPool, loadStatements, Queries } from '@tessera/database';
import { type FamiliesUnderTest, REFRESH_FAMILIES_LAWS } from '@tessera/protocol/refresh-token-grant/testing';
import { Outage } from '@tessera/vocabulary';
import { useSignIn, WEB } from '../testing-sign-in-suite.js';
import { signIn } from '../testing-user-grants.js';
import { SqlRefreshFamilies } from './sql-refresh-families.js';

const { suite } = useSignIn();

/** A process that has just started, and a person who signs in. */
function open(): Promise<FamiliesUnderTest> {
  const queries = new Queries(suite.pool('tessera_token', 3), loadStatements('token'));
  return Promise.resolve({
    families: new SqlRefreshFamilies(queries),
    grant: async ({ scope, resources }) => ({ ...(await signIn(suite.owner, WEB, { scope, resources })).grant, nonce: null }),
    elapse: async ({ grantId }, seconds) => {
      await suite.owner.query(
        `UPDATE refresh_family
            SET rotated_at = rotated_at - make_interval(secs => $2), idle_expires_at = idle_expires_at - make_interval(secs => $2),
                expires_at = expires_at - make_interval(secs => $2)
          WHERE grant_id = $1`,
        [grantId, seconds],
      );
    },
    end: async ({ sid }) => {
      await suite.owner.query("UPDATE session SET ended_at = now(), end_reason = 'logout' WHERE sid = $1", [sid]);
    },
  });
}

describe('families of refresh tokens in PostgreSQL', () => {
  it.each(REFRESH_FAMILIES_LAWS.map((law) => [law.title, law] as const))('%s', async (_title, law) => {
    await expect(law.check(open)).resolves.toBeUndefined();
  });

  it('Ours: those that begin in one turn are one statement, each with its audit event (I9)', async () => {
    const asked: string[] = [];
    const queries = new Queries(suite.pool('tessera_token', 3), loadStatements('token'));
    const families = new SqlRefreshFamilies({ run: (name, params) => (asked.push(name), queries.run(name, params)) });
    const grants = await Promise.all(Array.from({ length: 20 }, async () => (await signIn(suite.owner, WEB)).grant));
    await Promise.all(grants.map((grant, index) => families.begin({ tokenHash: Buffer.alloc(32, index), grant, idleSeconds: 60, lifetimeSeconds: 60 })));
    expect(asked).toEqual(['insert-refresh-families']);
    const { rowCount } = await suite.owner.query(
      "SELECT FROM token_audit_event a JOIN refresh_family f ON f.id::text = a.subject WHERE a.action = 'refresh-family.begun' AND f.grant_id = ANY ($1)",
      [grants.map(({ grantId }) => grantId)],
    );
    expect(rowCount).toBe(20);
  });

  it('fail closed when the database is away (I7)', async () => {
    const away = new URL(suite.database.urlOf('tessera_token'));
    away.port = '1';
    const pool = createPool({ url: away.toString(), max: 1, applicationName: 'away' });
    const families = new SqlRefreshFamilies(new Queries(pool, loadStatements('token')));
    const use = { tokenHash: Buffer.alloc(32), clientId: WEB, confirmation: null, scope: [], resources: [], idleSeconds: 60 };
    const uses = [families.rotate(use, { tokenHash: Buffer.alloc(32, 1), derivationKid: 'mac-1' }), families.extend(use), families.explain(use, 0)];
    for (const one of await Promise.allSettled(uses)) expect(one).toMatchObject({ status: 'rejected', reason: expect.any(Outage) });
    await pool.end();
  });
});
