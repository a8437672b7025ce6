import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openSealed } from '@tessera/jose';
import { EXAMPLE_KEYS } from '@tessera/protocol/client-key-set/testing';
import { InMemoryDeclaredState, storedClient } from '@tessera/protocol/declaration/testing';
import { Outage } from '@tessera/vocabulary';
import { applying, clientDeclaration, type FakeSurroundings, GOOD, USABLE } from '../testing.js';

const SECRET = 'Zk3y0bS0mP1Q9c7Jv5x2LwT8rN4uEiAo';
const digest = (secret: string) => createHash('sha256').update(secret).digest('base64url');

describe('Ours: tessera apply creates and changes what files declare (decision 17)', () => {
  it('prints the plan and shows the secret it made, once', async () => {
    const { at, state } = applying(openSealed, GOOD);
    expect(await at.run('apply', 'd.yaml')).toBe(0);
    expect(at.out.slice(0, 3)).toEqual([
      '+ resource https://api.example.com/orders',
      '+ client   shop',
      'Applied: 2 created, 0 updated, 0 deleted, 0 unchanged',
    ]);
    const secret = /^ {2}shop {2}([A-Za-z0-9_-]{43})$/.exec(at.out.at(-1) ?? '')?.[1] ?? '';
    expect(state.stored.clients[0]?.secrets).toEqual([{ form: 'digest', fingerprint: digest(secret) }]);
    expect(at).toMatchObject({ err: [], connections: 1, closed: 1 });
  });

  it('the second time changes nothing and shows no secret', async () => {
    const { at } = applying(openSealed, GOOD);
    await at.run('apply', 'd.yaml');
    at.out.length = 0;
    expect(await at.run('apply', 'd.yaml')).toBe(0);
    expect(at.out).toEqual(['Applied: 0 created, 0 updated, 0 deleted, 2 unchanged']);
  });

  it('MUST NOT send a secret in clear', async () => {
    const { at, authorization } = applying(openSealed, clientDeclaration(...USABLE, 'secret: { from_environment: SHOP_SECRET }'));
    at.environment = { SHOP_SECRET: SECRET };
    expect(await at.run('apply', 'd.yaml')).toBe(0);
    expect(JSON.stringify(authorization.services.asked)).not.toContain(SECRET);
    expect(JSON.stringify(authorization.services.asked)).toContain(digest(SECRET));
    expect(at.out.join('\n')).not.toContain(SECRET);
  });

  it('seals the secret of a client_secret_jwt client, together with its id', async () => {
    const { at, authorization } = applying(
      openSealed,
      clientDeclaration(...USABLE, 'token_endpoint_auth_method: client_secret_jwt', 'secret: { from_file: shop.secret }'),
    );
    at.file('shop.secret', `${SECRET}\n`);
    expect(await at.run('apply', 'd.yaml')).toBe(0);
    const { clients } = authorization.services.asked[0] as { clients: { secret: { sealed: string; digest: null } }[] };
    expect(clients[0]?.secret.digest).toBeNull();
    expect(openSealed(clients[0]?.secret.sealed ?? '', [authorization.opening])).toEqual({
      clientId: 'shop',
      secret: SECRET,
    });
  });

  it.each([
    ['HS256', 43],
    ['HS384', 64],
    ['HS512', 86],
  ])('RFC 7518 §3.2 makes a secret long enough for %s', async (algorithm, length) => {
    const { at } = applying(
      openSealed,
      clientDeclaration(
        ...USABLE,
        'token_endpoint_auth_method: client_secret_jwt',
        `token_endpoint_auth_signing_alg: ${algorithm}`,
      ),
    );
    expect(await at.run('apply', 'd.yaml')).toBe(0);
    expect(at.out.at(-1)).toMatch(new RegExp(`^ {2}shop {2}[A-Za-z0-9_-]{${length}}$`));
  });

  it('reads a key set from a file besides the declaration', async () => {
    const { at, state } = applying(openSealed, '');
    at.file(
      'sub/keyed.yaml',
      clientDeclaration(...USABLE, 'token_endpoint_auth_method: private_key_jwt', 'jwks: { from_file: keys.json }'),
    );
    at.file('sub/keys.json', JSON.stringify({ keys: [EXAMPLE_KEYS.p256] }));
    expect(await at.run('apply', 'sub/keyed.yaml')).toBe(0);
    expect(state.stored.clients[0]?.keySet).toEqual({ source: 'value', keys: [EXAMPLE_KEYS.p256] });
  });

  it('of a variable and a file the variable goes first, when it is set', async () => {
    const { at, state } = applying(
      openSealed,
      clientDeclaration(
        ...USABLE,
        'token_endpoint_auth_method: private_key_jwt',
        'jwks: { from_environment: KEYS, from_file: keys.json }',
      ),
    );
    at.file('keys.json', JSON.stringify({ keys: [EXAMPLE_KEYS.p256] }));
    await at.run('apply', 'd.yaml');
    expect(state.stored.clients[0]?.keySet?.keys).toEqual([EXAMPLE_KEYS.p256]);
    at.environment = { KEYS: JSON.stringify({ keys: [{ ...EXAMPLE_KEYS.p256, kid: 'other' }] }) };
    await at.run('apply', 'd.yaml');
    expect(state.stored.clients[0]?.keySet?.keys).toMatchObject([{ kid: 'other' }]);
  });

  it('takes several files as one declaration', async () => {
    const [resources = '', clients = ''] = GOOD.split(/(?=clients:)/);
    const { at } = applying(openSealed, resources);
    at.file('c.yaml', clients);
    expect(await at.run('apply', 'd.yaml', 'c.yaml')).toBe(0);
  });

  it('says what changes', async () => {
    const { at } = applying(openSealed, GOOD);
    await at.run('apply', 'd.yaml');
    at.out.length = 0;
    at.file('d.yaml', GOOD.replace('scope: orders.read\n', 'scope: orders.read orders.write\n    client_name: Shop\n'));
    expect(await at.run('apply', 'd.yaml')).toBe(0);
    expect(at.out).toEqual([
      '~ client   shop',
      '    client_name: shop -> Shop',
      '    scope: orders.read -> orders.read orders.write',
      'Applied: 0 created, 1 updated, 0 deleted, 1 unchanged',
    ]);
  });

  it('--dry-run plans, changes nothing and shows no secret', async () => {
    const { at, state } = applying(openSealed, GOOD);
    expect(await at.run('apply', '--dry-run', 'd.yaml')).toBe(0);
    expect(at.out.at(-1)).toBe('Plan: 2 to create, 0 to update, 0 to delete, 0 unchanged; nothing was changed');
    expect(state.writes).toBe(0);
  });

  it('--json prints one object with the secrets', async () => {
    const { at } = applying(openSealed, GOOD);
    expect(await at.run('apply', '--json', 'd.yaml')).toBe(0);
    expect(JSON.parse(at.out.join(''))).toMatchObject({
      outcome: 'applied',
      plan: [{ action: 'create' }, { action: 'create' }],
      secrets: { shop: { client_secret: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) } },
      problems: [],
    });
  });

  it('accepts the demo declaration', async () => {
    const demo = path.resolve(import.meta.dirname, '../../../../config/demo.yaml');
    const { at, state } = applying(openSealed, '');
    at.file(demo, readFileSync(demo, 'utf8'));
    at.environment = { DEMO_KEY_JWKS: JSON.stringify({ keys: [EXAMPLE_KEYS.p256] }), DEMO_TEAM_NKEYS: `U${'A'.repeat(55)}` };
    expect([await at.run('apply', demo), at.err]).toEqual([0, []]);
    expect(state.stored.clients.map((one) => one.record.clientId)).toEqual([
      'demo-service',
      'demo-post',
      'demo-jwt-secret',
      'demo-key',
      'demo-vault',
      'demo-resource-server',
      'demo-public',
      'demo-web',
      'demo-par',
      'demo-spa',
      'demo-third-party',
      'demo-device',
      'demo-password',
      'demo-call-centre',
      'demo-call-centre-number',
      'demo-ciba-signed',
    ]);
  });
});

