import type { ClientDirectory } from '@tessera/database';
import { decodeJws, type OpeningKey, verifyJws, verifyMac } from '@tessera/jose';
import { type KeySetFetch, RefreshedClientKeySets, SealedClientSecrets } from '@tessera/key-lease/client-authentication';
import type { Logger } from '@tessera/observability';
import {
  type AuthenticatedClient,
  authenticateClient,
  clientAuthenticationPolicy,
  type ClientAuthenticationPorts,
  type ReplayLedger,
} from '@tessera/protocol/client-authentication';
import type { EdgeRequest, EndpointName } from '@tessera/protocol/edge';
import type { FormParameters } from '@tessera/protocol/form-parameters';
import type { KeyPurpose } from '@tessera/protocol/key-lease';
import type { Clock } from '@tessera/vocabulary';

/** What client authentication stands on in this process. */
export interface AuthenticationResources {
  readonly issuer: string;
  readonly directory: Pick<ClientDirectory, 'client' | 'pollNow'>;
  readonly lease: { openingKeys(purpose: KeyPurpose): readonly OpeningKey[]; renewNow(): void };
  /** Key sets are fetched by this very process. */
  readonly fetchKeySet: KeySetFetch;
  readonly ledger: ReplayLedger;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Authenticates the client of one endpoint's requests. */
export type Authenticate = (request: EdgeRequest, parameters: FormParameters) => Promise<AuthenticatedClient>;

/** Client authentication, the same at each endpoint but for what the endpoint is called (CLI-6). */
export function authenticator(on: AuthenticationResources): (endpoint: EndpointName) => Authenticate {
  const ports: ClientAuthenticationPorts = {
    clients: { find: (clientId) => on.directory.client(clientId) },
    secrets: new SealedClientSecrets(on.lease, on.logger),
    keySets: new RefreshedClientKeySets(on.fetchKeySet, on.directory),
    replay: on.ledger,
    signatures: { decode: decodeJws, verifySignature: verifyJws, verifyMac },
    clock: on.clock,
  };
  return (endpoint) => {
    const policy = clientAuthenticationPolicy(on.issuer, endpoint);
    return (request, parameters) => authenticateClient(request, parameters, ports, policy);
  };
}
