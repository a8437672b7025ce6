import { AccountPageReply, AccountPageRequest } from '@tessera/protocol/account';
import { AuthorizationCodeRedemption, AuthorizationCodeRedemptionRequest } from '@tessera/protocol/authorization-code-grant';
import { EdgeRequest, EndpointReply } from '@tessera/protocol/edge';
import { Browser, InteractionReply, StepInput, StepName } from '@tessera/protocol/interaction';
import { PasswordVerdict, PasswordVerification } from '@tessera/protocol/resource-owner-password-grant';
import { Handle } from '@tessera/vocabulary';
import { z } from 'zod';
import { defineRequest } from '../define-contract.js';

const EXAMPLE_HANDLE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const browser = { session: null, browser: EXAMPLE_HANDLE, sourceAddress: '203.0.113.7', userAgent: 'Mozilla/5.0' };
const edge = (path: string, method: string, parameters: [string, string][]) => ({
  parameters,
  authorization: [],
  dpop: [],
  method,
  url: `https://as.example.com${path}`,
  clientCertificate: null,
  sourceAddress: '203.0.113.7',
  requestId: 'b7mXkq2n0r9w4c1z',
});
const keep = { session: { change: 'keep' as const }, browser: null };
const grant = {
  grantId: '0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01',
  clientId: 's6BhdRkqt3',
  subject: 'usr_2iv3d3YcSTm1vE7vTzrWlA',
  authority: { version: 1 as const, scope: ['openid'], resources: [], claims: {}, authorizationDetails: [] },
  offline: false,
  confirmation: null,
  sid: 'qGZ1nJ0Yx7w',
  authTime: 1_700_000_000,
  acr: '1',
  amr: ['pwd'],
  nonce: 'n-0S6_WzA2Mj',
  idTokenClaims: {},
};

/**
 * RFC 6749 §3.1, OIDC Core §3.1.2. Owner: authorization. Caller: gateway.
 *
 * Never resent: a silent authorization mints a code. A person whose answer was lost reloads the page.
 */
export const Authorization = defineRequest({
  subject: 'authorization.endpoint.authorization.v1',
  callers: ['gateway'],
  resend: 'never',
  batch: true,
  request: z.object({ edge: EdgeRequest, browser: Browser }),
  reply: InteractionReply,
  examples: [
    {
      request: { edge: edge('/authorize', 'GET', [['client_id', 's6BhdRkqt3'], ['response_type', 'code']]), browser },
      reply: { kind: 'continue', interaction: EXAMPLE_HANDLE, ...keep },
    },
  ],
});

/** RFC 9126 §2. Owner: authorization. Caller: gateway. Not resent: the client may authenticate by assertion. */
export const PushedAuthorizationRequest = defineRequest({
  subject: 'authorization.endpoint.pushed-authorization-request.v1',
  callers: ['gateway'],
  resend: 'never',
  batch: true,
  request: EdgeRequest,
  reply: EndpointReply,
  examples: [
    {
      request: edge('/par', 'POST', [['client_id', 's6BhdRkqt3'], ['response_type', 'code']]),
      reply: { status: 201, body: { request_uri: `urn:ietf:params:oauth:request_uri:${EXAMPLE_HANDLE}`, expires_in: 90 }, headers: {} },
    },
  ],
});

/** Shows where an interaction stands, to the browser it is bound to. Decides anew from what is stored (decision 15). */
export const ShowInteraction = defineRequest({
  subject: 'authorization.interaction.show.v1',
  callers: ['gateway'],
  resend: 'never',
  batch: true,
  request: z.object({ interaction: Handle, browser: Browser }),
  reply: InteractionReply,
  examples: [
    {
      request: { interaction: EXAMPLE_HANDLE, browser },
      reply: {
        kind: 'step',
        interaction: EXAMPLE_HANDLE,
        page: { step: 'password', client: null, identifier: null, person: null, problem: null, waitSeconds: null },
        formTargets: ['https://client.example.org'],
        uiLocales: [],
        ...keep,
      },
    },
  ],
});