describe('Ours: --secrets-out keeps secrets off the screen', () => {
  const secrets = (at: FakeSurroundings) => JSON.parse(at.written.get('s.json') ?? 'null');

  it('writes those that were made to the file and shows none', async () => {
    const { at } = applying(openSealed, GOOD);
    expect(await at.run('apply', 'd.yaml', '--secrets-out', 's.json')).toBe(0);
    expect(secrets(at)).toEqual({ shop: { client_secret: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) } });
    expect(at.out.join('\n')).not.toContain(secrets(at).shop.client_secret);
  });

  it('keeps the ones the file had', async () => {
    const { at } = applying(openSealed, GOOD);
    at.file('s.json', JSON.stringify({ old: { client_secret: 'x' } }));
    await at.run('apply', 'd.yaml', '--secrets-out', 's.json');
    expect(Object.keys(secrets(at))).toEqual(['old', 'shop']);
  });

  it('a file that cannot be written stops the command before anything is changed', async () => {
    const { at, state } = applying(openSealed, GOOD);
    at.unwritable = true;
    expect(await at.run('apply', 'd.yaml', '--secrets-out', 's.json')).toBe(2);
    expect(at.err).toEqual(['tessera: s.json cannot be written; name another file with --secrets-out']);
    expect([state.writes, at.connections]).toEqual([0, 0]);
  });

  it('a file with something else in it is not overwritten', async () => {
    const { at } = applying(openSealed, GOOD);
    at.file('s.json', '[1]');
    expect(await at.run('apply', 'd.yaml', '--secrets-out', 's.json')).toBe(2);
    expect(at.written.size).toBe(0);
  });

  it('secrets are shown after all when the file fails between the commit and the write', async () => {
    const { at, authorization } = applying(openSealed, GOOD);
    const { call } = authorization.services;
    authorization.services.call = (...request) => {
      at.unwritable = true;
      return call(...request);
    };
    expect(await at.run('apply', 'd.yaml', '--secrets-out', 's.json')).toBe(0);
    expect(at.err).toEqual(['tessera: the secrets could not be written after all and are shown instead']);
    expect(at.out.at(-1)).toMatch(/^ {2}shop {2}[A-Za-z0-9_-]{43}$/);
  });
});

