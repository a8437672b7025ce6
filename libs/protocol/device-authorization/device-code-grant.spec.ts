import { hash } from 'node:crypto';
import { authorityOver, OAuthError, Outage, type ReasonId } from '@tessera/vocabulary';
import type { UserGrant } from '../access-token/index.js';
import { client, resource } from '../client/testing.js';
import { parseFormParameters } from '../form-parameters/index.js';
import { pairs } from '../form-parameters/testing.js';
import { type DeviceCodeRedemption, deviceCodeGrant } from './index.js';
import { FakeDeviceCodes } from './testing.js';

const ISSUER = 'https://as.example.com';
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const TELEVISION = client({ authenticationMethod: 'none', grantTypes: [DEVICE, 'refresh_token'], scope: ['openid', 'orders.read'] });
const REDEMPTION = '6f0d2a8e-2f3b-4f5e-9a51-6f8f4c1d2e3f';
const GRANT = {
  grantId: '0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01', clientId: TELEVISION.clientId, subject: 'usr_2iv3d3YcSTm1vE7vTzrWlA',
  authority: authorityOver(['openid', 'orders.read'], [resource().identifier]), offline: false, confirmation: null, sid: null, authTime: 1_700_000_000,
  acr: '1', amr: ['pwd'], nonce: null, idTokenClaims: {},
} as unknown as UserGrant;

function poll(answer: DeviceCodeRedemption | Error, fields: Record<string, string> = { device_code: 'the-code' }, of = TELEVISION) {
  const deviceCodes = new FakeDeviceCodes(answer);
  const resources = { find: (identifier: string) => Promise.resolve([resource(), resource({ identifier: ISSUER, scope: [] })].find((one) => one.identifier === identifier) ?? null) };
  const ports = { issuer: ISSUER, resources, deviceCodes, redemptionId: () => REDEMPTION };
  return { deviceCodes, decided: deviceCodeGrant(parseFormParameters(pairs(fields)), { client: of }, ports, null) };
}

describe('RFC 8628 §3.4, §3.5 a poll', () => {
  it('sends the hash of the code, the authenticated client and a redemption id, and nothing else decides', async () => {
    const { deviceCodes, decided } = poll({ outcome: 'redeemed', grant: GRANT });
    await decided;
    expect(deviceCodes.asked).toEqual([{ deviceCodeHash: hash('sha256', 'the-code', 'base64url'), clientId: TELEVISION.clientId, confirmation: null, redemptionId: REDEMPTION }]);
  });

  it('that is answered gets what the person allowed, with a refresh token for a client that has that grant', async () => {
    await expect(poll({ outcome: 'redeemed', grant: GRANT }).decided).resolves.toMatchObject({
      access: { subject: { kind: 'user', id: GRANT.subject }, resource: resource().identifier, grantId: GRANT.grantId }, refreshToken: 'begin', grant: GRANT,
    });
    const once = { ...TELEVISION, grantTypes: [DEVICE] } as typeof TELEVISION;
    await expect(poll({ outcome: 'redeemed', grant: GRANT }, undefined, once).decided).resolves.toMatchObject({ refreshToken: null });
  });

  it.each<[Exclude<DeviceCodeRedemption['outcome'], 'redeemed'>, ReasonId, string]>([
    ['pending', 'device_code.pending', 'authorization_pending'],
    ['too_soon', 'device_code.slow_down', 'slow_down'],
    ['denied', 'device_code.denied', 'access_denied'],
    ['expired', 'device_code.expired', 'expired_token'],
    ['spent', 'device_code.redeemed', 'invalid_grant'],
    ['unknown', 'device_code.unknown', 'invalid_grant'],
  ])('DEV-4 that finds it %s is refused with %s', async (outcome, reason, code) => {
    const refusal: unknown = await poll({ outcome }).decided.catch((error: unknown) => error);
    expect(refusal).toMatchObject({ reason, code, status: 400 });
  });

  it('without a code is a malformed request', async () => {
    await expect(poll({ outcome: 'pending' }, {}).decided).rejects.toEqual(expect.objectContaining({ reason: 'request.missing_parameter' }));
  });

  it('RFC 8707 §2.2 for a resource the client may not have costs nothing', async () => {
    const { deviceCodes, decided } = poll({ outcome: 'redeemed', grant: GRANT }, { device_code: 'the-code', resource: 'https://nobody.example.com' });
    await expect(decided).rejects.toBeInstanceOf(OAuthError);
    expect(deviceCodes.asked).toEqual([]);
  });

  it('I7 nobody can answer is an outage, and never that nothing was decided yet', async () => {
    await expect(poll(new Outage('device-ciba', 'away')).decided).rejects.toBeInstanceOf(Outage);
  });
});
