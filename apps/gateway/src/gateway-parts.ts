import type { CallContext } from '@tessera/messaging';
import type { Logger, Metrics } from '@tessera/observability';
import type { ProviderFeatures } from '@tessera/protocol/server-metadata';
import type { Clock } from '@tessera/vocabulary';
import type { TlsIdentity } from './http/http-server.js';
import type { Owners, PublishedFeatures, TrustedProxies } from './http/index.js';
import type { PublishedJwks } from './jwks/jwks.endpoint.js';
import type { FailureLimits, SharedCounts } from './limits/failed-authentications.js';
import type { SealingKeys } from './sealing/secret-seal.js';
import type { HeldPolls } from './token/held-polls.js';

/** Everything the gateway is made of; nothing in it is read from the environment. */
export interface GatewayParts {
  readonly issuer: string;
  /** Host values accepted beside that of the issuer. */
  readonly allowedHosts: readonly string[];
  readonly proxies: TrustedProxies;
  readonly tls: TlsIdentity | null;
  readonly failureLimits: FailureLimits;
  /** Requests for pages from one source within a minute. */
  readonly pagesPerMinute: number;
  /** Requests to register, or to change a registration, from one source within a minute. */
  readonly registrationsPerMinute: number;
  readonly sharedCounts: SharedCounts;
  readonly owners: Owners;
  readonly published: PublishedJwks & SealingKeys;
  /** Polls that wait for a decision. */
  readonly heldPolls: HeldPolls;
  /** What this deployment switched on. */
  readonly features: ProviderFeatures & PublishedFeatures;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  newCallContext(budgetMs: number): CallContext;
  /** Connections of one source at the same time. */
  readonly connectionsPerSource?: number;
  /** Requests handed to their owners at the same time. */
  readonly requestsInFlight?: number;
}
