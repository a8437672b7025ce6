import {
  DeviceCodeRedemption,
  DeviceCodeRedemptionRequest,
  DeviceDecision,
  DeviceDecisionOutcome,
  DeviceRequestView,
  UserCodeAttempt,
  UserCodeFinding,
} from '@tessera/protocol/device-authorization';
import { EdgeRequest, EndpointReply } from '@tessera/protocol/edge';
import { z } from 'zod';
import { defineRequest } from '../define-contract.js';

const EXAMPLE_HASH = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const EXAMPLE_ID = '6f0d2a8e-2f3b-4f5e-9a51-6f8f4c1d2e3f';
const EXAMPLE_ACCOUNT = 'usr_2iv3d3YcSTm1vE7vTzrWlA';
const authority = { version: 1 as const, scope: ['openid', 'profile'], resources: [], claims: {}, authorizationDetails: [] };
const device = {
  id: EXAMPLE_ID,
  clientId: 's6BhdRkqt3',
  userCode: 'WDJBMJHT',
  request: { authority, acrValues: [] },
  confirmation: null,
  sourceAddress: '203.0.113.7',
  createdAt: 1_700_000_000,
  expiresAt: 1_700_000_600,
  state: 'pending' as const,
  now: 1_700_000_030,
};

/** RFC 8628 §3.1. Owner: device-ciba. Caller: gateway. Not resent: it makes codes, and the client may authenticate by assertion. */
export const DeviceAuthorization = defineRequest({
  subject: 'device-ciba.endpoint.device-authorization.v1',
  callers: ['gateway'],
  resend: 'never',
  batch: true,
  request: EdgeRequest,
  reply: EndpointReply,
  examples: [
    {
      request: {
        parameters: [['client_id', 's6BhdRkqt3'], ['scope', 'openid profile']],
        authorization: [],
        dpop: [],
        method: 'POST',
        url: 'https://as.example.com/device_authorization',
        clientCertificate: null,
        sourceAddress: '203.0.113.7',
        requestId: 'b7mXkq2n0r9w4c1z',
      },
      reply: {
        status: 200,
        body: {
          device_code: EXAMPLE_HASH,
          user_code: 'WDJB-MJHT',
          verification_uri: 'https://as.example.com/device',
          verification_uri_complete: 'https://as.example.com/device?user_code=WDJB-MJHT',
          expires_in: 600,
          interval: 5,
        },
        headers: {},
      },
    },
  ],
});

/** RFC 8628 §3.3: the request a user code names. Never resent: a wrong one is counted each time (DEV-2). */
export const FindUserCode = defineRequest({
  subject: 'device-ciba.user-code.find.v1',
  callers: ['authorization'],
  resend: 'never',
  request: UserCodeAttempt,
  reply: UserCodeFinding,
  examples: [
    {
      request: { userCode: 'WDJBMJHT', browserHash: EXAMPLE_HASH, sourceAddress: '203.0.113.7', accountId: null },
      reply: { outcome: 'found', device },
    },
    { request: { userCode: null, browserHash: null, sourceAddress: '203.0.113.7', accountId: null }, reply: { outcome: 'too_many', waitSeconds: 540 } },
  ],
});

/** The present state of a request somebody found before, for the page that shows it. Reads only. Null: it is gone. */
export const ShowDeviceAuthorization = defineRequest({
  subject: 'device-ciba.device-authorization.show.v1',
  callers: ['authorization'],
  resend: 'safe',
  batch: true,
  request: z.object({ id: z.uuid() }),
  reply: z.object({ device: DeviceRequestView.nullable() }),
  examples: [{ request: { id: EXAMPLE_ID }, reply: { device } }],
});

/**
 * RFC 8628 §3.3: approve or deny, by one conditional statement; the first decision wins (DEV-6). What is approved names the grant
 * that was recorded before this message (decision 2). The same decision again finds itself and is answered as before.
 */
export const DecideDeviceAuthorization = defineRequest({
  subject: 'device-ciba.device-authorization.decide.v1',
  callers: ['authorization'],
  resend: 'safe',
  request: DeviceDecision,
  reply: DeviceDecisionOutcome,
  examples: [
    {
      request: { decision: 'approve', id: EXAMPLE_ID, accountId: EXAMPLE_ACCOUNT, grantId: '0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01' },
      reply: { outcome: 'decided' },
    },
    { request: { decision: 'deny', id: EXAMPLE_ID, accountId: EXAMPLE_ACCOUNT }, reply: { outcome: 'expired' } },
  ],
});

/**
 * RFC 8628 §3.4. Owner: device-ciba. Caller: token.
 *
 * One message for a poll, answered by one statement that has everything in its WHERE. The same redemption id gets the same grant,
 * so a lost reply may be asked for again; a poll that is resent is at worst told to slow down.
 */
export const RedeemDeviceCode = defineRequest({
  subject: 'device-ciba.device-authorization.redeem.v1',
  callers: ['token'],
  resend: 'safe',
  batch: true,
  deadlineMs: 1_000,
  request: DeviceCodeRedemptionRequest,
  reply: DeviceCodeRedemption,
  examples: [
    {
      request: { deviceCodeHash: EXAMPLE_HASH, clientId: 's6BhdRkqt3', confirmation: null, redemptionId: EXAMPLE_ID },
      reply: { outcome: 'pending' },
    },
    {
      request: { deviceCodeHash: EXAMPLE_HASH, clientId: 's6BhdRkqt3', confirmation: null, redemptionId: EXAMPLE_ID },
      reply: {
        outcome: 'redeemed',
        grant: {
          grantId: '0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01',
          clientId: 's6BhdRkqt3',
          subject: EXAMPLE_ACCOUNT,
          authority,
          offline: false,
          confirmation: null,
          sid: null,
          authTime: 1_700_000_000,
          acr: '1',
          amr: ['pwd'],
          nonce: null,
          idTokenClaims: {},
        },
      },
    },
  ],
});
