import { createHash } from 'node:crypto';
import { AddInitialAccessToken, ChangeClientState, ListInitialAccessTokens, type RequestContract, RevokeInitialAccessToken } from '@tessera/contracts';
import { Outage } from '@tessera/vocabulary';
import { fakeServices, FakeSurroundings, sealingKeyPair } from '../testing.js';

const ID = '0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01';
const TOKEN = { id: ID, name: 'certification', uses: 1, usesMax: 3, createdAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-02T00:00:00.000Z', revokedAt: null };
const OLDER = { ...TOKEN, id: '1b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01', name: 'team', uses: 3, createdAt: '2025-01-01T00:00:00.000Z' };
const ENDED = { ...OLDER, id: '2b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01', uses: 0, createdAt: '2024-01-01T00:00:00.000Z', revokedAt: '2024-01-02T00:00:00.000Z' };

function operator(answers: { readonly add?: () => unknown; readonly revoke?: string; readonly state?: () => unknown } = {}) {
  const services = fakeServices(
    new Map<RequestContract, (request: unknown) => unknown>([
      [AddInitialAccessToken, () => answers.add?.() ?? { expiresAt: TOKEN.expiresAt }],
      [ListInitialAccessTokens, (asked) => ((asked as { after: string | null }).after === null ? { tokens: [ENDED, TOKEN], next: TOKEN.id } : { tokens: [OLDER], next: null })],
      [RevokeInitialAccessToken, () => ({ outcome: answers.revoke ?? 'revoked' })],
      [ChangeClientState, () => answers.state?.() ?? { outcome: 'changed' }],
    ]),
  );
  return { services, at: new FakeSurroundings({ services, sealingKey: async () => sealingKeyPair().sealing }) };
}

describe('REG-1 tessera registration-token create', () => {
  it('shows the token once, and sends its digest, for one client and a day unless said otherwise', async () => {
    const { at, services } = operator();
    expect(await at.run('registration-token', 'create', 'certification')).toBe(0);
    const token = (at.out.at(-1) ?? '').trim();
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(services.asked).toMatchObject([{ name: 'certification', usesMax: 1, lifetimeSeconds: 86_400, digest: createHash('sha256').update(token).digest('base64url') }]);
    expect(JSON.stringify(services.asked)).not.toContain(token);
  });

  it('takes uses and hours, and prints JSON', async () => {
    const { at, services } = operator();
    expect(await at.run('registration-token', 'create', 'team', '--uses', '3', '--hours', '2', '--json')).toBe(0);
    expect(JSON.parse(at.out[0] ?? '')).toMatchObject({ name: 'team', uses: 3, initial_access_token: expect.stringMatching(/^[\w-]{43}$/) });
    expect(services.asked).toMatchObject([{ usesMax: 3, lifetimeSeconds: 7_200 }]);
  });

  it.each([['--uses', '0'], ['--uses', '10001'], ['--uses', 'many'], ['--hours', '0'], ['--hours', '8785']])('refuses %s %s before anything is asked', async (option, value) => {
    const { at, services } = operator();
    expect(await at.run('registration-token', 'create', 'x', option, value)).toBe(2);
    expect(services.asked).toEqual([]);
  });

  it('asks again with the same id after an outage, and says how to end a token that may be there', async () => {
    let times = 0;
    const { at, services } = operator({
      add: () => {
        times += 1;
        throw new Outage('authorization', 'no answer');
      },
    });
    expect(await at.run('registration-token', 'create', 'x')).toBe(4);
    expect(times).toBe(3);
    expect(new Set(services.asked.map((one) => (one as { id: string }).id)).size).toBe(1);
    expect(at.err.join('\n')).toContain('tessera registration-token revoke');
  });
});

describe('REG-1 tessera registration-token list, revoke', () => {
  it('lists all pages, the newest first', async () => {
    const { at } = operator();
    expect(await at.run('registration-token', 'list')).toBe(0);
    expect(at.out.slice(1).map((row) => row.split(/\s{2,}/).slice(1))).toEqual([
      ['1/3', TOKEN.expiresAt, 'open', 'certification'],
      ['3/3', TOKEN.expiresAt, 'used up', 'team'],
      ['0/3', TOKEN.expiresAt, 'revoked', 'team'],
    ]);
  });

  it.each([
    ['revoked', 0, `${ID} is revoked`],
    ['unchanged', 0, `${ID} was revoked before`],
  ])('says what happened: %s', async (outcome, status, line) => {
    const { at } = operator({ revoke: outcome });
    expect(await at.run('registration-token', 'revoke', ID)).toBe(status);
    expect(at.out).toEqual([line]);
  });

  it.each([['unknown', ID], ['revoked', 'no id at all']])('knows none: %s, %s', async (outcome, id) => {
    expect(await operator({ revoke: outcome }).at.run('registration-token', 'revoke', id)).toBe(3);
  });
});

describe('REG-6 tessera client disable, enable, delete', () => {
  it.each([
    ['disable', 'disabled'],
    ['enable', 'enabled'],
    ['delete', 'deleted'],
  ])('%s', async (verb, state) => {
    const { at, services } = operator();
    expect(await at.run('client', verb, 'rc_2iv3d3YcSTm1vE7vTzrWlA')).toBe(0);
    expect(at.out).toEqual([`rc_2iv3d3YcSTm1vE7vTzrWlA is ${state}`]);
    expect(services.asked).toMatchObject([{ clientId: 'rc_2iv3d3YcSTm1vE7vTzrWlA', state }]);
  });

  it.each([['unknown_client', 3], ['managed_elsewhere', 2], ['unchanged', 0]])('%s ends with %d', async (outcome, status) => {
    expect(await operator({ state: () => ({ outcome }) }).at.run('client', 'disable', 'shop')).toBe(status);
  });

  it('a deletion whose answer was lost has happened', async () => {
    let times = 0;
    const { at } = operator({
      state: () => {
        times += 1;
        if (times === 1) throw new Outage('authorization', 'no answer');
        return { outcome: 'unknown_client' };
      },
    });
    expect(await at.run('client', 'delete', 'rc_2iv3d3YcSTm1vE7vTzrWlA')).toBe(0);
  });
});
