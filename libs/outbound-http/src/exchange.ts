import { Client, type Dispatcher, errors } from 'undici';
import type { OutboundRequest } from './outbound-request.js';
import { OUTBOUND_HEADER_BYTES_MAX } from './outbound-limits.js';
import { type OutboundFault, type OutboundOutcome, READABLE_HEADERS, type ReadableHeader } from './outbound-outcome.js';
import { type ConnectionOptions, ConnectTimeout, pinnedConnector } from './pinned-connector.js';

/** The part of the limits that concerns one exchange. */
export interface ExchangeLimits extends ConnectionOptions {
  readonly bodyBytes: number;
}

/**
 * One request on one connection of its own. The connection is not kept: these exchanges are rare, and a kept one would outlive
 * the addresses it was checked for.
 */
export async function exchange(
  url: URL,
  request: OutboundRequest,
  addresses: readonly string[],
  limits: ExchangeLimits,
): Promise<OutboundOutcome> {
  const client = new Client(url.origin, {
    connect: pinnedConnector(url.hostname, addresses, limits),
    maxHeaderSize: OUTBOUND_HEADER_BYTES_MAX,
    pipelining: 1,
    // The overall signal bounds the exchange; these coarse timers of undici are not needed.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  try {
    const response = await client.request({
      path: `${url.pathname}${url.search}`,
      method: request.method,
      headers: {
        'user-agent': 'Tessera',
        accept: request.accept.join(', ') || '*/*',
        ...request.headers,
        'accept-encoding': 'identity',
      },
      body: request.body ?? null,
      signal: limits.signal,
    });
    return await read(response, request.accept, limits.bodyBytes);
  } catch (error) {
    return failed(faultOf(error, limits.signal));
  } finally {
    // Drops whatever the other side still sends.
    await client.destroy();
  }
}

async function read(response: Dispatcher.ResponseData, accept: readonly string[], bodyBytes: number): Promise<OutboundOutcome> {
  const { statusCode: status, headers } = response;
  const succeeded = status >= 200 && status < 300;
  const refused = succeeded ? refusal(headers, accept, bodyBytes) : status < 400 ? 'redirected' : null;
  if (refused !== null) {
    discard(response);
    return failed(refused);
  }
  if (!succeeded) {
    discard(response);
    return { outcome: 'answered', status, body: Buffer.alloc(0), headers: readable(headers) };
  }
  const body = await readBody(response, bodyBytes);
  return body === null ? failed('too_large') : { outcome: 'answered', status, body, headers: readable(headers) };
}

function refusal(
  headers: Dispatcher.ResponseData['headers'],
  accept: readonly string[],
  bodyBytes: number,
): OutboundFault | null {
  const encoding = single(headers['content-encoding']);
  if (encoding !== null && encoding.toLowerCase() !== 'identity') return 'encoded';
  const mediaType = single(headers['content-type'])?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (accept.length > 0 && !accept.includes(mediaType)) return 'content_type';
  return Number(single(headers['content-length']) ?? 0) > bodyBytes ? 'too_large' : null;
}

async function readBody(response: Dispatcher.ResponseData, bodyBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    const bytes = Buffer.from(chunk);
    length += bytes.byteLength;
    if (length > bodyBytes) return null;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** The unread body ends with the connection; its error has nobody to go to. */
function discard(response: Dispatcher.ResponseData): void {
  response.body.on('error', () => undefined);
}

function readable(headers: Dispatcher.ResponseData['headers']): Partial<Record<ReadableHeader, string>> {
  const found = READABLE_HEADERS.map((name) => [name, single(headers[name])] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== null));
}

function single(value: string | string[] | undefined): string | null {
  return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value;
}

function faultOf(error: unknown, signal: AbortSignal): OutboundFault {
  if (signal.aborted || error instanceof ConnectTimeout) return 'timeout';
  if (error instanceof errors.HeadersOverflowError) return 'too_large';
  return 'connection';
}

function failed(fault: OutboundFault): OutboundOutcome {
  return { outcome: 'failed', fault };
}