describe('Ours: a declaration whose answer never came', () => {
  /** Authorization carries everything out, and its answer is lost the first `lost` times. */
  function losing(lost: number, meanwhile: (state: InMemoryDeclaredState) => void = () => {}) {
    const { at, authorization, state } = applying(openSealed, GOOD);
    const { call } = authorization.services;
    authorization.services.call = async (...request) => {
      const reply = await call(...request);
      if (authorization.services.asked.length > lost) return reply;
      meanwhile(state);
      throw new Outage('authorization', 'no answer in time');
    };
    return { at, state, asked: authorization.services.asked };
  }
  const inForce = (state: InMemoryDeclaredState) => state.stored.clients[0]?.secrets[0]?.fingerprint;
  const shown = (at: FakeSurroundings) => /^ {2}shop {2}(\S{43})$/.exec(at.out.at(-1) ?? '')?.[1] ?? '';

  it('is sent again, and shows the secret that is in force since the first time', async () => {
    const { at, state, asked } = losing(2);
    expect(await at.run('apply', 'd.yaml')).toBe(0);
    expect(new Set(asked.map((one) => JSON.stringify(one))).size).toBe(1);
    expect([asked.length, state.writes]).toEqual([3, 1]);
    expect(digest(shown(at))).toBe(inForce(state));
  });

  it('MUST hand out the secrets that may be in force when it stays unknown', async () => {
    const { at, state, asked } = losing(3);
    expect(await at.run('apply', 'd.yaml')).toBe(4);
    expect(asked).toHaveLength(3);
    expect(digest(shown(at))).toBe(inForce(state));
    expect(at.out[0]).toMatch(/MAY BE IN FORCE/);
    expect(at.err).toEqual([
      'tessera: authorization: no answer in time; it is not known whether anything was changed, and the same command again is safe',
    ]);
  });

  it('--secrets-out gets them, marked', async () => {
    const { at, state } = losing(3);
    expect(await at.run('apply', 'd.yaml', '--secrets-out', 's.json')).toBe(4);
    const { shop } = JSON.parse(at.written.get('s.json') ?? 'null');
    expect(Object.keys(shop)).toEqual(['may_be_in_force']);
    expect(digest(shop.may_be_in_force[0])).toBe(inForce(state));
  });

  it('hands them out as well when the second time is refused for what happened in between', async () => {
    const { at } = losing(1, (state) => {
      const [client] = state.stored.clients;
      if (client === undefined) throw new Error('nothing was stored');
      state.stored = { ...state.stored, clients: [{ ...client, managedBy: 'api' }] };
    });
    expect(await at.run('apply', 'd.yaml')).toBe(2);
    expect(at.out[0]).toMatch(/MAY BE IN FORCE/);
  });

  it('a dry run made nothing that could be in force', async () => {
    const { at } = losing(3);
    expect(await at.run('apply', 'd.yaml', '--dry-run')).toBe(4);
    expect(at.out).toEqual([]);
  });
});

