import { randomUUID } from 'node:crypto';
import { newHandle } from '../session/index.js';
import { ACTOR, digestOf } from '../testing.js';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { CALLBACK, edge, reasonOf, registering } from './testing.js';

const db = useDatabase();
const { replica, rows, count, empty, initialToken, registered } = registering(db);
beforeEach(async () => void (await empty()));

const SECTOR = 'https://sector.example/uris.json';

describe('REG-1 initial access tokens', () => {
  const register = (token: string | null) => replica().registration.registrations.register(edge(token), { redirect_uris: [CALLBACK] });

  it.each<[string, () => Promise<string | null>]>([
    ['no token', async () => null],
    ['an unknown token', async () => newHandle()],
    ['a token that expired', async () => {
      const { token, id } = await initialToken();
      await db.owner.query("UPDATE initial_access_token SET expires_at = now() - interval '1 second' WHERE id = $1", [id]);
      return token;
    }],
    ['a token that was revoked', async () => {
      const { token, id } = await initialToken();
      expect(await replica().registration.tokens.revoke({ actor: ACTOR, id })).toEqual({ outcome: 'revoked' });
      expect(await replica().registration.tokens.revoke({ actor: ACTOR, id })).toEqual({ outcome: 'unchanged' });
      return token;
    }],
    ['a token that is used up', async () => {
      const { token } = await initialToken(1);
      await register(token);
      await db.owner.query('DELETE FROM client');
      return token;
    }],
    ['a registration access token', async () => {
      const { access } = await registered();
      await db.owner.query('DELETE FROM client');
      return access;
    }],
  ])('MUST NOT open a registration: %s', async (_case, token) => {
    const presented = await token();
    expect(await reasonOf(register(presented))).toBe('client_registration.token');
    expect(await count('client')).toBe(0);
  });

  it('are not spent by metadata that is refused, and get nothing fetched for strangers', async () => {
    const { token } = await initialToken(1);
    const service = replica();
    const { registrations } = service.registration;
    expect(await reasonOf(registrations.register(edge(token), { redirect_uris: ['x'] }))).toBe('client_registration.redirect_uris');
    expect(await reasonOf(registrations.register(edge(newHandle()), { redirect_uris: [CALLBACK], sector_identifier_uri: SECTOR }))).toBe('client_registration.token');
    expect(service.hosts.asked).toEqual([]);
    expect((await register(token)).status).toBe(201);
  });

  it('of ten registrations with a token for three, three succeed (I1)', async () => {
    const { token } = await initialToken(3);
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => register(token)));
    expect(answers.filter((one) => one.status === 'fulfilled')).toHaveLength(3);
    expect([await count('client'), (await rows('SELECT uses FROM initial_access_token'))[0]?.['uses']]).toEqual([3, 3]);
  });

  it('are listed without themselves, in pages', async () => {
    const tokens = [await initialToken(), await initialToken(), await initialToken()];
    const { registration } = replica();
    const first = await registration.tokens.list({ after: null, limit: 2 });
    const second = await registration.tokens.list({ after: first.next, limit: 2 });
    expect([...first.tokens, ...second.tokens].map((one) => one.id).sort()).toEqual(tokens.map((one) => one.id).sort());
    expect(second.next).toBeNull();
    expect(JSON.stringify(first)).not.toContain(tokens[0]?.token);
  });

  it('asked for twice by one message are one token', async () => {
    const request = { actor: ACTOR, id: randomUUID(), name: 'x', digest: digestOf('x'), usesMax: 1, lifetimeSeconds: 60 };
    const { tokens } = replica().registration;
    expect(await tokens.add(request)).toEqual(await tokens.add(request));
    expect(await count('initial_access_token')).toBe(1);
  });
});
