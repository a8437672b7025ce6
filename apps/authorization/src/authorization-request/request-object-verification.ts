import type { ClientDirectory } from '@tessera/database';
import { decodeJws, verifyJws } from '@tessera/jose';
import { type KeySetFetch, RefreshedClientKeySets } from '@tessera/key-lease/client-authentication';
import type { RequestObjectPorts } from '@tessera/protocol/request-object';
import type { Clock } from '@tessera/vocabulary';

/** What request objects are verified with in this process: the clients and key sets that assertions are verified with too. */
export function requestObjectVerification(on: {
  readonly issuer: string;
  readonly directory: Pick<ClientDirectory, 'client' | 'pollNow'>;
  /** Key sets are fetched by this very process. */
  readonly fetchKeySet: KeySetFetch;
  readonly clock: Pick<Clock, 'epochSeconds'>;
}): RequestObjectPorts {
  return {
    issuer: on.issuer,
    clients: { find: (clientId) => on.directory.client(clientId) },
    keySets: new RefreshedClientKeySets(on.fetchKeySet, on.directory),
    signatures: { decode: decodeJws, verifySignature: verifyJws },
    clock: on.clock,
  };
}