describe('Ours: --prune deletes only what somebody agreed to', () => {
  const stored = () =>
    new InMemoryDeclaredState({ clients: [storedClient({ clientId: 'old', resources: [], scope: [] })], resources: [] });

  it('asks, and deletes on yes', async () => {
    const { at, state } = applying(openSealed, GOOD, stored());
    at.answer = 'y';
    expect(await at.run('apply', 'd.yaml', '--prune')).toBe(0);
    expect(at.out).toContain('- client   old');
    expect(state.stored.clients.map((one) => one.record.clientId)).toEqual(['shop']);
  });

  it.each(['n', '', 'yep'])('changes nothing on %j', async (answer) => {
    const { at, state } = applying(openSealed, GOOD, stored());
    at.answer = answer;
    expect(await at.run('apply', 'd.yaml', '--prune')).toBe(2);
    expect(state.writes).toBe(0);
  });

  it('without a terminal wants --yes', async () => {
    const { at, state } = applying(openSealed, GOOD, stored());
    expect(await at.run('apply', 'd.yaml', '--prune')).toBe(2);
    expect(at.err).toEqual(['tessera: 1 would be deleted; look at --dry-run, then repeat with --yes']);
    expect(await at.run('apply', 'd.yaml', '--prune', '--yes')).toBe(0);
    expect(state.stored.clients.map((one) => one.record.clientId)).toEqual(['shop']);
  });

  it('does not ask when nothing would be deleted', async () => {
    const { at } = applying(openSealed, GOOD);
    expect(await at.run('apply', 'd.yaml', '--prune')).toBe(0);
  });

  it('does nothing when the plan changed between the question and the answer', async () => {
    const state = stored();
    const { at } = applying(openSealed, GOOD, state);
    const terminal = {
      ...at.terminal,
      interactive: true,
      ask: async () => ((state.stored = { clients: [], resources: [], users: [], spentPasswords: [], teams: [] }), 'y'),
    };
    Object.defineProperty(at, 'terminal', { value: terminal });
    expect(await at.run('apply', 'd.yaml', '--prune')).toBe(1);
    expect(at.err).toEqual(['tessera: somebody else changed clients meanwhile; nothing was changed, run the command again']);
    expect(state.writes).toBe(0);
  });
});
