import type { ClientDetails, ClientSummary } from '@tessera/contracts';
import type { OwnerClient } from '@tessera/database/prisma';
import { ClientRegistration } from '@tessera/protocol/client';
import { ClientId } from '@tessera/vocabulary';
import { z } from 'zod';

const Keys = z.array(z.object({ kid: z.string().optional() }));
const KeySource = z.enum(['value', 'uri']);
const ManagedBy = z.enum(['file', 'registration', 'api']);

type Models = OwnerClient<'authorization'>;
type ClientRow = NonNullable<Awaited<ReturnType<Models['client']['findUnique']>>>;
type SecretRow = NonNullable<Awaited<ReturnType<Models['clientSecret']['findUnique']>>>;
type KeySetRow = NonNullable<Awaited<ReturnType<Models['clientKeySet']['findUnique']>>>;

/** Clients as the operator sees them: a cold path. Nothing is decided by it, so the clock of the process may say what expired. */
export class PrismaClientListing {
  constructor(private readonly prisma: OwnerClient<'authorization'>) {}

  /** One page in the order of ids, and where the next one begins. */
  async page(after: string | null, limit: number): Promise<{ readonly clients: ClientSummary[]; readonly next: string | null }> {
    const rows = await this.prisma.client.findMany({
      where: after === null ? {} : { id: { gt: after } },
      orderBy: { id: 'asc' },
      take: limit + 1,
    });
    const clients = rows.slice(0, limit).map(summary);
    return { clients, next: rows.length > limit ? (clients.at(-1)?.clientId ?? null) : null };
  }

  /** One client; null when there is none. */
  async find(clientId: string): Promise<ClientDetails | null> {
    const row = await this.prisma.client.findUnique({
      where: { id: clientId },
      include: {
        keySet: true,
        secrets: { where: { OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] }, orderBy: { createdAt: 'desc' } },
      },
    });
    return row === null ? null : details(row, row.secrets, row.keySet);
  }
}

function summary(row: ClientRow): ClientSummary {
  return {
    clientId: ClientId.parse(row.id),
    name: row.name,
    enabled: row.enabled,
    authenticationMethod: row.authenticationMethod,
    grantTypes: row.grantTypes,
    managedBy: ManagedBy.parse(row.managedBy),
  };
}

function details(row: ClientRow, secrets: readonly SecretRow[], keySet: KeySetRow | null): ClientDetails {
  return {
    ...summary(row),
    profile: row.profile,
    assertionAlgorithm: row.assertionAlgorithm,
    scope: row.scope,
    resources: row.resources,
    defaultResource: row.defaultResource,
    accessTokenLifetimeSeconds: row.accessTokenLifetimeSeconds,
    jwksUri: row.jwksUri,
    registration: ClientRegistration.parse(row.registration),
    secrets: secrets.map((one) => ({ createdAt: one.createdAt.toISOString(), expiresAt: one.expiresAt?.toISOString() ?? null })),
    keySet: keySet === null ? null : keySetDetails(keySet),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

function keySetDetails(row: KeySetRow): ClientDetails['keySet'] {
  return {
    source: KeySource.parse(row.source),
    keys: Keys.parse(row.keys).map((key) => key.kid ?? '(no kid)'),
    fetchedAt: row.fetchedAt?.toISOString() ?? null,
    attemptedAt: row.attemptedAt?.toISOString() ?? null,
    failure: row.failure,
  };
}
