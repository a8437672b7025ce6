import { RequestId } from '@tessera/vocabulary';
import { z } from 'zod';

/** One HTTP request as the endpoint's owner sees it. Protocol artifacts stand in it, so it travels in message bodies only. */
export const EdgeRequest = z.object({
  /** Form or query parameters in the order they came; names may repeat, the owner decides what that means. */
  parameters: z.array(z.tuple([z.string(), z.string()])),
  /** Every `Authorization` header value. Two are as suspicious as two `client_secret` parameters. */
  authorization: z.array(z.string()),
  /** Every `DPoP` header value (RFC 9449 §4.3 item 1 wants exactly one). */
  dpop: z.array(z.string()),
  /** HTTP method, upper case. */
  method: z.string(),
  /** The published URL of the endpoint, built from the configured issuer, never from the request (KEY-1). */
  url: z.string(),
  /** PEM of the verified client certificate of this TLS connection, or null. */
  clientCertificate: z.string().nullable(),
  /** Address of the client as the gateway knows it, after trusted proxies. */
  sourceAddress: z.string(),
  /** The id this request has in every log line, trace and response header. */
  requestId: RequestId,
});
/** One HTTP request as the endpoint's owner sees it. */
export type EdgeRequest = z.infer<typeof EdgeRequest>;
