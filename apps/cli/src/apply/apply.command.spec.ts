import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openSealed } from '@tessera/jose';
import { Incident } from '@tessera/messaging';
import { EXAMPLE_KEYS } from '@tessera/protocol/client-key-set/testing';
import { InMemoryDeclaredState, storedClient } from '@tessera/protocol/declaration/testing';
import { DECLARATION_BYTES_MAX, Outage } from '@tessera/vocabulary';
import { fakeAuthorization, FakeSurroundings } from '../testing.js';

const GOOD = `resources:
  - identifier: https://api.example.com/orders
    scope: orders.read orders.write
clients:
  - client_id: shop
    grant_types: [client_credentials]
    scope: orders.read
    resources: [https://api.example.com/orders]
`;

const SECRET = 'Zk3y0bS0mP1Q9c7Jv5x2LwT8rN4uEiAo';
const digest = (secret: string) => createHash('sha256').update(secret).digest('base64url');

function applying(text: string, state?: InMemoryDeclaredState) {
  const authorization = fakeAuthorization(openSealed, state);
  const at = new FakeSurroundings({ services: authorization.services, sealingKey: async () => authorization.sealing }).file(
    'd.yaml',
    text,
  );
  return { at, authorization, state: authorization.state };
}

/** The client of GOOD with other lines. */
const client = (...lines: string[]) =>
  `${GOOD.slice(0, GOOD.indexOf('clients:'))}clients:\n  - client_id: shop\n${lines.map((line) => `    ${line}\n`).join('')}`;
const USABLE = ['grant_types: [client_credentials]', 'scope: orders.read', 'resources: [https://api.example.com/orders]'];

