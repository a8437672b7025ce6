import type { EdgeRequest } from '@tessera/protocol/edge';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type FormParameters, parseFormBody, parseQuery } from './form-body.js';

/** A request as it is handed to its owner, before the contract parses it. */
export type OutgoingEdgeRequest = z.input<typeof EdgeRequest>;

const EMPTY = Buffer.alloc(0);

/** The body of a form as it came. */
export function formOctets({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : EMPTY;
}

/** Builds the request of decision 14 from what arrived. @throws {OAuthError} for a form or query that cannot be read one way. */
export function edgeRequest(request: FastifyRequest): OutgoingEdgeRequest {
  const { headers, context, route, source, query } = request.arrival;
  return {
    parameters: parametersOf(request, query),
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

/** A POST with a query was refused before its body was read, so parameters stand in one place; beside a JSON body there are none. */
function parametersOf(request: FastifyRequest, query: string): FormParameters {
  if (request.arrival.route?.body === 'json') return [];
  return request.method === 'POST' ? parseFormBody(formOctets(request)) : parseQuery(query);
}
