import { userGrant } from '@tessera/protocol/access-token/testing';
import { issuingPorts } from '@tessera/protocol/access-token/testing';
import { withUserinfo } from '@tessera/protocol/access-token';
import type { ClientMetadata } from '@tessera/protocol/client';
import { webClient } from '@tessera/protocol/client/testing';
import { halfHash } from '@tessera/protocol/id-token';
import { PushedTokenIssuing } from './pushed-tokens.js';

const AUTH_REQ_ID = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const CIBA = 'urn:openid:params:grant-type:ciba';
const ISSUER = 'https://as.example.com';
const claimsOf = (jwt: string): Record<string, unknown> => JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());

function issuing(client: ClientMetadata | null) {
  const ports = issuingPorts();
  const resources = withUserinfo(ports.resources, ISSUER);
  const families: unknown[] = [];
  const subject = new PushedTokenIssuing({
    clients: { find: () => Promise.resolve(client) },
    known: { issuer: ISSUER, resources },
    issuing: {
      ...ports,
      resources,
      families: {
        begin: (family) => {
          families.push(family);
          return Promise.resolve();
        },
      },
    },
  });
  return { families, issue: (grant = userGrant()) => subject.issue({ grant, authReqId: AUTH_REQ_ID }) };
}
const push = (overrides: Partial<Record<keyof ClientMetadata, unknown>> = {}) =>
  webClient({ backchannelTokenDeliveryMode: 'push', idTokenSigningAlgorithm: 'ES256' }, { grantTypes: [CIBA, 'refresh_token'], ...overrides });

describe('CIBA Core §10.3.1 the tokens of a push', () => {
  it('MUST have an ID token bound to the request and to both other tokens', async () => {
    const { issue, families } = issuing(push());
    const { tokens } = await issue();
    const claims = claimsOf(tokens?.idToken ?? '');
    expect(claims).toMatchObject({
      'urn:openid:params:jwt:claim:auth_req_id': AUTH_REQ_ID,
      'urn:openid:params:jwt:claim:rt_hash': halfHash(tokens?.refreshToken ?? '', 'ES256'),
      at_hash: halfHash(tokens?.accessToken ?? '', 'ES256'),
    });
    expect(families).toHaveLength(1);
  });

  it('without a refresh token there is no rt_hash', async () => {
    const { issue } = issuing(push({ grantTypes: [CIBA] }));
    const { tokens } = await issue();
    expect(tokens?.refreshToken).toBeNull();
    expect(claimsOf(tokens?.idToken ?? '')).not.toHaveProperty('urn:openid:params:jwt:claim:rt_hash');
  });

  it.each([
    ['is gone', null],
    ['is out of use', push({ enabled: false })],
    ['polls by now', webClient({ backchannelTokenDeliveryMode: 'poll' })],
  ])('are none when the client %s', async (_case, client) => {
    expect(await issuing(client).issue()).toEqual({ tokens: null });
  });

  it('are none when nothing of what was granted is left', async () => {
    const grant = userGrant({ authority: { version: 1, scope: ['orders.read'], resources: ['https://gone.example.com'], claims: {}, authorizationDetails: [] } });
    expect(await issuing(push()).issue(grant)).toEqual({ tokens: null });
  });
});
