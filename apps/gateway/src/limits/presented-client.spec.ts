import type { OutgoingEdgeRequest } from '../http/edge-request.js';
import { presentedClient } from './presented-client.js';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const jwt = (payload: string) => `e30.${Buffer.from(payload).toString('base64url')}.c2ln`;
const request = (authorization: string[], parameters: [string, string][] = []): OutgoingEdgeRequest => ({
  parameters,
  authorization,
  dpop: [],
  method: 'POST',
  url: 'https://as.example.com/token',
  clientCertificate: null,
  sourceAddress: '203.0.113.7',
  requestId: 'request-1',
});

describe('Ours: the client whose failures are counted', () => {
  it.each([
    ['of a Basic header', request([basic('a:secret')]), 'a'],
    ['of a Basic header before the parameter', request([basic('a:secret')], [['client_id', 'b']]), 'a'],
    ['of a Basic header, whatever spelling its form-url-encoding has', request([basic('%61+%c3%a4:secret')]), 'a ä'],
    ['of a Basic header whose encoding is broken', request([basic('a%:secret')]), 'a%'],
    ['of the parameter', request([], [['client_id', 'b']]), 'b'],
    ['of an assertion', request([], [['client_assertion', jwt('{"sub":"c"}')]]), 'c'],
    ['of nothing', request([]), null],
    ['of a Basic header that is none', request(['Basic ***']), null],
    ['of another scheme', request(['Bearer abc']), null],
    ['of an empty id', request([basic(':secret')]), null],
    ['of an assertion that is none', request([], [['client_assertion', 'x']]), null],
    ['of an assertion that is no JSON', request([], [['client_assertion', jwt('{')]]), null],
    ['of an assertion without a subject', request([], [['client_assertion', jwt('{}')]]), null],
  ])('is the claim %s', (_case, edge, expected) => {
    expect(presentedClient(edge)).toBe(expected);
  });

  it('is cut to the length a client id can have', () => {
    expect(presentedClient(request([], [['client_id', 'x'.repeat(500)]]))).toHaveLength(128);
  });
});
