import { setTimeout as delay } from 'node:timers/promises';
import type { OutboundHttp, OutboundOutcome } from '@tessera/outbound-http';
import type { FetchedRequestObject, RequestUriSource } from '@tessera/protocol/authorization-request';
import { type Clock, HOP_DEADLINE_MS, PARAMETER_BYTES_MAX, REQUEST_URI_FRESH_SECONDS_MAX } from '@tessera/vocabulary';

/** RFC 9101 §9.4.1, and what clients of OpenID Connect say (OIDC Core §6.2). */
const MEDIA_TYPES = ['application/oauth-authz-req+jwt', 'application/jwt'];
/** Milliseconds one request waits: what a hop allows, less the time to answer. A slow host is told of at the client, not on a page. */
const WAIT_MS_MAX = HOP_DEADLINE_MS - 700;
/** Objects this process keeps; beyond them the oldest goes. */
const KEPT_MAX = 1_000;

interface Kept {
  readonly object: FetchedRequestObject;
  /** Instant of the monotonic clock, milliseconds. */
  readonly freshUntil: number;
}

/**
 * Fetches request objects behind registered `request_uris` through the guarded client (OUT-1 to OUT-4), which alone decides where
 * this process may connect to.
 *
 * Requests for one value share one fetch, so that a link opened a thousand times calls the client's host once at a time. An object is
 * kept only where its host says so (RFC 9111 §5.2.2.1), five minutes at most, and by the whole value: another fragment is another
 * object (OIDC Core §6.2). Failures are not kept.
 */
export class OutboundRequestUris implements RequestUriSource {
  private readonly underWay = new Map<string, Promise<FetchedRequestObject>>();
  private readonly kept = new Map<string, Kept>();

  constructor(
    private readonly http: Pick<OutboundHttp, 'send'>,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
    private readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown> = (ms, signal) => delay(ms, undefined, { signal }),
  ) {}

  fetch(requestUri: string): Promise<FetchedRequestObject> {
    const kept = this.kept.get(requestUri);
    if (kept !== undefined && kept.freshUntil > this.clock.monotonicMs()) return Promise.resolve(kept.object);
    this.kept.delete(requestUri);
    return this.inTime(this.underWay.get(requestUri) ?? this.begin(requestUri));
  }

  private begin(requestUri: string): Promise<FetchedRequestObject> {
    const fetching = this.ask(requestUri).finally(() => this.underWay.delete(requestUri));
    this.underWay.set(requestUri, fetching);
    return fetching;
  }

  private async inTime(fetching: Promise<FetchedRequestObject>): Promise<FetchedRequestObject> {
    const answered = new AbortController();
    const late = { outcome: 'failed', why: 'timeout' } as const;
    const waited = this.pause(WAIT_MS_MAX, answered.signal).then(() => late, () => late);
    try {
      return await Promise.race([fetching, waited]);
    } finally {
      answered.abort();
    }
  }

  private async ask(requestUri: string): Promise<FetchedRequestObject> {
    // RFC 9110 §4.2.5: the fragment is not sent. The registered value has one.
    const [url = ''] = requestUri.split('#', 1);
    const answer = await this.http.send({ url, method: 'GET', accept: MEDIA_TYPES });
    if (answer.outcome === 'failed') return { outcome: 'failed', why: answer.fault };
    if (answer.status !== 200) return { outcome: 'failed', why: `status ${answer.status}` };
    if (answer.body.byteLength > PARAMETER_BYTES_MAX) return { outcome: 'failed', why: 'too_large' };
    const object = { outcome: 'fetched', compact: Buffer.from(answer.body).toString('latin1').trim() } as const;
    this.keep(requestUri, object, freshSeconds(answer.headers));
    return object;
  }

  private keep(requestUri: string, object: FetchedRequestObject, seconds: number): void {
    if (seconds <= 0) return;
    const [oldest] = this.kept.keys();
    if (this.kept.size >= KEPT_MAX && oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(requestUri, { object, freshUntil: this.clock.monotonicMs() + seconds * 1_000 });
  }
}

/** RFC 9111 §4.2: `max-age` less `Age`; `no-store`, `no-cache`, anything malformed and saying nothing are 0. */
function freshSeconds({ 'cache-control': control = '', age = '0' }: Extract<OutboundOutcome, { outcome: 'answered' }>['headers']): number {
  const directives = control.toLowerCase().split(',').map((one) => one.trim());
  if (directives.includes('no-store') || directives.includes('no-cache')) return 0;
  const [, maxAge = '0'] = directives.map((one) => /^max-age="?(\d{1,9})"?$/.exec(one)).find((one) => one !== null) ?? [];
  return Math.min(Number(maxAge) - (/^\d{1,9}$/.test(age) ? Number(age) : Number(maxAge)), REQUEST_URI_FRESH_SECONDS_MAX);
}
