import { FoundPerson, PersonHint } from '@tessera/protocol/backchannel-authentication';
import { AuthenticatedGrantRecording, GrantRecorded, GrantRecording } from '@tessera/protocol/grant';
import { Browser, PersonView, SessionCookie } from '@tessera/protocol/interaction';
import { AccountId, ClientId, Handle } from '@tessera/vocabulary';
import { z } from 'zod';
import { defineRequest } from '../define-contract.js';

const EXAMPLE_HANDLE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const ACCOUNT = 'usr_2iv3d3YcSTm1vE7vTzrWlA';
const browser = { session: EXAMPLE_HANDLE, browser: EXAMPLE_HANDLE, sourceAddress: '203.0.113.7', userAgent: 'Mozilla/5.0' };

/**
 * Records what a person allowed for a request that came another way (decision 2; CIBA Core §8, RFC 8628 §3.3). Owner:
 * authorization. Caller: device-ciba, before it stores the decision, so that no approved request is without its grant.
 *
 * One INSERT under the id of that request: asked again it finds the row it made, so a lost answer may be asked for again. A grant
 * whose decision was then not stored is redeemable by nobody.
 */
export const RecordGrant = defineRequest({
  subject: 'authorization.grant.record.v1',
  callers: ['device-ciba'],
  resend: 'safe',
  request: GrantRecording,
  reply: GrantRecorded,
  examples: [
    {
      request: {
        requestId: 'ciba:0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01',
        session: EXAMPLE_HANDLE,
        accountId: ACCOUNT,
        clientId: 's6BhdRkqt3',
        authority: { version: 1, scope: ['openid'], resources: [], claims: {}, authorizationDetails: [] },
        offline: false,
        confirmation: null,
      },
      reply: { outcome: 'recorded', grantId: '0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01' },
    },
  ],
});

/**
 * The same, where the deployment's own authenticator vouches for the person and there is no session. Refused as `not_possible` unless
 * the deployment trusts one.
 */
export const RecordAuthenticatedGrant = defineRequest({
  subject: 'authorization.grant.record-authenticated.v1',
  callers: ['device-ciba'],
  resend: 'safe',
  request: AuthenticatedGrantRecording,
  reply: GrantRecorded,
  examples: [
    {
      request: {
        requestId: 'ciba:0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01',
        accountId: ACCOUNT,
        clientId: 's6BhdRkqt3',
        authority: { version: 1, scope: ['openid'], resources: [], claims: {}, authorizationDetails: [] },
        offline: false,
        confirmation: null,
        authentication: { acr: null, amr: ['mca'] },
      },
      reply: { outcome: 'recorded', grantId: '0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01' },
    },
  ],
});

/**
 * Who is signed in in a browser, for a page whose matter another service owns. Nobody: an interaction is opened that leads back to
 * that page. Owner: authorization. Caller: device-ciba. Not resent: each message may open an interaction.
 */
export const ShowSignedIn = defineRequest({
  subject: 'authorization.session.show.v1',
  callers: ['device-ciba'],
  resend: 'never',
  request: z.object({ browser: Browser, leadTo: z.enum(['approvals']) }),
  reply: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('signed-in'), accountId: AccountId, person: PersonView }),
    z.object({ kind: z.literal('continue'), interaction: Handle, session: SessionCookie, browser: Handle.nullable() }),
  ]),
  examples: [
    { request: { browser, leadTo: 'approvals' }, reply: { kind: 'signed-in', accountId: ACCOUNT, person: { name: 'Jane Doe', identifier: 'jane' } } },
  ],
});

/**
 * Finds the person a client means, and checks their user code where the client has them say one (CIBA Core §7.1 `user_code`).
 * Owner: authorization. Caller: device-ciba. Never resent: a user code is opened once and each attempt counts.
 */
export const FindHintedPerson = defineRequest({
  subject: 'authorization.person.find.v1',
  callers: ['device-ciba'],
  resend: 'never',
  request: z.object({
    clientId: ClientId,
    hint: PersonHint,
    /** As the gateway sealed it; null where none was sent. */
    sealedUserCode: z.string().nullable(),
    /** Whether this client takes user codes (`backchannel_user_code_parameter`); else none is looked at. */
    userCodes: z.boolean(),
    sourceAddress: z.string(),
    requestId: z.string(),
  }),
  reply: FoundPerson,
  examples: [
    {
      request: {
        clientId: 's6BhdRkqt3',
        hint: { kind: 'identifier', value: 'jane@example.com' },
        sealedUserCode: null,
        userCodes: false,
        sourceAddress: '203.0.113.7',
        requestId: 'b7mXkq2n0r9w4c1z',
      },
      reply: { outcome: 'found', accountId: ACCOUNT, email: 'jane@example.com' },
    },
    {
      request: {
        clientId: 's6BhdRkqt3',
        hint: { kind: 'identifier', value: 'nobody' },
        sealedUserCode: null,
        userCodes: false,
        sourceAddress: '203.0.113.7',
        requestId: 'b7mXkq2n0r9w4c1z',
      },
      reply: { outcome: 'unknown' },
    },
  ],
});