/** Takes a person's answer to the step an interaction is at; the first answer wins (I1). */
export const SubmitInteraction = defineRequest({
  subject: 'authorization.interaction.submit.v1',
  callers: ['gateway'],
  resend: 'never',
  batch: true,
  request: z.object({ interaction: Handle, step: StepName, input: StepInput, browser: Browser, requestId: z.string() }),
  reply: InteractionReply,
  examples: [
    {
      request: { interaction: EXAMPLE_HANDLE, step: 'consent', input: [['decision', 'allow']], browser, requestId: 'b7mXkq2n0r9w4c1z' },
      reply: {
        kind: 'response',
        mode: 'query',
        redirectUri: 'https://client.example.org/cb',
        parameters: [['code', EXAMPLE_HANDLE], ['state', 'af0ifjsldkj'], ['iss', 'https://as.example.com']],
        reason: null,
        ...keep,
      },
    },
  ],
});

/** RP-Initiated Logout 1.0 §2. Owner: authorization. Caller: gateway. Ending a session twice is the same as once. */
export const EndSession = defineRequest({
  subject: 'authorization.endpoint.end-session.v1',
  callers: ['gateway'],
  resend: 'never',
  request: z.object({ edge: EdgeRequest, browser: Browser }),
  reply: InteractionReply,
  examples: [
    { request: { edge: edge('/end_session', 'GET', []), browser }, reply: { kind: 'signed-out', client: null, ...keep } },
  ],
});

/** What a person sees of their account and may end there (UIX-9). */
export const AccountPage = defineRequest({
  subject: 'authorization.account.show.v1',
  callers: ['gateway'],
  resend: 'never',
  request: AccountPageRequest,
  reply: AccountPageReply,
  examples: [
    {
      request: { browser, change: null, requestId: 'b7mXkq2n0r9w4c1z' },
      reply: { kind: 'continue', interaction: EXAMPLE_HANDLE, ...keep },
    },
  ],
});

/**
 * RFC 6749 §4.1.3. Owner: authorization. Caller: token.
 *
 * Redemption is one message answered by one SQL statement. There is no "look up the code" and no "mark it used": two messages
 * would be a race between two token replicas. The same redemption id gets the same answer, so a lost reply may be asked for again.
 */
export const RedeemAuthorizationCode = defineRequest({
  subject: 'authorization.authorization-code.redeem.v1',
  callers: ['token'],
  resend: 'safe',
  batch: true,
  deadlineMs: 1_000,
  request: AuthorizationCodeRedemptionRequest,
  reply: AuthorizationCodeRedemption,
  examples: [
    {
      request: {
        codeHash: EXAMPLE_HANDLE,
        clientId: 's6BhdRkqt3',
        redirectUri: 'https://client.example.org/cb',
        codeChallenge: EXAMPLE_HANDLE,
        confirmation: null,
        redemptionId: '0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01',
      },
      reply: { outcome: 'redeemed', grant },
    },
  ],
});

/** RFC 6749 §4.3. Owner: authorization. Caller: token. Never resent: an attempt is counted each time (CCR-4). */
export const VerifyPassword = defineRequest({
  subject: 'authorization.password.check.v1',
  callers: ['token'],
  resend: 'never',
  request: PasswordVerification,
  reply: PasswordVerdict,
  examples: [
    {
      request: {
        clientId: 's6BhdRkqt3',
        username: 'alice',
        sealedPassword: 'eyJhbGciOiJFQ0RILUVTK0EyNTZLVyJ9.e30.e30.e30.e30',
        authority: grant.authority,
        offline: false,
        confirmation: null,
        sourceAddress: '203.0.113.7',
        requestId: 'b7mXkq2n0r9w4c1z',
      },
      reply: { outcome: 'refused' },
    },
  ],
});
