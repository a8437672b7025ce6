import { hash } from 'node:crypto';
import { NOW } from '../client-authentication/testing.js';
import { members } from '../token-request/testing.js';
import { backchannelHandleHash, deriveBackchannelHandle, EMAIL_DEVICE, type FoundPerson, type StoredOutcome } from './index.js';
import { BackchannelEndpoint, callCentre, HANDLE_KEY, PERSON, REQUEST_ID, VALID } from './testing.js';

describe('CIBA Core §7.3 a request that is accepted', () => {
  it('MUST be answered with auth_req_id, expires_in and, where the client asks, interval', async () => {
    const endpoint = new BackchannelEndpoint();
    const reply = await endpoint.answer({ ...VALID, binding_message: 'W4SCT' });
    const authReqId = deriveBackchannelHandle('auth_req_id', REQUEST_ID, HANDLE_KEY);
    expect(reply).toEqual({ status: 200, body: { auth_req_id: authReqId, expires_in: 300, interval: 5 }, headers: {} });
    expect(authReqId).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(endpoint.stored).toEqual([
      {
        intervalSeconds: 5,
        request: {
          id: REQUEST_ID,
          kid: HANDLE_KEY.kid,
          authReqIdHash: hash('sha256', authReqId, 'buffer'),
          approvalHash: backchannelHandleHash(deriveBackchannelHandle('approval', REQUEST_ID, HANDLE_KEY)),
          request: {
            clientId: 's6BhdRkqt3',
            authority: { version: 1, scope: ['openid'], resources: [], claims: {}, authorizationDetails: [] },
            hint: { kind: 'identifier', value: 'jane@example.com' },
            bindingMessage: 'W4SCT',
            acrValues: [],
            lifetimeSeconds: 300,
            deliveryMode: 'poll',
            notificationToken: null,
            sealedUserCode: null,
            jti: null,
          },
          accountId: PERSON,
          tell: [],
          numbers: null,
          longPolling: false,
          sourceAddress: '203.0.113.7',
        },
      },
    ]);
  });

  it('§7.3 has no interval where the tokens are pushed', async () => {
    const endpoint = new BackchannelEndpoint(callCentre({ backchannelTokenDeliveryMode: 'push' }));
    expect(Object.keys(members(await endpoint.answer({ ...VALID, client_notification_token: 'token' })))).toEqual(['auth_req_id', 'expires_in']);
  });

  it('§14 gives the client and the person handles that have nothing in common', () => {
    const handles = (['auth_req_id', 'approval'] as const).map((kind) => deriveBackchannelHandle(kind, REQUEST_ID, HANDLE_KEY));
    expect(new Set(handles).size).toBe(2);
    expect(deriveBackchannelHandle('approval', REQUEST_ID, { secret: Buffer.alloc(32, 4) })).not.toBe(handles[1]);
  });

  it('Ours: number matching tells the client one of the three numbers the person is shown', async () => {
    const endpoint = new BackchannelEndpoint(callCentre({ backchannelNumberMatching: true }));
    const { tessera_number: number } = members(await endpoint.answer(VALID));
    const numbers = endpoint.stored[0]?.request.numbers;
    expect(numbers?.choices).toHaveLength(3);
    expect(new Set(numbers?.choices).size).toBe(3);
    expect(numbers?.choices).toContain(number);
    expect(numbers?.number).toBe(number);
  });

  it('Ours: is told to the person by every device that reaches them', async () => {
    const endpoint = new BackchannelEndpoint();
    endpoint.devices = [EMAIL_DEVICE, { reach: () => null }];
    await endpoint.answer(VALID);
    endpoint.found = { outcome: 'found', accountId: PERSON, email: null };
    await endpoint.answer(VALID);
    expect(endpoint.stored.map(({ request }) => request.tell)).toEqual([[{ kind: 'email', recipient: 'jane@example.com' }], []]);
  });
});

describe('CIBA Core §7.2, §13 the person', () => {
  it('is looked for as the client said, with the user code sealed as it came (decision 8)', async () => {
    const endpoint = new BackchannelEndpoint(callCentre({ backchannelUserCodeParameter: true }));
    await endpoint.answer({ ...VALID, user_code: 'sealed' });
    expect(endpoint.sought).toEqual([
      {
        clientId: 's6BhdRkqt3',
        hint: { kind: 'identifier', value: 'jane@example.com' },
        sealedUserCode: 'sealed',
        userCodes: true,
        sourceAddress: '203.0.113.7',
        requestId: 'b7mXkq2n0r9w4c1z',
      },
    ]);
  });

  it.each<[Exclude<FoundPerson['outcome'], 'found'>, string]>([
    ['unknown', 'backchannel_authentication.unknown_user unknown_user_id 400'],
    ['missing_user_code', 'backchannel_authentication.missing_user_code missing_user_code 400'],
    ['invalid_user_code', 'backchannel_authentication.invalid_user_code invalid_user_code 400'],
  ])('%s: nothing is stored', async (outcome, refusal) => {
    const endpoint = new BackchannelEndpoint();
    endpoint.found = { outcome };
    expect(await endpoint.refusal(VALID)).toBe(refusal);
    expect(endpoint.stored).toEqual([]);
  });

  it.each<[Exclude<StoredOutcome, 'stored'>, string]>([
    ['replayed', 'backchannel_authentication.signed_request_replayed invalid_request 400'],
    ['too_many_for_person', 'backchannel_authentication.too_many_for_person access_denied 403'],
    ['too_many_of_client', 'backchannel_authentication.too_many_of_client access_denied 403'],
    ['silenced', 'backchannel_authentication.silenced access_denied 403'],
  ])('CIB-4 %s', async (outcome, refusal) => {
    const endpoint = new BackchannelEndpoint();
    endpoint.outcome = outcome;
    expect(await endpoint.refusal(VALID)).toBe(refusal);
  });

  it('§13 a request that is kept from the person is access_denied with 403, and does not say why', async () => {
    const endpoint = new BackchannelEndpoint();
    const descriptions = [];
    for (const outcome of ['too_many_for_person', 'too_many_of_client', 'silenced'] as const) {
      endpoint.outcome = outcome;
      descriptions.push(await endpoint.answer(VALID).catch((error: { description: string }) => error.description));
    }
    expect(new Set(descriptions).size).toBe(1);
  });

  it('nobody is looked for before the request is valid', async () => {
    const endpoint = new BackchannelEndpoint();
    endpoint.clock.now = NOW;
    await endpoint.refusal({ ...VALID, requested_expiry: '0' });
    expect(endpoint.sought).toEqual([]);
  });
});
