import type { EdgeRequest } from '@tessera/protocol/edge';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { parseFormBody } from './form-body.js';

/** A request as it is handed to its owner, before the contract parses it. */
export type OutgoingEdgeRequest = z.input<typeof EdgeRequest>;

const EMPTY = Buffer.alloc(0);

/** Builds the request of decision 14 from what arrived. @throws {OAuthError} for a form that {@link parseFormBody} refuses. */
export function edgeRequest(request: FastifyRequest): OutgoingEdgeRequest {
  const { headers, context, route, source } = request.arrival;
  return {
    parameters: parseFormBody(Buffer.isBuffer(request.body) ? request.body : EMPTY),
    authorization: headers.authorization,
    dpop: headers.dpop,
    method: request.method,
    url: route?.url ?? '',
    // The listener asks for no client certificate, and a header is never taken for one (POP-7).
    clientCertificate: null,
    sourceAddress: source,
    requestId: context.requestId,
  };
}
