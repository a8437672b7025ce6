import { OAuthError, Outage } from '@tessera/vocabulary';
import { userGrant } from '../access-token/testing.js';
import { resource } from '../client/testing.js';
import { form } from '../form-parameters/testing.js';
import { type AuthReqIdRedemption, backchannelHandleHash, cibaGrant } from './index.js';
import { callCentre, FakeAuthReqIds, ISSUER } from './testing.js';

const REDEMPTION = '6f0d2a8e-2f3b-4f5e-9a51-6f8f4c1d2e3f';
const GRANT = userGrant({ clientId: 's6BhdRkqt3' });

function poll(answer: AuthReqIdRedemption | Error, fields: Record<string, string | string[]> = { auth_req_id: 'the-id' }, of = callCentre()) {
  const authReqIds = new FakeAuthReqIds(answer);
  const known = [resource(), resource({ identifier: ISSUER, scope: [] })];
  const resources = { find: (identifier: string) => Promise.resolve(known.find((one) => one.identifier === identifier) ?? null) };
  return { authReqIds, decided: cibaGrant(form(fields), { client: of }, { issuer: ISSUER, resources, authReqIds, redemptionId: () => REDEMPTION }, null) };
}

describe('CIBA Core §10.1, §11 a token request with an auth_req_id', () => {
  it('sends the hash, the authenticated client and a redemption id, and nothing else decides', async () => {
    const { authReqIds, decided } = poll({ outcome: 'redeemed', grant: GRANT });
    await decided;
    expect(authReqIds.asked).toEqual([{ authReqIdHash: backchannelHandleHash('the-id').toString('base64url'), clientId: 's6BhdRkqt3', confirmation: null, redemptionId: REDEMPTION }]);
  });

  it('gets what the person allowed, with a refresh token for a client that has that grant', async () => {
    await expect(poll({ outcome: 'redeemed', grant: GRANT }).decided).resolves.toMatchObject({ grant: GRANT, refreshToken: null });
    const refreshing = callCentre({}, { grantTypes: ['urn:openid:params:grant-type:ciba', 'refresh_token'] });
    await expect(poll({ outcome: 'redeemed', grant: GRANT }, undefined, refreshing).decided).resolves.toMatchObject({ refreshToken: 'begin' });
  });

  it.each<[Exclude<AuthReqIdRedemption['outcome'], 'redeemed'>, string, string]>([
    ['pending', 'auth_req_id.pending', 'authorization_pending'],
    ['slow_down', 'auth_req_id.slow_down', 'slow_down'],
    ['denied', 'auth_req_id.denied', 'access_denied'],
    ['expired', 'auth_req_id.expired', 'expired_token'],
    ['used', 'auth_req_id.redeemed', 'invalid_grant'],
    ['unknown', 'auth_req_id.unknown', 'invalid_grant'],
  ])('CIB-9 %s: %s, %s with 400', async (outcome, reason, code) => {
    await expect(poll({ outcome }).decided).rejects.toMatchObject({ reason, code, status: 400 });
  });

  it('CIB-9 of a push client is unauthorized_client, and nothing is asked', async () => {
    const { authReqIds, decided } = poll({ outcome: 'pending' }, undefined, callCentre({ backchannelTokenDeliveryMode: 'push' }));
    await expect(decided).rejects.toEqual(new OAuthError('auth_req_id.push_client'));
    expect(authReqIds.asked).toEqual([]);
  });

  it.each([
    ['without an auth_req_id', {}, 'request.missing_parameter'],
    ['with an empty one', { auth_req_id: '' }, 'request.missing_parameter'],
    ['for two resources', { auth_req_id: 'x', resource: ['https://a', 'https://b'] }, 'resource.too_many'],
    ['for a resource the client may not have', { auth_req_id: 'x', resource: 'https://nobody.example.com' }, 'resource.unknown'],
  ])('%s: nothing is spent', async (_case, fields, reason) => {
    const { authReqIds, decided } = poll({ outcome: 'redeemed', grant: GRANT }, fields);
    await expect(decided).rejects.toMatchObject({ reason });
    expect(authReqIds.asked).toEqual([]);
  });

  it('an outage is never authorization_pending', async () => {
    await expect(poll(new Outage('device-ciba', 'away')).decided).rejects.toBeInstanceOf(Outage);
  });
});
