import type { OutboundOutcome } from '@tessera/outbound-http';
import { OutboundKeySetSource } from './outbound-key-set-source.js';

const DATE = 'Tue, 15 Nov 1994 08:12:31 GMT';
const answering = (outcome: OutboundOutcome) =>
  new OutboundKeySetSource({ send: async () => outcome }).fetch('https://client.example.com/jwks');
const answered = (body: string | Uint8Array, headers = {}, status = 200): OutboundOutcome => ({
  outcome: 'answered',
  status,
  body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
  headers,
});

describe('Ours: what a jwks_uri answers', () => {
  it('is asked for as a key set or JSON, without anything of ours', async () => {
    const asked: unknown[] = [];
    const http = { send: async (request: unknown) => (asked.push(request), answered('{"keys":[]}')) };
    expect(await new OutboundKeySetSource(http).fetch('https://client.example.com/jwks')).toEqual({
      outcome: 'fetched',
      value: { keys: [] },
      freshSeconds: 3_600,
    });
    expect(asked).toEqual([
      { url: 'https://client.example.com/jwks', method: 'GET', accept: ['application/jwk-set+json', 'application/json'] },
    ]);
  });

  it.each([
    ['an error status', answered('', {}, 503), 'the host answered with status 503'],
    ['a 204', answered('', {}, 204), 'the host answered with status 204'],
    ['something else than JSON', answered('<html>'), 'the answer is not JSON'],
    ['bytes that are no UTF-8', answered(new Uint8Array([0x22, 0xff, 0x22])), 'the answer is not JSON'],
    ['nothing', { outcome: 'failed', fault: 'timeout' } as const, 'the host did not answer in time'],
    ['a redirect', { outcome: 'failed', fault: 'redirected' } as const, 'the host redirects; redirects are not followed'],
  ])('%s is a failure in words of ours', async (_case, outcome, why) => {
    expect(await answering(outcome)).toEqual({ outcome: 'failed', why });
  });

  it.each([
    ['Cache-Control', { 'cache-control': 'max-age=600' }, 600],
    ['Cache-Control and Age', { 'cache-control': 'max-age=1000', age: '400' }, 600],
    ['Expires after Date', { date: DATE, expires: 'Tue, 15 Nov 1994 08:32:31 GMT' }, 1_200],
    ['Expires "0"', { date: DATE, expires: '0' }, 300],
    ['Expires without Date', { expires: DATE }, 300],
    ['a malformed Age', { 'cache-control': 'max-age=600', age: 'old' }, 600],
  ])('RFC 9111 §4.2.1 %s says how long it is fresh', async (_case, headers, freshSeconds) => {
    expect(await answering(answered('{"keys":[]}', headers))).toMatchObject({ freshSeconds });
  });
});
