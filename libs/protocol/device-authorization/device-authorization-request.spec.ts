import { OAuthError, Outage, type ReasonId } from '@tessera/vocabulary';
import type { ClientMetadata } from '../client/index.js';
import { client, resource } from '../client/testing.js';
import { edgeRequest } from '../token-request/testing.js';
import { answerDeviceAuthorizationRequest, DeviceAuthorizationRequest } from './index.js';
import { CODES, FakeDeviceAuthorizations, SHOWN_CODE } from './testing.js';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const POLICY = { lifetimeSeconds: 600, intervalSeconds: 5, waitingPerClient: 10, waitingPerSource: 10, verificationUri: 'https://as.example.com/device' };
const TELEVISION = client({
  authenticationMethod: 'none', grantTypes: [DEVICE, 'refresh_token'], scope: ['openid', 'profile', 'offline_access', 'orders.read'],
});

function ask(fields: Record<string, string | readonly string[]> = {}, of: ClientMetadata = TELEVISION, devices = new FakeDeviceAuthorizations()) {
  const authenticate = () => Promise.resolve({ client: of });
  const resources = { find: (identifier: string) => Promise.resolve(identifier === resource().identifier ? resource() : null) };
  const request = edgeRequest({ client_id: of.clientId, ...fields }, { url: 'https://as.example.com/device_authorization' });
  return { devices, answer: answerDeviceAuthorizationRequest(request, { authenticate, resources, devices }, POLICY) };
}

describe('RFC 8628 §3.2 the device authorization response', () => {
  it('has the codes, where to take them, how long they live and how often to poll', async () => {
    await expect(ask({ scope: 'openid' }).answer).resolves.toEqual({
      status: 200,
      headers: {},
      body: {
        device_code: CODES.deviceCode,
        user_code: SHOWN_CODE,
        verification_uri: 'https://as.example.com/device',
        verification_uri_complete: `https://as.example.com/device?user_code=${SHOWN_CODE}`,
        expires_in: 600,
        interval: 5,
      },
    });
  });
});

describe('RFC 8628 §3.1, RFC 8707 §2 what is asked for', () => {
  it('is stored with where it came from, and says whole what it means', async () => {
    const { answer, devices } = ask({ scope: 'openid profile orders.read', resource: 'https://api.example.com/orders', acr_values: '1 2 1' });
    await answer;
    const [stored] = devices.stored;
    expect(stored).toMatchObject({ clientId: TELEVISION.clientId, confirmation: null, sourceAddress: '203.0.113.7' });
    expect(stored?.request).toEqual({
      authority: { version: 1, scope: ['openid', 'profile', 'orders.read'], resources: ['https://api.example.com/orders'], claims: {}, authorizationDetails: [] },
      acrValues: ['1', '2'],
    });
    expect(DeviceAuthorizationRequest.parse(JSON.parse(JSON.stringify(stored?.request)))).toEqual(stored?.request);
  });

  it('OIDC Core §11 drops offline_access for a client that could not refresh', async () => {
    const { answer, devices } = ask({ scope: 'openid offline_access' }, { ...TELEVISION, grantTypes: [DEVICE] });
    await answer;
    expect(devices.stored[0]?.request.authority.scope).toEqual(['openid']);
  });

  it.each<[string, Record<string, string | readonly string[]>, ClientMetadata, ReasonId]>([
    ['a client without the grant type', { scope: 'openid' }, client({ grantTypes: ['authorization_code'] }), 'device_authorization.grant_type_not_allowed'],
    ['a scope the client did not register', { scope: 'openid orders.write' }, TELEVISION, 'scope.not_registered'],
    ['no scope where there is no default', {}, { ...TELEVISION, scope: ['openid'], defaultResource: null }, 'authorization_request.scope_missing'],
    ['a resource nobody has', { scope: 'openid', resource: 'https://nobody.example.com' }, TELEVISION, 'resource.unknown'],
    ['malformed scope', { scope: 'openid  profile' }, TELEVISION, 'scope.malformed'],
    ['a parameter twice', { scope: ['openid', 'profile'] }, TELEVISION, 'request.repeated_parameter'],
    ['more acr_values than anybody needs', { scope: 'openid', acr_values: Array.from({ length: 21 }, (_, n) => n).join(' ') }, TELEVISION, 'authorization_request.acr_values'],
  ])('refuses %s, and stores nothing', async (_case, fields, of, reason) => {
    const { answer, devices } = ask(fields, of);
    await expect(answer).rejects.toEqual(expect.objectContaining({ reason }));
    expect(devices.stored).toEqual([]);
  });

  it('DEV-7 refuses one more than a client may have waiting, and says to slow down', async () => {
    const devices = new FakeDeviceAuthorizations();
    devices.full = true;
    const refusal: unknown = await ask({ scope: 'openid' }, TELEVISION, devices).answer.catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(OAuthError);
    expect(refusal).toMatchObject({ reason: 'device_authorization.too_many_waiting', code: 'slow_down', status: 429 });
  });

  it('DEV-3 does nothing for who does not authenticate', async () => {
    const devices = new FakeDeviceAuthorizations();
    const ports = { authenticate: () => Promise.reject(new Outage('client-metadata', 'stale')), resources: { find: () => Promise.resolve(null) }, devices };
    await expect(answerDeviceAuthorizationRequest(edgeRequest({ scope: 'openid' }), ports, POLICY)).rejects.toBeInstanceOf(Outage);
    expect(devices.stored).toEqual([]);
  });
});
