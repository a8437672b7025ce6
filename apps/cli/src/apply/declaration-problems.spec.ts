import { openSealed } from '@tessera/jose';
import { Incident } from '@tessera/messaging';
import { EXAMPLE_KEYS } from '@tessera/protocol/client-key-set/testing';
import { DECLARATION_BYTES_MAX, Outage } from '@tessera/vocabulary';
import { applying, clientDeclaration, FakeSurroundings, GOOD, USABLE } from '../testing.js';

const SECRET = 'Zk3y0bS0mP1Q9c7Jv5x2LwT8rN4uEiAo';

describe('Ours: a problem is told with its file, line and column, and what to write instead', () => {
  it.each([
    ['broken YAML', 'clients: [\n', /^d\.yaml:\d+:\d+ {2}.+ {2}\(correct the YAML\)$/],
    ['a tab for indentation', 'clients:\n\t- client_id: a\n', /^d\.yaml:2:1 {2}/],
    ['a key written twice', 'clients: []\nclients: []\n', 'd.yaml:2:1  Map keys must be unique  (correct the YAML)'],
    ['two documents', 'clients: []\n---\nclients: []\n', /^d\.yaml:2:1 {2}Source contains multiple documents/],
    ['a list at the top', '- clients\n', 'd.yaml:1:1  this is no declaration  (write the lists "resources:", "clients:", "users:" and "teams:")'],
    ['an unknown list', 'client:\n  - client_id: a\n', 'd.yaml:1:1  client  unknown key "client"  (did you mean clients?)'],
    ['something unlike any list', 'tenants: []\n', 'd.yaml:1:1  tenants  unknown key "tenants"  (one of resources, clients, users, teams)'],
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
      clientDeclaration('grant_type: [client_credentials]'),
      'd.yaml:6:5  clients[0].grant_type  unknown key "grant_type"  (did you mean grant_types?)',
    ],
    [
      'a key that only every object has',
      clientDeclaration('constructor: a'),
      /^d\.yaml:6:5 {2}clients\[0\]\.constructor {2}unknown key/,
    ],
    [
      'a number for text',
      clientDeclaration('client_name: 42'),
      'd.yaml:6:18  clients[0].client_name  is a number  (write text; put it in quotes if it looks like a number)',
    ],
    [
      'an empty value',
      clientDeclaration('jwks_uri:'),
      'd.yaml:6:14  clients[0].jwks_uri  is empty  (write text; put it in quotes if it looks like a number)',
    ],
    [
      'text for true or false',
      clientDeclaration('enabled: "yes"'),
      'd.yaml:6:14  clients[0].enabled  is text  (write true or false)',
    ],
    [
      'text for a list',
      clientDeclaration('grant_types: client_credentials'),
      'd.yaml:6:18  clients[0].grant_types  is text  (write a list, for example [one, two])',
    ],
    [
      'a list of numbers',
      clientDeclaration('resources: [1]'),
      'd.yaml:6:16  clients[0].resources  is a list of other things than texts  (write a list, for example [one, two])',
    ],
    [
      'a list for scope',
      clientDeclaration('scope: [orders.read]'),
      'd.yaml:6:12  clients[0].scope  is a list  (write one text with spaces between the scopes (RFC 7591 §2), for example "orders.read orders.write")',
    ],
    [
      'a fraction of a second',
      clientDeclaration('access_token_lifetime_seconds: 1.5'),
      'd.yaml:6:36  clients[0].access_token_lifetime_seconds  is a number  (write a whole number)',
    ],
    [
      'a secret in the file',
      clientDeclaration(`secret: ${SECRET}`),
      'd.yaml:6:13  clients[0].secret  is text  (write from_environment with the name of a variable, or from_file with a path; leave it out to have one made)',
    ],
    [
      'a secret source nobody knows',
      clientDeclaration('secret: { from_vault: a }'),
      'd.yaml:6:13  clients[0].secret  is no secret source  (write from_environment with the name of a variable, or from_file with a path; leave it out to have one made)',
    ],
    [
      'a variable that is not set',
      clientDeclaration('secret: { from_environment: NOPE }'),
      'd.yaml:6:33  clients[0].secret.from_environment  the variable NOPE is not set  (set it, or leave the secret out to have one made)',
    ],
    [
      'a key set without keys',
      clientDeclaration('jwks: { kid: a }'),
      /^d\.yaml:6:11 {2}clients\[0\]\.jwks {2}is no key set {2}\(write a key set/,
    ],
  ])('%s', async (_case, text, line) => {
    const { at, state } = applying(openSealed, text);
    expect(await at.run('apply', 'd.yaml')).toBe(2);
    if (typeof line === 'string') expect(at.err[0]).toBe(line);
    else expect(at.err[0]).toMatch(line);
    expect(at.err.at(-1)).toMatch(/^\d+ problems?; nothing was changed$/);
    expect([at.out, at.connections, state.writes]).toEqual([[], 0, 0]);
  });

  it.each([
    [
      'an unknown method',
      clientDeclaration(...USABLE, 'token_endpoint_auth_method: client_secret_basik'),
      'd.yaml:9:33  clients[0].token_endpoint_auth_method  "client_secret_basik" is not acceptable  (one of client_secret_basic, client_secret_post, client_secret_jwt, private_key_jwt, none)',
    ],
    [
      'an unknown grant type',
      clientDeclaration('grant_types: [client_credentials, magic]'),
      'd.yaml:6:39  clients[0].grant_types[1]  "magic" is not acceptable  (a list of authorization_code, implicit, refresh_token, client_credentials, password, urn:ietf:params:oauth:grant-type:device_code, urn:openid:params:grant-type:ciba; an empty list for a client that requests no tokens)',
    ],
    [
      'what is missing, at its entry',
      clientDeclaration('client_name: Shop'),
      'd.yaml:5:5  clients[0].grant_types  is missing  (a list of authorization_code, implicit, refresh_token, client_credentials, password, urn:ietf:params:oauth:grant-type:device_code, urn:openid:params:grant-type:ciba; an empty list for a client that requests no tokens)',
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
      clientDeclaration('grant_types: []', 'token_endpoint_auth_method: none', 'secret: { from_environment: S }'),
      'd.yaml:8:13  clients[0].secret  none has no secret  (no secret, or a method that has one)',
    ],
    [
      'a private key',
      clientDeclaration(
        ...USABLE,
        'token_endpoint_auth_method: private_key_jwt',
        'jwks:',
        '  keys:',
        `    - ${JSON.stringify({ ...EXAMPLE_KEYS.p256, d: 'AQAB' })}`,
      ),
      /^d\.yaml:12:\d+ {2}clients\[0\]\.jwks\.keys\[0\]\.d {2}this is a private key/,
    ],
  ])('%s, as authorization judges', async (_case, text, line) => {
    const { at, state } = applying(openSealed, text);
    expect(await at.run('apply', 'd.yaml')).toBe(2);
    if (typeof line === 'string') expect(at.err[0]).toBe(line);
    else expect(at.err[0]).toMatch(line);
    expect(state.writes).toBe(0);
  });

  it('a problem of the second file is told in the second file', async () => {
    const { at } = applying(openSealed, GOOD);
    at.file('more.yaml', '# two\nclients:\n  - client_id: shop\n    grant_types: []\n');
    expect(await at.run('apply', 'd.yaml', 'more.yaml')).toBe(2);
    expect(at.err[0]).toBe('more.yaml:3:16  clients[0].client_id  "shop" is declared twice  (each one once over all files)');
  });

  it('a problem behind an alias is told where the alias stands', async () => {
    const { at } = applying(
      openSealed,
      `${GOOD}  - client_id: b\n    grant_types: &none [nothing]\n  - client_id: c\n    grant_types: *none\n`,
    );
    expect(await at.run('apply', 'd.yaml')).toBe(2);
    expect(at.err.map((line) => line.split(' ')[0])).toEqual(['d.yaml:10:25', 'd.yaml:10:25', '2']);
  });

  it('an alias inside a list is read as what it stands for', async () => {
    const text = GOOD.replace('https://api.example.com/orders', '&orders https://api.example.com/orders').replace(
      '[https:',
      '[ *orders, https:',
    );
    const { at, state } = applying(openSealed, text);
    expect(await at.run('apply', 'd.yaml')).toBe(2);
    expect(at.err[0]).toBe(
      'd.yaml:8:27  clients[0].resources[1]  the resource "https://api.example.com/orders" is repeated  (each one once)',
    );
    expect(state.writes).toBe(0);
  });

  it('aliases that would grow without end are refused', async () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x, x]',
      ...'bcdefg'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array.from({ length: 10 }, () => `*${'abcdefg'[index]}`).join(', ')}]`),
    ];
    const { at, state } = applying(openSealed, `${bomb.join('\n')}\nclients:\n  - client_id: a\n    grant_types: *g\n`);
    expect(await at.run('apply', 'd.yaml')).toBe(2);
    expect(at.err.some((line) => line.includes('clients[0].grant_types  its aliases stand for too much'))).toBe(true);
    expect(state.writes).toBe(0);
  });

  it('all problems are told at once', async () => {
    const { at } = applying(openSealed, clientDeclaration('client_nam: a', 'enabled: 1', 'grant_types: 2'));
    expect(await at.run('apply', 'd.yaml')).toBe(2);
    expect(at.err).toHaveLength(4);
  });

  it('--json tells the same to a script', async () => {
    const { at } = applying(openSealed, clientDeclaration('client_nam: a'));
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
    const { at } = applying(openSealed, clientDeclaration(...USABLE, 'secret: { from_environment: S }'));
    at.environment = { S: secret };
    expect(await at.run('apply', 'd.yaml')).toBe(2);
    expect(at.err[0]).toContain(`clients[0].secret.from_environment  ${message}  (use 32 to 512 random characters`);
    expect(at.err.join()).not.toContain(secret);
  });

  it('RFC 7518 §3.2 a given secret must be long enough for its algorithm', async () => {
    const { at } = applying(
      openSealed,
      clientDeclaration(
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
    const { at } = applying(openSealed, GOOD);
    expect(await at.run('apply', 'nope.yaml')).toBe(2);
    expect(at.err).toEqual(['tessera: nope.yaml cannot be read']);
  });

  it('a declaration too large for the bus', async () => {
    const scope = Array.from({ length: 90 }, (_, index) => `${'s'.repeat(110)}.${index}`).join(' ');
    const entries = Array.from(
      { length: Math.ceil(DECLARATION_BYTES_MAX / 10_000) },
      (_, index) => `  - identifier: urn:api:${index}\n    scope: ${scope}\n`,
    );
    const { at, state } = applying(openSealed, `resources:\n${entries.join('')}`);
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
