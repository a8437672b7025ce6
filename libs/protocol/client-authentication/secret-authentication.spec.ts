import { CLIENT_SECRET_LENGTH_MAX, OAuthError, Outage, REASONS, type ReasonId } from '@tessera/vocabulary';
import type { ClientMetadata } from '../client/index.js';
import { client } from '../client/testing.js';
import { form } from '../form-parameters/testing.js';
import { matchesSecret } from './client-secret.js';
import { authenticateClient } from './index.js';
import { authenticationPorts, basic, POLICY, SECRET, secretDigest } from './testing.js';

const registered = (overrides: Partial<Record<keyof ClientMetadata, unknown>> = {}) =>
  client({ secretDigests: [secretDigest(SECRET)], ...overrides });

function authenticate(of: ClientMetadata[], authorization: string[], fields: Record<string, string> = {}) {
  return authenticateClient({ authorization }, form(fields), authenticationPorts(of), POLICY);
}
const post = { client_id: 's6BhdRkqt3', client_secret: SECRET };

describe('RFC 6749 §2.3.1 client password', () => {
  it('accepts client_secret_basic', async () => {
    await expect(authenticate([registered()], [basic('s6BhdRkqt3', SECRET)])).resolves.toMatchObject({ client: { clientId: 's6BhdRkqt3' } });
  });

  it('accepts client_secret_post', async () => {
    const client = registered({ authenticationMethod: 'client_secret_post' });
    await expect(authenticate([client], [], post)).resolves.toEqual({ client });
  });

  it.each([['newer', 'n'.repeat(43)], ['older', SECRET]])('CLI-3 accepts the %s of two overlapping secrets', async (_case, secret) => {
    const client = registered({ secretDigests: [secretDigest('n'.repeat(43)), secretDigest(SECRET)] });
    await expect(authenticate([client], [basic('s6BhdRkqt3', secret)])).resolves.toEqual({ client });
  });

  const REFUSED: [string, ClientMetadata[], string[], Record<string, string>, ReasonId][] = [
    ['an unknown client', [], [basic('s6BhdRkqt3', SECRET)], {}, 'client_authentication.unknown_client'],
    ['an id no client can have', [registered()], [basic('a\u0000b', SECRET)], {}, 'client_authentication.unknown_client'],
    ['a wrong secret', [registered()], [basic('s6BhdRkqt3', 'gX1fBat3bW')], {}, 'client_authentication.wrong_secret'],
    ['an empty secret', [registered()], [basic('s6BhdRkqt3', '')], {}, 'client_authentication.wrong_secret'],
    ['the digest instead of the secret', [registered()], [basic('s6BhdRkqt3', secretDigest(SECRET))], {}, 'client_authentication.wrong_secret'],
    ['a third secret', [registered({ secretDigests: ['a', 'b', SECRET].map(secretDigest) })], [basic('s6BhdRkqt3', SECRET)], {}, 'client_authentication.wrong_secret'],
    ['a client without secrets', [registered({ secretDigests: [] })], [basic('s6BhdRkqt3', '')], {}, 'client_authentication.wrong_secret'],
    ['the secret of another client', [registered(), client({ clientId: 'other', secretDigests: [secretDigest('x')] })], [basic('s6BhdRkqt3', 'x')], {}, 'client_authentication.wrong_secret'],
    ['a disabled client', [registered({ enabled: false })], [basic('s6BhdRkqt3', SECRET)], {}, 'client_authentication.disabled_client'],
    ['post where basic is registered (CLI-1)', [registered()], [], post, 'client_authentication.method_not_registered'],
    ['basic where post is registered (CLI-1)', [registered({ authenticationMethod: 'client_secret_post' })], [basic('s6BhdRkqt3', SECRET)], {}, 'client_authentication.method_not_registered'],
    ['basic where an assertion is registered (CLI-1)', [registered({ authenticationMethod: 'client_secret_jwt' })], [basic('s6BhdRkqt3', SECRET)], {}, 'client_authentication.method_not_registered'],
    ['a secret of a public client (CLI-1)', [registered({ authenticationMethod: 'none' })], [basic('s6BhdRkqt3', SECRET)], {}, 'client_authentication.method_not_registered'],
    ['only the id of a confidential client', [registered()], [], { client_id: 's6BhdRkqt3' }, 'client_authentication.method_not_registered'],
    ['the id of nobody', [], [], { client_id: 'nobody' }, 'client_authentication.unknown_client'],
  ];
  it.each(REFUSED)('MUST refuse %s', async (_case, clients, authorization, fields, reason) => {
    await expect(authenticate(clients, authorization, fields)).rejects.toEqual(new OAuthError(reason));
  });

  it.each(REFUSED)('CLI-2 gives the same answer for %s', async (_case, clients, authorization, fields) => {
    await expect(authenticate(clients, authorization, fields)).rejects.toMatchObject({
      status: 401,
      code: 'invalid_client',
      description: REASONS['client_authentication.unknown_client'].description,
    });
  });
});

describe('RFC 6749 §2.1 a public client', () => {
  const publicClient = client({ authenticationMethod: 'none' });

  it('is recognised by its id alone', async () => {
    await expect(authenticate([publicClient], [], { client_id: 's6BhdRkqt3' })).resolves.toEqual({ client: publicClient });
  });

  it('MUST be enabled', async () => {
    await expect(authenticate([{ ...publicClient, enabled: false }], [], { client_id: 's6BhdRkqt3' })).rejects.toEqual(
      new OAuthError('client_authentication.disabled_client'),
    );
  });
});

describe('I7 what cannot be known is not decided', () => {
  it('lets an outage of the directory through', async () => {
    const ports = { ...authenticationPorts([]), clients: { find: () => Promise.reject(new Outage('client-metadata', 'stale')) } };
    const request = { authorization: [basic('s6BhdRkqt3', SECRET)] };
    await expect(authenticateClient(request, form(), ports, POLICY)).rejects.toBeInstanceOf(Outage);
  });
});

describe('CLI-2 comparing a secret', () => {
  it('does not match when nothing is registered', () => {
    expect(matchesSecret('', [])).toBe(false);
  });

  it.each(['', 'not a digest', secretDigest(SECRET).slice(1), `${secretDigest(SECRET)}AAAA`])('does not match a registered value that is no digest: %j', (digest) => {
    expect(matchesSecret(SECRET, [digest])).toBe(false);
  });

  it('reads secrets up to the limit and none beyond it', () => {
    const longest = 'x'.repeat(CLIENT_SECRET_LENGTH_MAX);
    expect(matchesSecret(longest, [secretDigest(longest)])).toBe(true);
    expect(matchesSecret(`${longest}y`, [secretDigest(longest), secretDigest(`${longest}y`)])).toBe(false);
  });
});
