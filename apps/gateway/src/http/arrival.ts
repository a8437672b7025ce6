import type { CallContext } from '@tessera/messaging';
import { readTraceparent, type Span, traces } from '@tessera/observability';
import { OAuthError, REQUEST_BUDGET_MS, URL_BYTES_MAX } from '@tessera/vocabulary';
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { assertFormType } from './form-body.js';
import { assertJsonType } from './json-body.js';
import { type PresentedHeaders, presentedHeaders } from './presented-headers.js';
import { type PublishedRoute, type PublishedSurface, requestTarget, routeAt } from './published-surface.js';
import { CROSS_ORIGIN_HEADERS, HTML_TYPE, PREFLIGHT_HEADERS, responseHeaders } from './response-headers.js';
import { plainAddress, sourceAddress, type TrustedProxies } from './source-address.js';

/** What is known of a request before its body is read. */
export interface Arrival {
  /** Request id, trace and deadline, minted here and never taken from a client. */
  readonly context: CallContext;
  readonly headers: PresentedHeaders;
  readonly source: string;
  /** The query as it came, not decoded. */
  readonly query: string;
  /** The route its path is published for; null when there is none. */
  readonly route: PublishedRoute | null;
  /** What is recorded of it; null when nothing is. */
  readonly span: Span | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the first hook of every request. */
    arrival: Arrival;
  }
}

/** What the edge decides by. Everything here is configuration or made from it. */
export interface EdgePolicy {
  readonly issuer: string;
  /** Host header values that are ours, lower case. */
  readonly hosts: ReadonlySet<string>;
  readonly surface: PublishedSurface;
  readonly proxies: TrustedProxies;
  /** Counts a request for a page; seconds its source has to wait, 0 for now. */
  secondsToWait(source: string, method: string): number;
  newCallContext(budgetMs: number): CallContext;
}

/** A path that no route has: where the router is sent with everything that is not published. */
const NOWHERE = '/.nowhere';

/** Sends the router to the internal path of a published path; it never sees what the client wrote. */
export function internalUrl(surface: PublishedSurface, url: string | undefined): string {
  return routeAt(surface, requestTarget(url ?? '').path)?.internalPath ?? NOWHERE;
}

/**
 * The first thing that happens to a request: it gets its id and its headers, then everything that can be refused without its
 * body is refused (EDG-1 to EDG-4), in this order.
 */
export function receive(policy: EdgePolicy, request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
  const target = requestTarget(request.originalUrl);
  const headers = presentedHeaders(request.raw.rawHeaders);
  const route = routeAt(policy.surface, target.path);
  const minted = policy.newCallContext(REQUEST_BUDGET_MS);
  const peer = request.raw.socket.remoteAddress ?? '';
  const source = sourceAddress(peer, headers.forwardedFor, policy.proxies);
  const span = traces.on ? beginTrace(request.method, minted, route, continuedTrace(peer, headers, policy)) : null;
  // Of the same shape as the minted one, so that what is recorded slows nothing else down.
  const context = span === null ? minted : { requestId: minted.requestId, traceparent: span.traceparent, deadline: minted.deadline };
  request.arrival = { context, headers, source, query: target.query, route, span };
  reply.headers(responseHeaders(policy.issuer)).header('X-Request-Id', context.requestId);
  if (route?.crossOrigin === true) reply.headers(CROSS_ORIGIN_HEADERS);

  try {
    if (headers.ambiguous) throw new OAuthError('request.malformed');
    if (request.originalUrl.length > URL_BYTES_MAX) throw new OAuthError('request.url_too_long');
    if (!isOurs(target.authority ?? headers.host, policy.hosts)) throw new OAuthError('request.misdirected');
    if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') throw new OAuthError('request.expectation');
    if (route === null) throw new OAuthError('request.not_found');
    if (request.method === 'OPTIONS') return answerOptions(route, reply);
    if (!route.methods.includes(request.method)) {
      reply.header('Allow', route.allow);
      throw new OAuthError('request.method_not_allowed');
    }
    if (route.page) {
      // AUT-10: what only looks ahead creates nothing. A HEAD is told what every page has, and nobody is asked.
      if (headers.prefetch) throw new OAuthError('request.prefetch');
      if (request.method === 'HEAD') return answerHead(reply);
      limit(policy.secondsToWait(source, request.method), reply);
    }
    if (request.method === 'POST' || request.method === 'PUT') {
      // No published URL has a query component (RFC 6749 §3.1), so behind a POST it is a second place for parameters, one that
      // proxies and histories keep. No specification needs it, not even a cross-site POST to the authorization endpoint.
      if (target.hasQuery) throw new OAuthError('request.query');
      // OIDC Core §5.3.1: a userinfo request by POST may have its token in the header and nothing in its body.
      if (route.body === 'json') assertJsonType(headers.contentType, headers.contentEncoding);
      else if (route.name !== 'userinfo' || hasBody(request)) assertFormType(headers.contentType, headers.contentEncoding);
    }
  } catch (error) {
    done(error instanceof Error ? error : new TypeError('thrown value is no error'));
    return;
  }
  done();
}

/**
 * W3C Trace Context §2.3, §6: a trace goes on when a trusted proxy says so. Anybody else could have all their requests recorded, and
 * choose the ids they are found under.
 */
function continuedTrace(peer: string, { traceparent }: PresentedHeaders, { proxies }: EdgePolicy): string | null {
  return proxies.any && traceparent.length > 0 && proxies.has(plainAddress(peer)) ? readTraceparent(traceparent) : null;
}

function beginTrace(method: string, { requestId, traceparent }: CallContext, route: PublishedRoute | null, continued: string | null): Span | null {
  if (!traces.chooses(traceparent, continued)) return null;
  const endpoint = route?.name ?? 'none';
  return traces.begin('server', `${method} ${endpoint}`, traceparent, { method, endpoint, requestId }, continued);
}

/** EDG-8: before the body is read, and before anybody is asked. */
function limit(wait: number, reply: FastifyReply): void {
  if (wait === 0) return;
  reply.header('Retry-After', String(wait));
  throw new OAuthError('request.too_many_pages');
}

/** RFC 9112 §6.3 */
function hasBody({ raw: { headers } }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function isOurs(host: string | undefined, hosts: ReadonlySet<string>): boolean {
  return host !== undefined && (hosts.has(host) || hosts.has(host.toLowerCase()));
}

/** RFC 9110 §9.3.7, and the CORS preflight where scripts may call. */
function answerOptions(route: PublishedRoute, reply: FastifyReply): void {
  reply.code(204).header('Allow', route.allow);
  if (route.crossOrigin) reply.headers(PREFLIGHT_HEADERS).header('Access-Control-Allow-Methods', route.allow);
  reply.send();
}

function answerHead(reply: FastifyReply): void {
  reply.code(200).header('Content-Type', HTML_TYPE).send();
}

/** The Host values of an issuer: with and without the default port, lower case (RFC 9110 §4.2.3). */
export function hostsOf(issuer: string, allowed: readonly string[]): ReadonlySet<string> {
  const { host, hostname, port, protocol } = new URL(issuer);
  const defaultPort = protocol === 'https:' ? '443' : '80';
  const hosts = port === '' ? [host, `${hostname}:${defaultPort}`] : [host];
  return new Set([...hosts, ...allowed.map((one) => one.toLowerCase())]);
}
