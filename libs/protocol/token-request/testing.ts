import type { EdgeRequest, EndpointReply } from '../edge/index.js';
import { pairs } from '../form-parameters/testing.js';

/** A POST to an endpoint as the gateway hands it on; a list in `fields` repeats its name. */
export function edgeRequest(
  fields: Readonly<Record<string, string | readonly string[]>> = {},
  overrides: Partial<EdgeRequest> = {},
): EdgeRequest {
  return {
    parameters: pairs(fields),
    authorization: [],
    dpop: [],
    method: 'POST',
    url: 'https://as.example.com/token',
    clientCertificate: null,
    sourceAddress: '203.0.113.7',
    requestId: 'b7mXkq2n0r9w4c1z' as EdgeRequest['requestId'],
    ...overrides,
  };
}

/** The members of a reply that is a JSON document; none of an empty one. */
export function members({ body }: Pick<EndpointReply, 'body'>): Readonly<Record<string, unknown>> {
  if (typeof body === 'string') throw new RangeError('the reply is a JWT');
  return body ?? {};
}
