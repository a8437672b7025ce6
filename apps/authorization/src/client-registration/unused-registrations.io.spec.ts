import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { registering } from './testing.js';

const db = useDatabase();
const { replica, rows, count, empty, registered } = registering(db);
beforeEach(async () => void (await empty()));

describe('RFC 7591 §5 registrations that nobody uses', () => {
  const upkeep = async () => {
    const { queries } = replica();
    await queries.run('mark-used-registrations', [100]);
    return await queries.run('remove-unused-registrations', [100, 3_600]);
  };
  const age = () => db.owner.query("UPDATE client_registration SET issued_at = now() - interval '61 minutes'");

  it('go after a while, with an audit row', async () => {
    const { id } = await registered();
    expect(await upkeep()).toEqual([]);
    await age();
    expect(await upkeep()).toEqual([{ id }]);
    expect(await rows("SELECT actor_name FROM authorization_audit_event WHERE action = 'client.deleted'")).toEqual([{ actor_name: 'unused-registrations' }]);
  });

  it('stay once somebody signed in, even when the grant is long gone', async () => {
    const { id } = await registered();
    await db.owner.query("INSERT INTO account (id, managed_by) VALUES ('usr_AAAAAAAAAAAAAAAAAAAAAA', 'api') ON CONFLICT DO NOTHING");
    await db.owner.query(
      `INSERT INTO authorization_grant (id, client_id, account_id, subject, offline, authority, auth_time, amr) VALUES (gen_random_uuid(), $1, 'usr_AAAAAAAAAAAAAAAAAAAAAA', 'x', true, '{}', now(), '{}')`,
      [id],
    );
    await age();
    expect(await upkeep()).toEqual([]);
    await db.owner.query('DELETE FROM authorization_grant');
    expect(await upkeep()).toEqual([]);
    expect(await count('client')).toBe(1);
  });

  it('stay when somebody took them out of use', async () => {
    await registered();
    await db.owner.query('UPDATE client SET enabled = false');
    await age();
    expect(await upkeep()).toEqual([]);
  });
});
