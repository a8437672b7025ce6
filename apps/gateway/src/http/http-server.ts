import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  FORM_BYTES_MAX,
  HEADER_BYTES_MAX,
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
  REQUEST_TIMEOUT_MS,
} from '@tessera/vocabulary';
import { type EdgePolicy, internalUrl, receive } from './arrival.js';
import type { ClientErrors } from './client-errors.js';
import type { RequestMetrics } from './request-metrics.js';

/** A certificate chain and its key, PEM. */
export interface TlsIdentity {
  readonly certificate: string;
  readonly privateKey: string;
}

/** Tells requests that a stop has begun, so that their answers end their connections. */
export interface Drain {
  active: boolean;
}

/** How often Node looks for requests that are late; its default of 30 s would triple the limits below. */
const TIMEOUT_CHECK_MS = 1_000;

const LIMITS = {
  maxHeaderSize: HEADER_BYTES_MAX,
  headersTimeout: HEADERS_TIMEOUT_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
  connectionsCheckingInterval: TIMEOUT_CHECK_MS,
  // A missing Host is answered by our own check, with a request id.
  requireHostHeader: false,
} as const;

/**
 * TLS 1.2 with just these two suites, and 1.3: what FAPI 1, FAPI 2 and CIBA all allow. A client that
 * offers 1.3 gets 1.3.
 */
const TLS = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES256-GCM-SHA384',
  ].join(':'),
  honorCipherOrder: true,
  handshakeTimeout: HEADERS_TIMEOUT_MS,
} as const;

/** Fastify under Nest with the limits of EDG-3 and EDG-6, routing by published path, and forms as bytes. */
export function httpAdapter(
  policy: EdgePolicy,
  parts: { readonly errors: ClientErrors; readonly metrics: RequestMetrics; readonly tls: TlsIdentity | null; readonly drain: Drain },
): FastifyAdapter {
  const { errors, tls } = parts;
  const common = {
    logger: false,
    bodyLimit: FORM_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // During a stop requests that still arrive are answered; the listener is closed, so they end by themselves.
    return503OnClosing: false,
    // No Nest middleware is used; a hook that runs an empty list would cost every request.
    skipMiddie: true,
    rewriteUrl: (request: { readonly url?: string | undefined }) => internalUrl(policy.surface, request.url),
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: Parameters<ClientErrors['answer']>[1]) => errors.answer(error, socket),
  };
  const adapter = new FastifyAdapter(
    tls === null
      ? { ...common, http: LIMITS }
      : { ...common, https: { ...LIMITS, ...TLS, cert: tls.certificate, key: tls.privateKey } },
  );
  prepare(adapter, policy, parts);
  return adapter;
}

function prepare(adapter: FastifyAdapter, policy: EdgePolicy, { drain, metrics }: { drain: Drain; metrics: RequestMetrics }): void {
  const instance = adapter.getInstance();
  instance.decorateRequest('arrival');
  instance.addHook('onRequest', (request, reply, done) => receive(policy, request, reply, done));
  instance.addHook('onSend', (_request, reply, payload, done) => {
    if (drain.active) reply.header('Connection', 'close');
    done(null, payload);
  });
  instance.addHook('onResponse', (request, reply, done) => {
    metrics.answered(request.arrival.route?.name ?? 'none', reply.statusCode, reply.elapsedTime);
    request.arrival.span?.end({ status: reply.statusCode }, reply.statusCode >= 500);
    done();
  });
  // EDG-3: the bytes of a form are parsed by us, flat and strictly; nothing else has a parser.
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  // Whatever other type got this far has no body (RFC 9110 §8.3), which is all right where none is needed.
  instance.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  const { server } = instance;
  // Header fields are bounded in bytes; Node's bound by number would drop the rest silently, a second Authorization too.
  server.maxHeadersCount = 0;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  // RFC 9110 §10.1.1: an expectation we do not know is refused like everything else, with a request id.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}
