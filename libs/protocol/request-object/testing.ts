import type { ClientMetadata } from '../client/index.js';
import { NOW, testSignatures } from '../client-authentication/testing.js';
import type { RequestObjectPorts } from './index.js';

/** The issuer that request objects are for. */
export const ISSUER = 'https://as.example.com';

/** Ports over a list of clients; `onRefresh` answers with the client as it is after its key set was fetched. */
export function requestObjectPorts(
  clients: readonly ClientMetadata[] = [],
  onRefresh: (clientId: string) => ClientMetadata | null = () => null,
): RequestObjectPorts & { readonly refreshed: readonly string[] } {
  const registered = new Map<string, ClientMetadata>(clients.map((one) => [one.clientId, one]));
  const refreshed: string[] = [];
  return {
    issuer: ISSUER,
    clients: { find: (clientId) => Promise.resolve(registered.get(clientId) ?? null) },
    keySets: {
      refresh: (clientId) => {
        refreshed.push(clientId);
        const client = onRefresh(clientId);
        if (client !== null) registered.set(clientId, client);
        return Promise.resolve();
      },
    },
    signatures: testSignatures,
    clock: { epochSeconds: () => NOW },
    refreshed,
  };
}
