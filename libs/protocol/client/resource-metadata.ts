import { ClientId, IssuerSignatureAlgorithm, ResourceIdentifier } from '@tessera/vocabulary';
import { z } from 'zod';

/** A protected resource (RFC 8707) and the kind of tokens it is given (decision 14). */
export const ResourceMetadata = z.object({
  identifier: ResourceIdentifier,
  name: z.string(),
  enabled: z.boolean(),
  scope: z.array(z.string()),
  /** `jwt`: RFC 9068, verified without asking us. `opaque`: a handle, known by introspection only. */
  tokenFormat: z.enum(['jwt', 'opaque']),
  accessTokenLifetimeSeconds: z.number().int().positive().nullable(),
  signingAlgorithm: IssuerSignatureAlgorithm,
  /** Clients that may introspect tokens of this resource. */
  introspectedBy: z.array(ClientId),
});
/** A protected resource. */
export type ResourceMetadata = z.infer<typeof ResourceMetadata>;
