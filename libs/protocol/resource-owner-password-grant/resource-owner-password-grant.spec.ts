import { OAuthError, Outage } from '@tessera/vocabulary';
import { withUserinfo } from '../access-token/index.js';
import { ISSUER, userGrant } from '../access-token/testing.js';
import type { ClientMetadata } from '../client/index.js';
import { resource, webClient } from '../client/testing.js';
import { form } from '../form-parameters/testing.js';
import { edgeRequest } from '../token-request/testing.js';
import { type PasswordVerdict, type PasswordVerification, resourceOwnerPasswordGrant } from './index.js';

const ORDERS = resource();
const LEGACY = webClient({}, { grantTypes: ['password', 'refresh_token'], resources: [ORDERS.identifier] });
const SEALED = 'eyJhbGciOiJFQ0RILUVTK0EyNTZLVyJ9.e30.e30.e30.e30';

/** Passwords that give one verdict, and what was asked. */
function passwords(verdict: PasswordVerdict | Outage = { outcome: 'granted', grant: userGrant({ sid: null, nonce: null }) }) {
  const asked: [PasswordVerification, unknown][] = [];
  const verify = (verification: PasswordVerification, call: unknown) => {
    asked.push([verification, call]);
    return verdict instanceof Outage ? Promise.reject(verdict) : Promise.resolve(verdict);
  };
  const resources = withUserinfo({ find: (identifier) => Promise.resolve(identifier === ORDERS.identifier ? ORDERS : null) }, ISSUER);
  const grant = (fields: Record<string, string | string[]> = {}, client: ClientMetadata = LEGACY) =>
    resourceOwnerPasswordGrant(form({ username: 'jane', password: SEALED, scope: 'openid email', ...fields }), { client }, edgeRequest(), { issuer: ISSUER, resources, passwords: { verify } }, 'the call');
  return { asked, grant };
}

describe('RFC 6749 §4.3.2 the password grant', () => {
  it('asks with the sealed password, what the client may be granted, and where the request came from', async () => {
    const { asked, grant } = passwords();
    await grant();
    expect(asked).toEqual([
      [
        {
          clientId: 's6BhdRkqt3', username: 'jane', sealedPassword: SEALED, offline: false, confirmation: null, sourceAddress: '203.0.113.7', requestId: 'b7mXkq2n0r9w4c1z',
          authority: { version: 1, scope: ['openid', 'email'], resources: [], claims: {}, authorizationDetails: [] },
        },
        'the call',
      ],
    ]);
  });

  it('entitles as a code does (§4.3.3)', async () => {
    const { access, refreshToken } = await passwords().grant();
    expect(access).toMatchObject({ subject: { kind: 'user' }, resource: ISSUER });
    expect(refreshToken).toBe('begin');
    expect((await passwords().grant({}, { ...LEGACY, grantTypes: ['password'] })).refreshToken).toBeNull();
  });

  it('takes scope and resource by the rules of an authorization request', async () => {
    const { asked, grant } = passwords();
    await grant({ scope: 'orders.read', resource: ORDERS.identifier });
    expect(asked[0]?.[0].authority).toMatchObject({ scope: ['orders.read'], resources: [ORDERS.identifier] });
  });

  it('OIDC Core §11: offline_access is for first-party clients, since nobody consents; from others it is ignored', async () => {
    const scope = 'openid offline_access';
    const one = passwords();
    await one.grant({ scope });
    expect(one.asked[0]?.[0]).toMatchObject({ offline: false, authority: { scope: ['openid'] } });
    const two = passwords();
    await two.grant({ scope }, webClient({ firstParty: true }, { grantTypes: ['password', 'refresh_token'] }));
    expect(two.asked[0]?.[0]).toMatchObject({ offline: true, authority: { scope: ['openid', 'offline_access'] } });
  });

  it.each([
    ['no username', { username: '' }, LEGACY, 'request.missing_parameter'],
    ['no password', { password: '' }, LEGACY, 'request.missing_parameter'],
    ['a public client (GEN-10)', {}, { ...LEGACY, authenticationMethod: 'none' as const }, 'password_grant.public_client'],
    ['a foreign resource', { resource: 'https://nobody.example' }, LEGACY, 'resource.unknown'],
    ['two resources', { resource: [ORDERS.identifier, 'https://nobody.example'] }, LEGACY, 'resource.too_many'],
    ['a malformed scope', { scope: 'a  b' }, LEGACY, 'scope.malformed'],
    ['a scope that is not the client\'s', { scope: 'orders.write' }, LEGACY, 'scope.not_registered'],
  ] as const)('MUST refuse %s before any password is looked at', async (_case, fields, client, reason) => {
    const { asked, grant } = passwords();
    await expect(grant(fields as Record<string, string | string[]>, client)).rejects.toEqual(new OAuthError(reason));
    expect(asked).toEqual([]);
  });

  it('CCR-3: has one answer, invalid_grant, for all that can be wrong with a password', async () => {
    await expect(passwords({ outcome: 'refused' }).grant()).rejects.toMatchObject({ code: 'invalid_grant', reason: 'password_grant.refused' });
  });

  it('lets an outage through: a password that was not looked at is not wrong', async () => {
    await expect(passwords(new Outage('authorization', 'away')).grant()).rejects.toBeInstanceOf(Outage);
  });
});
