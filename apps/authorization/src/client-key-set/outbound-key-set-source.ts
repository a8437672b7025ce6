import type { OutboundFault, OutboundHttp, OutboundOutcome } from '@tessera/outbound-http';
import { type FetchedKeySet, keySetFreshSeconds, type KeySetSource } from '@tessera/protocol/client-key-set';

/** RFC 7517 §8.5.2, and what most servers say instead. */
const MEDIA_TYPES = ['application/jwk-set+json', 'application/json'];

/** What the operator reads about a fetch that came to nothing. */
const WHY = {
  url: 'the jwks_uri is not an acceptable https URL',
  port: 'the port of the jwks_uri is not allowed here (OUTBOUND_PORTS)',
  address: 'the host of the jwks_uri has a private address (OUTBOUND_ALLOWED_HOSTS)',
  busy: 'too many fetches were in progress',
  unresolved: 'the host of the jwks_uri has no address',
  timeout: 'the host did not answer in time',
  connection: 'the connection or its TLS handshake failed',
  redirected: 'the host redirects; redirects are not followed',
  too_large: 'the answer is too large',
  encoded: 'the answer is compressed although nothing was asked for',
  content_type: 'the answer is not JSON by its Content-Type',
} as const satisfies Record<OutboundFault, string>;

/** Fetches key sets through the guarded client, which alone decides where this process may connect to. */
export class OutboundKeySetSource implements KeySetSource {
  constructor(private readonly http: Pick<OutboundHttp, 'send'>) {}

  async fetch(jwksUri: string): Promise<FetchedKeySet> {
    const answer = await this.http.send({ url: jwksUri, method: 'GET', accept: MEDIA_TYPES });
    if (answer.outcome === 'failed') return { outcome: 'failed', why: WHY[answer.fault] };
    if (answer.status !== 200) return { outcome: 'failed', why: `the host answered with status ${answer.status}` };
    const value = parseJson(answer.body);
    if (value === undefined) return { outcome: 'failed', why: 'the answer is not JSON' };
    return { outcome: 'fetched', value, freshSeconds: freshSeconds(answer.headers) };
  }
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function freshSeconds(headers: Extract<OutboundOutcome, { outcome: 'answered' }>['headers']): number {
  const expires = headers.expires === undefined ? null : httpDateSeconds(headers.expires) - httpDateSeconds(headers.date ?? '');
  return keySetFreshSeconds({
    cacheControl: headers['cache-control'] ?? null,
    expiresInSeconds: expires === null || Number.isFinite(expires) ? expires : 0,
    ageSeconds: /^\d{1,10}$/.test(headers.age ?? '') ? Number(headers.age) : 0,
  });
}

/** RFC 9110 §5.6.7; the engine's parser alone would also read "0" as a year. */
function httpDateSeconds(value: string): number {
  return value.endsWith(' GMT') ? Date.parse(value) / 1_000 : Number.NaN;
}
