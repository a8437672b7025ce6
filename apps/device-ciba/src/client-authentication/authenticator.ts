import { RefreshClientKeySet } from '@tessera/contracts';
import type { ClientDirectory } from '@tessera/database';
import { decodeJws, type OpeningKey, verifyJws, verifyMac } from '@tessera/jose';
import { RefreshedClientKeySets, SealedClientSecrets } from '@tessera/key-lease/client-authentication';
import { newCallContext, type ServiceClient } from '@tessera/messaging';
import type { Logger } from '@tessera/observability';
import { type AuthenticatedClient, authenticateClient, clientAuthenticationPolicy, type ClientAuthenticationPorts } from '@tessera/protocol/client-authentication';
import type { EdgeRequest, EndpointName } from '@tessera/protocol/edge';
import type { FormParameters } from '@tessera/protocol/form-parameters';
import type { KeyPurpose } from '@tessera/protocol/key-lease';
import { type Clock, HOP_DEADLINE_MS } from '@tessera/vocabulary';
import { BusReplayLedger } from './bus-replay-ledger.js';

/** What client authentication stands on in this process. */
export interface AuthenticationResources {
  readonly directory: Pick<ClientDirectory, 'client' | 'pollNow'>;
  readonly lease: { openingKeys(purpose: KeyPurpose): readonly OpeningKey[]; renewNow(): void };
  readonly services: Pick<ServiceClient, 'call'>;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Authenticates the client of one endpoint's requests. */
export type Authenticate = (request: EdgeRequest, parameters: FormParameters) => Promise<AuthenticatedClient>;

/** What everything about clients and what they sign stands on. */
export function clientAuthenticationPorts(on: AuthenticationResources): ClientAuthenticationPorts {
  return {
    clients: { find: (clientId) => on.directory.client(clientId) },
    secrets: new SealedClientSecrets(on.lease, on.logger),
    keySets: new RefreshedClientKeySets((clientId) => on.services.call(RefreshClientKeySet, { clientId }, newCallContext(HOP_DEADLINE_MS)), on.directory),
    replay: new BusReplayLedger(on.services),
    signatures: { decode: decodeJws, verifySignature: verifyJws, verifyMac },
    clock: on.clock,
  };
}

/** Client authentication, the same at each endpoint but for what the endpoint is called (CLI-6). */
export function authenticator(issuer: string, ports: ClientAuthenticationPorts): (endpoint: EndpointName) => Authenticate {
  return (endpoint) => {
    const policy = clientAuthenticationPolicy(issuer, endpoint);
    return (request, parameters) => authenticateClient(request, parameters, ports, policy);
  };
}
