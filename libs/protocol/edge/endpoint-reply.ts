import { z } from 'zod';

/** Response headers an owner may set; everything else about HTTP is the gateway's. */
export const ReplyHeaderName = z.enum(['DPoP-Nonce', 'WWW-Authenticate', 'Retry-After']);
/** One of the response headers an owner may set. */
export type ReplyHeaderName = z.infer<typeof ReplyHeaderName>;

/**
 * The answer of an endpoint's owner: an object is sent as JSON, text as a signed JWT (`application/jwt`, OIDC Core §5.3.2), null
 * means an empty body.
 */
export const EndpointReply = z.object({
  status: z.number().int().min(200).max(599),
  body: z.union([z.record(z.string(), z.unknown()), z.string()]).nullable(),
  headers: z.partialRecord(ReplyHeaderName, z.string()),
});
/** The answer of an endpoint's owner. */
export type EndpointReply = z.infer<typeof EndpointReply>;

/** A 200 answer with a JSON body. */
export function ok(body: Record<string, unknown>): EndpointReply {
  return { status: 200, body, headers: {} };
}
