import { ApprovalReport, ApprovalsReply, ApprovalsRequest, AuthReqIdRedemption, AuthReqIdRedemptionRequest } from '@tessera/protocol/backchannel-authentication';
import { EdgeRequest, EndpointReply } from '@tessera/protocol/edge';
import { Handle } from '@tessera/vocabulary';
import { z } from 'zod';
import { defineEvent, defineRequest } from '../define-contract.js';

const EXAMPLE_HASH = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const EXAMPLE_ID = '6f0d2a8e-2f3b-4f5e-9a51-6f8f4c1d2e3f';
const client = { clientId: 's6BhdRkqt3', name: 'Example bank', clientUri: null, logoUri: null, policyUri: null, tosUri: null };
const browser = { session: EXAMPLE_HASH, browser: EXAMPLE_HASH, sourceAddress: '203.0.113.7', userAgent: 'Mozilla/5.0' };
/** Milliseconds for the statements that start a request: one counts, two more are a transaction. */
const START_DEADLINE_MS = 4_000;

/** CIBA Core §7.1. Owner: device-ciba. Caller: gateway. Not resent: a person is asked, and the client may authenticate by assertion. */
export const BackchannelAuthentication = defineRequest({
  subject: 'device-ciba.endpoint.backchannel-authentication.v1',
  callers: ['gateway'],
  resend: 'never',
  batch: true,
  deadlineMs: START_DEADLINE_MS,
  request: EdgeRequest,
  reply: EndpointReply,
  examples: [
    {
      request: {
        parameters: [['scope', 'openid'], ['login_hint', 'jane@example.com'], ['binding_message', 'W4SCT']],
        authorization: ['Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW'],
        dpop: [],
        method: 'POST',
        url: 'https://as.example.com/bc-authorize',
        clientCertificate: null,
        sourceAddress: '203.0.113.7',
        requestId: 'b7mXkq2n0r9w4c1z',
      },
      reply: { status: 200, body: { auth_req_id: EXAMPLE_HASH, expires_in: 300, interval: 5 }, headers: {} },
    },
  ],
});

/**
 * CIBA Core §10.1, §11. Owner: device-ciba. Caller: token.
 *
 * One message for a poll, answered by one statement that has everything in its WHERE. The same redemption id gets the same grant, so
 * a lost reply may be asked for again.
 */
export const RedeemAuthReqId = defineRequest({
  subject: 'device-ciba.backchannel-authentication.redeem.v1',
  callers: ['token'],
  resend: 'safe',
  batch: true,
  deadlineMs: 1_000,
  request: AuthReqIdRedemptionRequest,
  reply: AuthReqIdRedemption,
  examples: [
    {
      request: { authReqIdHash: EXAMPLE_HASH, clientId: 's6BhdRkqt3', confirmation: null, redemptionId: EXAMPLE_ID },
      reply: { outcome: 'pending' },
    },
  ],
});

/**
 * CIBA Core §10.1.1: whether a poll may wait for the decision. Owner: device-ciba. Caller: gateway, before the token request goes to
 * its owner. It names nothing but a row; what the poll is worth is decided by its one redemption. Not resent: it counts as the poll.
 */
export const HoldPoll = defineRequest({
  subject: 'device-ciba.backchannel-authentication.hold.v1',
  callers: ['gateway'],
  resend: 'never',
  batch: true,
  deadlineMs: 1_000,
  request: z.object({ authReqIdHash: Handle }),
  /** Null: the poll is not held. Else the row whose decision it waits for, and for how long that makes sense. */
  reply: z.object({ held: z.object({ request: z.uuid(), secondsLeft: z.number().nonnegative() }).nullable() }),
  examples: [
    { request: { authReqIdHash: EXAMPLE_HASH }, reply: { held: { request: EXAMPLE_ID, secondsLeft: 240.5 } } },
    { request: { authReqIdHash: EXAMPLE_HASH }, reply: { held: null } },
  ],
});

/**
 * The approval inbox of whoever is signed in, and what is answered there (CIBA Core §8, CIB-5). Owner: device-ciba. Caller: gateway.
 * An answer is one conditional statement, so a second one changes nothing; not resent because the page may lead to a sign-in.
 */
export const ShowApprovals = defineRequest({
  subject: 'device-ciba.approval.show.v1',
  callers: ['gateway'],
  resend: 'never',
  deadlineMs: START_DEADLINE_MS,
  request: ApprovalsRequest,
  reply: ApprovalsReply,
  examples: [
    {
      request: { browser, change: null, requestId: 'b7mXkq2n0r9w4c1z' },
      reply: {
        kind: 'approvals',
        person: { name: 'Jane Doe', identifier: 'jane' },
        waiting: [
          {
            approval: EXAMPLE_HASH,
            client,
            scope: [{ scope: 'openid', resource: null }],
            bindingMessage: 'W4SCT',
            choices: null,
            requestedAt: 1_700_000_000,
            secondsLeft: 240,
          },
        ],
        silenced: [],
        outcome: null,
        client: null,
      },
    },
    {
      request: { browser, change: { change: 'answer', approval: EXAMPLE_HASH, answer: { answer: 'approve' } }, requestId: 'b7mXkq2n0r9w4c1z' },
      reply: { kind: 'approvals', person: { name: null, identifier: 'jane' }, waiting: [], silenced: [], outcome: 'approved', client },
    },
  ],
});

/**
 * What a person answered on the deployment's own authenticator, as it was signed. Owner: device-ciba, which has the secret. Caller:
 * gateway. May be resent: the first decision stands, and the same one is answered as before.
 */
export const CompleteApproval = defineRequest({
  subject: 'device-ciba.approval.complete.v1',
  callers: ['gateway'],
  resend: 'safe',
  request: ApprovalReport,
  reply: EndpointReply,
  examples: [
    {
      request: {
        body: `{"approval":"${EXAMPLE_HASH}","decision":"approve"}`,
        signature: 't=1700000000,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd',
      },
      reply: { status: 200, body: { outcome: 'approved' }, headers: {} },
    },
  ],
});

/** A person decided. Whoever holds a poll for this request redeems it now. */
export const BackchannelAuthenticationDecided = defineEvent({
  subject: 'device-ciba.event.backchannel-authentication.decided.v1',
  subscribers: ['gateway'],
  recoveredBy: 'the end of the wait: a held poll is redeemed after 25 s in any case, and the client polls again',
  payload: z.object({ request: z.uuid() }),
  examples: [{ request: EXAMPLE_ID }],
});
