import { ClientMetadata, ClientRegistration, GrantType, PublicJwk, ResourceMetadata, ResponseMode, ResponseType } from '@tessera/protocol/client';
import { z } from 'zod';
import type { Loaded } from './metadata-cache.js';

/**
 * Rows of `read-client`. Lists are read with tolerance, because the other release of a rolling update may have written them
 * (PGS-7): a grant type, a response type or mode or a kind of key that this one does not know is none it could use. Everything else must be known.
 */
const ClientRow = ClientMetadata.extend({
  grantTypes: z.array(z.string()).transform((types) => known(types, GrantType)),
  keys: z.array(z.unknown()).transform((keys) => known(keys, PublicJwk)),
  registration: ClientRegistration.extend({
    responseTypes: z
      .array(z.string())
      .transform((types) => known(types, ResponseType))
      .default(ClientRegistration.shape.responseTypes.parse(undefined)),
    responseModes: z
      .array(z.string())
      .transform((modes) => known(modes, ResponseMode))
      .default(ClientRegistration.shape.responseModes.parse(undefined)),
  }),
  standsForMs: z.number().nullable(),
});

/** Rows of `read-client-changes`. */
const ChangeRow = z.object({
  number: z.number(),
  server: z.string(),
  now: z.number(),
  kind: z.enum(['client', 'resource']).nullable(),
  id: z.string().nullable(),
});

/** What changed since a number, and the number reached. */
export interface ChangesSince {
  readonly number: number;
  /** Names the running server; its numbers say nothing about another one's. */
  readonly server: string;
  /** The database's time of the answer: epoch seconds with a fraction. */
  readonly now: number;
  readonly changes: readonly { readonly kind: 'client' | 'resource'; readonly id: string }[];
}

/** The client of the only row; null when there is none. */
export function parseClient(rows: readonly unknown[]): Loaded<ClientMetadata> | null {
  if (rows.length === 0) return null;
  const { standsForMs, ...value } = ClientRow.parse(rows[0]);
  return { value, standsForMs };
}

/** The resource of the only row; null when there is none. */
export function parseResource(rows: readonly unknown[]): Loaded<ResourceMetadata> | null {
  return rows.length === 0 ? null : { value: ResourceMetadata.parse(rows[0]), standsForMs: null };
}

/** The changes of all rows; the first says how far they reach. */
export function parseChanges(rows: readonly unknown[]): ChangesSince {
  const parsed = rows.map((row) => ChangeRow.parse(row));
  const [first] = parsed;
  if (first === undefined) throw new RangeError('client_change_counter has no row');
  const changes = parsed.flatMap(({ kind, id }) => (kind === null || id === null ? [] : [{ kind, id }]));
  return { number: first.number, server: first.server, now: first.now, changes };
}

function known<Value>(values: readonly unknown[], schema: z.ZodType<Value>): Value[] {
  return values.flatMap((value) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
}
