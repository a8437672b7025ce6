import { UserGrant } from '@tessera/protocol/access-token';
import { PushedTokens } from '@tessera/protocol/backchannel-authentication';
import { Handle } from '@tessera/vocabulary';
import { z } from 'zod';
import { defineRequest } from '../define-contract.js';

const EXAMPLE_HANDLE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

/**
 * Makes the tokens of a push (CIBA Core §10.3.1). Owner: token. Caller: device-ciba, which has redeemed the request for the push and
 * keeps what it gets, so that each attempt says the same tokens (CIB-7). Not resent: it begins a family of refresh tokens. What was
 * made and then lost was told to nobody.
 */
export const IssuePushedTokens = defineRequest({
  subject: 'token.pushed-tokens.issue.v1',
  callers: ['device-ciba'],
  resend: 'never',
  request: z.object({ grant: UserGrant, authReqId: Handle }),
  /** Null: the client is out of use, or has no part in what was granted any more. */
  reply: z.object({ tokens: PushedTokens.nullable() }),
  examples: [
    {
      request: {
        grant: {
          grantId: '0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01',
          clientId: 's6BhdRkqt3',
          subject: 'usr_2iv3d3YcSTm1vE7vTzrWlA',
          authority: { version: 1, scope: ['openid'], resources: [], claims: {}, authorizationDetails: [] },
          offline: false,
          confirmation: null,
          sid: null,
          authTime: 1_700_000_000,
          acr: '1',
          amr: ['pwd'],
          nonce: null,
          idTokenClaims: {},
        },
        authReqId: EXAMPLE_HANDLE,
      },
      reply: { tokens: { accessToken: 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln', lifetimeSeconds: 600, refreshToken: null, idToken: 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln' } },
    },
  ],
});
