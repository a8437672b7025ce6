import { FrontChannelIssuance, FrontChannelTokens } from '@tessera/protocol/front-channel-tokens';
import { defineRequest } from '../define-contract.js';

/** Milliseconds: less than the gateway waits for authorization, so that the client is told at its redirect URI and the person sees no error page. */
const ISSUE_DEADLINE_MS = 1_500;

/**
 * The tokens of an authorization response (OIDC Core §3.2.2.5, §3.3.2.5). Owner: token. Caller: authorization, after it has committed
 * the grant.
 *
 * Never resent: each message makes tokens. A lost answer is told to the client as `temporarily_unavailable`; the grant stays without
 * anything that could be presented for it, and ends with the session.
 */
export const IssueFrontChannelTokens = defineRequest({
  subject: 'token.front-channel.issue.v1',
  callers: ['authorization'],
  resend: 'never',
  batch: true,
  deadlineMs: ISSUE_DEADLINE_MS,
  request: FrontChannelIssuance,
  reply: FrontChannelTokens,
  examples: [
    {
      request: {
        clientId: 's6BhdRkqt3',
        grant: {
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
        },
        responseType: 'code id_token',
        code: 'SplxlOBeZQQYbYS6WxSbIA',
        state: 'af0ifjsldkj',
      },
      reply: { accessToken: null, idToken: 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln' },
    },
  ],
});