describe('Ours: tessera apply creates and changes what files declare (architecture decision 17)', () => {
  it('prints the plan and shows the secret it made, once', async () => {
    const { at, state } = applying(GOOD);
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
    const { at } = applying(GOOD);
    await at.run('apply', 'd.yaml');
    at.out.length = 0;
    expect(await at.run('apply', 'd.yaml')).toBe(0);
    expect(at.out).toEqual(['Applied: 0 created, 0 updated, 0 deleted, 2 unchanged']);
  });

  it('MUST NOT send a secret in clear', async () => {
    const { at, authorization } = applying(client(...USABLE, 'secret: { from_environment: SHOP_SECRET }'));
    at.environment = { SHOP_SECRET: SECRET };
    expect(await at.run('apply', 'd.yaml')).toBe(0);
    expect(JSON.stringify(authorization.services.asked)).not.toContain(SECRET);
    expect(JSON.stringify(authorization.services.asked)).toContain(digest(SECRET));
    expect(at.out.join('\n')).not.toContain(SECRET);
  });

  it('seals the secret of a client_secret_jwt client, together with its id', async () => {
    const { at, authorization } = applying(
      client(...USABLE, 'token_endpoint_auth_method: client_secret_jwt', 'secret: { from_file: shop.secret }'),
    );
    at.file('shop.secret', `${SECRET}\n`);
    expect(await at.run('apply', 'd.yaml')).toBe(0);
    const { clients } = authorization.services.asked[0] as { clients: { secret: { sealed: string; digest: null } }[] };
    expect(clients[0]?.secret.digest).toBeNull();
    expect(await openSealed(clients[0]?.secret.sealed ?? '', [authorization.opening])).toEqual({
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
      client(...USABLE, 'token_endpoint_auth_method: client_secret_jwt', `token_endpoint_auth_signing_alg: ${algorithm}`),
    );
    expect(await at.run('apply', 'd.yaml')).toBe(0);
    expect(at.out.at(-1)).toMatch(new RegExp(`^ {2}shop {2}[A-Za-z0-9_-]{${length}}$`));
  });

  it('reads a key set from a file besides the declaration', async () => {
    const { at, state } = applying('');
    at.file('sub/keyed.yaml', client(...USABLE, 'token_endpoint_auth_method: private_key_jwt', 'jwks: { from_file: keys.json }'));
    at.file('sub/keys.json', JSON.stringify({ keys: [EXAMPLE_KEYS.p256] }));
    expect(await at.run('apply', 'sub/keyed.yaml')).toBe(0);
    expect(state.stored.clients[0]?.keySet).toEqual({ source: 'value', keys: [EXAMPLE_KEYS.p256] });
  });

  it('of a variable and a file the variable goes first, when it is set', async () => {
    const { at, state } = applying(
      client(...USABLE, 'token_endpoint_auth_method: private_key_jwt', 'jwks: { from_environment: KEYS, from_file: keys.json }'),
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
    const { at } = applying(resources);
    at.file('c.yaml', clients);
    expect(await at.run('apply', 'd.yaml', 'c.yaml')).toBe(0);
  });

  it('says what changes', async () => {
    const { at } = applying(GOOD);
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
    const { at, state } = applying(GOOD);
    expect(await at.run('apply', '--dry-run', 'd.yaml')).toBe(0);
    expect(at.out.at(-1)).toBe('Plan: 2 to create, 0 to update, 0 to delete, 0 unchanged; nothing was changed');
    expect(state.writes).toBe(0);
  });

  it('--json prints one object with the secrets', async () => {
    const { at } = applying(GOOD);
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
    const { at, state } = applying('');
    at.file(demo, readFileSync(demo, 'utf8'));
    at.environment = { DEMO_KEY_JWKS: JSON.stringify({ keys: [EXAMPLE_KEYS.p256] }) };
    expect([await at.run('apply', demo), at.err]).toEqual([0, []]);
    expect(state.stored.clients.map((one) => one.record.clientId)).toEqual([
      'demo-service',
      'demo-post',
      'demo-jwt-secret',
      'demo-key',
      'demo-vault',
      'demo-resource-server',
      'demo-public',
    ]);
  });
});

describe('Ours: --secrets-out keeps secrets off the screen', () => {
  const secrets = (at: FakeSurroundings) => JSON.parse(at.written.get('s.json') ?? 'null');

  it('writes those that were made to the file and shows none', async () => {
    const { at } = applying(GOOD);
    expect(await at.run('apply', 'd.yaml', '--secrets-out', 's.json')).toBe(0);
    expect(secrets(at)).toEqual({ shop: { client_secret: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) } });
    expect(at.out.join('\n')).not.toContain(secrets(at).shop.client_secret);
  });

  it('keeps the ones the file had', async () => {
    const { at } = applying(GOOD);
    at.file('s.json', JSON.stringify({ old: { client_secret: 'x' } }));
    await at.run('apply', 'd.yaml', '--secrets-out', 's.json');
    expect(Object.keys(secrets(at))).toEqual(['old', 'shop']);
  });

  it('a file that cannot be written stops the command before anything is changed', async () => {
    const { at, state } = applying(GOOD);
    at.unwritable = true;
    expect(await at.run('apply', 'd.yaml', '--secrets-out', 's.json')).toBe(2);
    expect(at.err).toEqual(['tessera: s.json cannot be written; name another file with --secrets-out']);
    expect([state.writes, at.connections]).toEqual([0, 0]);
  });

  it('a file with something else in it is not overwritten', async () => {
    const { at } = applying(GOOD);
    at.file('s.json', '[1]');
    expect(await at.run('apply', 'd.yaml', '--secrets-out', 's.json')).toBe(2);
    expect(at.written.size).toBe(0);
  });

  it('secrets are shown after all when the file fails between the commit and the write', async () => {
    const { at, authorization } = applying(GOOD);
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

describe('Ours: --prune deletes only what somebody agreed to', () => {
  const stored = () =>
    new InMemoryDeclaredState({ clients: [storedClient({ clientId: 'old', resources: [], scope: [] })], resources: [] });

  it('asks, and deletes on yes', async () => {
    const { at, state } = applying(GOOD, stored());
    at.answer = 'y';
    expect(await at.run('apply', 'd.yaml', '--prune')).toBe(0);
    expect(at.out).toContain('- client   old');
    expect(state.stored.clients.map((one) => one.record.clientId)).toEqual(['shop']);
  });

  it.each(['n', '', 'yep'])('changes nothing on %j', async (answer) => {
    const { at, state } = applying(GOOD, stored());
    at.answer = answer;
    expect(await at.run('apply', 'd.yaml', '--prune')).toBe(2);
    expect(state.writes).toBe(0);
  });

  it('without a terminal wants --yes', async () => {
    const { at, state } = applying(GOOD, stored());
    expect(await at.run('apply', 'd.yaml', '--prune')).toBe(2);
    expect(at.err).toEqual(['tessera: 1 would be deleted; look at --dry-run, then repeat with --yes']);
    expect(await at.run('apply', 'd.yaml', '--prune', '--yes')).toBe(0);
    expect(state.stored.clients.map((one) => one.record.clientId)).toEqual(['shop']);
  });

  it('does not ask when nothing would be deleted', async () => {
    const { at } = applying(GOOD);
    expect(await at.run('apply', 'd.yaml', '--prune')).toBe(0);
  });

  it('does nothing when the plan changed between the question and the answer', async () => {
    const state = stored();
    const { at } = applying(GOOD, state);
    const terminal = {
      ...at.terminal,
      interactive: true,
      ask: async () => ((state.stored = { clients: [], resources: [] }), 'y'),
    };
    Object.defineProperty(at, 'terminal', { value: terminal });
    expect(await at.run('apply', 'd.yaml', '--prune')).toBe(1);
    expect(at.err).toEqual(['tessera: somebody else changed clients meanwhile; nothing was changed, run the command again']);
    expect(state.writes).toBe(0);
  });
});

describe('Ours: a problem is told with its file, line and column, and what to write instead', () => {
  it.each([
    ['broken YAML', 'clients: [\n', /^d\.yaml:\d+:\d+ {2}.+ {2}\(correct the YAML\)$/],
    ['a tab for indentation', 'clients:\n\t- client_id: a\n', /^d\.yaml:2:1 {2}/],
    ['a key written twice', 'clients: []\nclients: []\n', 'd.yaml:2:1  Map keys must be unique  (correct the YAML)'],
    ['two documents', 'clients: []\n---\nclients: []\n', /^d\.yaml:2:1 {2}Source contains multiple documents/],
    ['a list at the top', '- clients\n', 'd.yaml:1:1  this is no declaration  (write the lists "resources:" and "clients:")'],
    ['an unknown list', 'client:\n  - client_id: a\n', 'd.yaml:1:1  client  unknown key "client"  (did you mean clients?)'],
    ['something unlike any list', 'users: []\n', 'd.yaml:1:1  users  unknown key "users"  (one of resources, clients)'],
    [
      'clients that are no list',
      'clients:\n  client_id: a\n',
      'd.yaml:2:3  clients  is no list  (write a list: each of the clients begins with "- ")',
    ],
    [
      'an entry that is text',
      'clients:\n  - shop\n',
      'd.yaml:2:5  clients[0]  is no mapping  (write its members as "key: value" lines)',
    ],
    [
      'a misspelt key',
      client('grant_type: [client_credentials]'),
      'd.yaml:6:5  clients[0].grant_type  unknown key "grant_type"  (did you mean grant_types?)',
    ],
    ['a key that only every object has', client('constructor: a'), /^d\.yaml:6:5 {2}clients\[0\]\.constructor {2}unknown key/],
    [
      'a number for text',
      client('client_name: 42'),
      'd.yaml:6:18  clients[0].client_name  is a number  (write text; put it in quotes if it looks like a number)',
    ],
    [
      'an empty value',
      client('jwks_uri:'),
      'd.yaml:6:14  clients[0].jwks_uri  is empty  (write text; put it in quotes if it looks like a number)',
    ],
    ['text for true or false', client('enabled: "yes"'), 'd.yaml:6:14  clients[0].enabled  is text  (write true or false)'],
    [
      'text for a list',
      client('grant_types: client_credentials'),
      'd.yaml:6:18  clients[0].grant_types  is text  (write a list, for example [one, two])',
    ],
    [
      'a list of numbers',
      client('resources: [1]'),
      'd.yaml:6:16  clients[0].resources  is a list of other things than texts  (write a list, for example [one, two])',
    ],
    [
      'a list for scope',
      client('scope: [orders.read]'),
      'd.yaml:6:12  clients[0].scope  is a list  (write one text with spaces between the scopes (RFC 7591 §2), for example "orders.read orders.write")',
    ],
    [
      'a fraction of a second',
      client('access_token_lifetime_seconds: 1.5'),
      'd.yaml:6:36  clients[0].access_token_lifetime_seconds  is a number  (write a whole number)',
    ],
    [
      'a secret in the file',
      client(`secret: ${SECRET}`),
      'd.yaml:6:13  clients[0].secret  is text  (write from_environment with the name of a variable, or from_file with a path; leave it out to have one made)',
    ],
    [
      'a secret source nobody knows',
      client('secret: { from_vault: a }'),
      'd.yaml:6:13  clients[0].secret  is no secret source  (write from_environment with the name of a variable, or from_file with a path; leave it out to have one made)',
    ],
    [
      'a variable that is not set',
      client('secret: { from_environment: NOPE }'),
      'd.yaml:6:33  clients[0].secret.from_environment  the variable NOPE is not set  (set it, or leave the secret out to have one made)',
    ],
    [
      'a key set without keys',
      client('jwks: { kid: a }'),
      /^d\.yaml:6:11 {2}clients\[0\]\.jwks {2}is no key set {2}\(write a key set/,
    ],
  ])('%s', async (_case, text, line) => {
    const { at, state } = applying(text);
    expect(await at.run('apply', 'd.yaml')).toBe(2);
    if (typeof line === 'string') expect(at.err[0]).toBe(line);
    else expect(at.err[0]).toMatch(line);
    expect(at.err.at(-1)).toMatch(/^\d+ problems?; nothing was changed$/);
    expect([at.out, at.connections, state.writes]).toEqual([[], 0, 0]);
  });

  it.each([
    [
      'an unknown method',
      client(...USABLE, 'token_endpoint_auth_method: client_secret_basik'),
      'd.yaml:9:33  clients[0].token_endpoint_auth_method  "client_secret_basik" is not acceptable  (one of client_secret_basic, client_secret_post, client_secret_jwt, private_key_jwt, none)',
    ],
    [
      'an unknown grant type',
      client('grant_types: [client_credentials, password]'),
      'd.yaml:6:39  clients[0].grant_types[1]  "password" is not acceptable  (a list of client_credentials; an empty list for a client that requests no tokens)',
    ],
    [
      'what is missing, at its entry',
      client('client_name: Shop'),
      'd.yaml:5:5  clients[0].grant_types  is missing  (a list of client_credentials; an empty list for a client that requests no tokens)',
    ],
    [
      'an undeclared resource',
      GOOD.replace('resources: [https://api.example.com/orders]', 'resources:\n      - https://api.example.com/nowhere'),
      'd.yaml:9:9  clients[0].resources[0]  the resource "https://api.example.com/nowhere" is not declared  (a resource of this declaration or one that exists)',
    ],
    [
      'a foreign scope',
      GOOD.replace('scope: orders.read\n', 'scope: orders.read orders.admin\n'),
      'd.yaml:7:12  clients[0].scope[1]  no resource of the client offers the scope "orders.admin"  (one of orders.read orders.write)',
    ],
    [
      'a secret of a public client',
      client('grant_types: []', 'token_endpoint_auth_method: none', 'secret: { from_environment: S }'),
      'd.yaml:8:13  clients[0].secret  none has no secret  (no secret, or a method that has one)',
    ],
    [
      'a private key',
      client(
        ...USABLE,
        'token_endpoint_auth_method: private_key_jwt',
        'jwks:',
        '  keys:',
        `    - ${JSON.stringify({ ...EXAMPLE_KEYS.p256, d: 'AQAB' })}`,
      ),
      /^d\.yaml:12:\d+ {2}clients\[0\]\.jwks\.keys\[0\]\.d {2}this is a private key/,
    ],
  ])('%s, as authorization judges', async (_case, text, line) => {
    const { at, state } = applying(text);
    expect(await at.run('apply', 'd.yaml')).toBe(2);
    if (typeof line === 'string') expect(at.err[0]).toBe(line);
    else expect(at.err[0]).toMatch(line);
    expect(state.writes).toBe(0);
  });

  it('a problem of the second file is told in the second file', async () => {
    const { at } = applying(GOOD);
    at.file('more.yaml', '# two\nclients:\n  - client_id: shop\n    grant_types: []\n');
    expect(await at.run('apply', 'd.yaml', 'more.yaml')).toBe(2);
    expect(at.err[0]).toBe('more.yaml:3:16  clients[0].client_id  "shop" is declared twice  (each one once over all files)');
  });

  it('a problem behind an alias is told where the alias stands', async () => {
    const { at } = applying(
      `${GOOD}  - client_id: b\n    grant_types: &none [nothing]\n  - client_id: c\n    grant_types: *none\n`,
    );
    expect(await at.run('apply', 'd.yaml')).toBe(2);
    expect(at.err.map((line) => line.split(' ')[0])).toEqual(['d.yaml:10:25', 'd.yaml:10:25', '2']);
  });

  it('all problems are told at once', async () => {
    const { at } = applying(client('client_nam: a', 'enabled: 1', 'grant_types: 2'));
    expect(await at.run('apply', 'd.yaml')).toBe(2);
    expect(at.err).toHaveLength(4);
  });

  it('--json tells the same to a script', async () => {
    const { at } = applying(client('client_nam: a'));
    expect(await at.run('apply', 'd.yaml', '--json')).toBe(2);
    expect(JSON.parse(at.out.join(''))).toMatchObject({
      outcome: 'refused',
      problems: [
        {
          file: 'd.yaml',
          line: 6,
          column: 5,
          path: 'clients[0].client_nam',
          message: 'unknown key "client_nam"',
          expected: 'did you mean client_name?',
        },
      ],
    });
  });

  it.each([
    ['too short', 'abcdefghijklmnop', 'the secret has 16 characters'],
    ['not random', 'a'.repeat(40), 'the secret is not random'],
    ['outside ASCII', `${SECRET}é`, 'the secret has characters outside printable ASCII (RFC 6749 Appendix A.2)'],
    ['too long', SECRET.repeat(17), 'the secret has more than 512 characters'],
  ])('MUST refuse a given secret that is %s, without repeating it', async (_case, secret, message) => {
    const { at } = applying(client(...USABLE, 'secret: { from_environment: S }'));
    at.environment = { S: secret };
    expect(await at.run('apply', 'd.yaml')).toBe(2);
    expect(at.err[0]).toContain(`clients[0].secret.from_environment  ${message}  (use 32 to 512 random characters`);
    expect(at.err.join()).not.toContain(secret);
  });

  it('RFC 7518 §3.2 a given secret must be long enough for its algorithm', async () => {
    const { at } = applying(
      client(
        ...USABLE,
        'token_endpoint_auth_method: client_secret_jwt',
        'token_endpoint_auth_signing_alg: HS512',
        'secret: { from_environment: S }',
      ),
    );
    at.environment = { S: SECRET };
    expect(await at.run('apply', 'd.yaml')).toBe(2);
    expect(at.err[0]).toContain('the secret has 32 characters  (use 64 to 512 random characters');
  });
});

describe('Ours: failures of apply are one line', () => {
  it('a file that is not there', async () => {
    const { at } = applying(GOOD);
    expect(await at.run('apply', 'nope.yaml')).toBe(2);
    expect(at.err).toEqual(['tessera: nope.yaml cannot be read']);
  });

  it('a declaration too large for the bus', async () => {
    const scope = Array.from({ length: 90 }, (_, index) => `${'s'.repeat(110)}.${index}`).join(' ');
    const entries = Array.from(
      { length: Math.ceil(DECLARATION_BYTES_MAX / 10_000) },
      (_, index) => `  - identifier: urn:api:${index}\n    scope: ${scope}\n`,
    );
    const { at, state } = applying(`resources:\n${entries.join('')}`);
    expect(await at.run('apply', 'd.yaml')).toBe(2);
    expect(at.err[0]).toMatch(/^tessera: the declaration has \d+ KiB and at most 900 KiB are taken at once; apply fewer files/);
    expect(state.writes).toBe(0);
  });

  it.each([
    [
      'an outage',
      new Outage('authorization', 'nobody answered'),
      4,
      /^tessera: authorization: nobody answered; .* the same command again is safe$/,
    ],
    [
      'an incident',
      new Incident('Zk3y0bS0', 'authorization'),
      1,
      /^tessera: the service failed; look for incident Zk3y0bS0 in its log$/,
    ],
  ])('%s', async (_case, error, status, line) => {
    const at = new FakeSurroundings({ services: { call: () => Promise.reject(error) } }).file('d.yaml', GOOD);
    expect(await at.run('apply', 'd.yaml')).toBe(status);
    expect(at.err).toEqual([expect.stringMatching(line)]);
    expect(at.closed).toBe(1);
  });
});
