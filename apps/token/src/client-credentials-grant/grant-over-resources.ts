import type { Resources } from '@tessera/protocol/access-token';
import { clientCredentialsGrant } from '@tessera/protocol/client-credentials-grant';
import type { Grant } from '@tessera/protocol/token-request';

/** The client_credentials row of the grant table, over this process's copy of the resources. */
export function clientCredentialsGrantOver(resources: Resources): Grant {
  return (parameters, client) => clientCredentialsGrant(parameters, client, { resources });
}
