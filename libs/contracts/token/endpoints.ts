import { EdgeRequest, EndpointReply } from '@tessera/protocol/edge';
import { defineRequest } from '../define-contract.js';

const edge = (path: string, parameters: [string, string][]) => ({
  parameters,
  authorization: ['Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW'],
  dpop: [],
  method: 'POST',
  url: `https://as.example.com${path}`,
  clientCertificate: null,
  sourceAddress: '203.0.113.7',
  requestId: 'b7mXkq2n0r9w4c1z',
});

/**
 * RFC 6749 §3.2. Owner: token. Caller: gateway.
 *
 * Never resent: a repeated client assertion is a replay (RFC 7523 §3 item 7). A client that lost the answer asks again with
 * a fresh request.
 */
export const Token = defineRequest({
  subject: 'token.endpoint.token.v1',
  callers: ['gateway'],
  resend: 'never',
  batch: true,
  request: EdgeRequest,
  reply: EndpointReply,
  examples: [
    {
      request: edge('/token', [['grant_type', 'client_credentials']]),
      reply: { status: 200, body: { access_token: 'mF_9.B5f-4.1JqM', token_type: 'Bearer', expires_in: 600 }, headers: {} },
    },
  ],
});

/** RFC 7662 §2. Owner: token. Caller: gateway. Reads only; not resent because the caller may authenticate by assertion. */
export const Introspection = defineRequest({
  subject: 'token.endpoint.introspection.v1',
  callers: ['gateway'],
  resend: 'never',
  batch: true,
  request: EdgeRequest,
  reply: EndpointReply,
  examples: [
    {
      request: edge('/introspect', [['token', 'mF_9.B5f-4.1JqM']]),
      reply: { status: 200, body: { active: false }, headers: {} },
    },
  ],
});

/** RFC 7009 §2. Owner: token. Caller: gateway. Revoking twice is the same as once; assertions keep it from being resent. */
export const Revocation = defineRequest({
  subject: 'token.endpoint.revocation.v1',
  callers: ['gateway'],
  resend: 'never',
  batch: true,
  request: EdgeRequest,
  reply: EndpointReply,
  examples: [
    { request: edge('/revoke', [['token', '45ghiukldjahdnhzdauz']]), reply: { status: 200, body: null, headers: {} } },
  ],
});

/** OIDC Core §5.3. Owner: token. Caller: gateway. Reads only, yet not resent: a proof of possession counts once. */
export const Userinfo = defineRequest({
  subject: 'token.endpoint.userinfo.v1',
  callers: ['gateway'],
  resend: 'never',
  batch: true,
  request: EdgeRequest,
  reply: EndpointReply,
  examples: [
    {
      request: { ...edge('/userinfo', []), method: 'GET', authorization: ['Bearer mF_9.B5f-4.1JqM'] },
      reply: { status: 200, body: { sub: 'usr_2iv3d3YcSTm1vE7vTzrWlA' }, headers: {} },
    },
  ],
});
