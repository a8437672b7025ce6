import { isSubsetOf, authorityOver, OAuthError } from '@tessera/vocabulary';
import { Entitlement } from '../access-token/index.js';
import { client, resource } from '../client/testing.js';
import { form } from '../form-parameters/testing.js';
import { clientCredentialsGrant } from './index.js';

const ORDERS = resource();
const ports = { resources: { find: (identifier: string) => Promise.resolve(identifier === ORDERS.identifier ? ORDERS : null) } };
const grant = (fields: Record<string, string | string[]> = {}, of = client()) => clientCredentialsGrant(form(fields), { client: of }, ports);

describe('RFC 6749 §4.4.2 client credentials', () => {
  it('entitle the client itself, at its default resource, to all it may have there', async () => {
    await expect(grant()).resolves.toEqual({
      clientId: 's6BhdRkqt3',
      subject: { kind: 'client', id: 's6BhdRkqt3' },
      grantId: null,
      actor: null,
      sourceGrant: null,
      authority: { version: 1, scope: ['orders.read', 'orders.write'], resources: [ORDERS.identifier], claims: {}, authorizationDetails: [] },
      resource: ORDERS.identifier,
      lifetimeSeconds: 600,
      confirmation: null,
    });
  });

  it('entitle to less when less is asked for (§3.3)', async () => {
    await expect(grant({ scope: 'orders.read', resource: ORDERS.identifier })).resolves.toMatchObject({ authority: { scope: ['orders.read'] } });
  });

  it('entitle to no more than is registered (GEN-7)', async () => {
    const { authority } = await grant();
    expect(isSubsetOf(authority, authorityOver(client().scope, client().resources))).toBe(true);
  });

  it('live as long as client and resource allow', async () => {
    await expect(grant({}, client({ accessTokenLifetimeSeconds: 90 }))).resolves.toMatchObject({ lifetimeSeconds: 90 });
  });

  it('decide what the schema of an entitlement accepts', async () => {
    expect(Entitlement.safeParse(await grant()).success).toBe(true);
  });

  it('MUST only be used by confidential clients', async () => {
    const refusal = await grant({}, client({ authenticationMethod: 'none' })).catch((error: unknown) => error);
    expect(refusal).toEqual(new OAuthError('client_credentials_grant.public_client'));
    expect(refusal).toMatchObject({ code: 'unauthorized_client' });
  });

  it.each([
    ['a foreign scope', { scope: 'admin' }, 'invalid_scope'],
    ['openid (CCR-1)', { scope: 'openid' }, 'invalid_scope'],
    ['an unknown resource', { resource: 'https://nobody.example.com' }, 'invalid_target'],
    ['two resources', { resource: [ORDERS.identifier, ORDERS.identifier] }, 'invalid_target'],
  ] as [string, Record<string, string | string[]>, string][])('MUST be refused for %s', async (_case, fields, code) => {
    await expect(grant(fields)).rejects.toMatchObject({ code });
  });
});
