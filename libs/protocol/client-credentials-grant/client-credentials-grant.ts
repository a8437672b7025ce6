import { authorityOver, OAuthError } from '@tessera/vocabulary';
import { accessTokenLifetime, type Entitlement, type Resources } from '../access-token/index.js';
import { isConfidential } from '../client/index.js';
import type { AuthenticatedClient } from '../client-authentication/index.js';
import type { FormParameters } from '../form-parameters/index.js';
import { selectResource, selectScope } from '../resource-indicators/index.js';

/**
 * RFC 6749 §4.4.2: what the client may be given in its own name. No user takes part, so no grant is recorded and no row is
 * written.
 *
 * @throws {OAuthError} `client_credentials_grant.public_client`, `invalid_target`, `invalid_scope`.
 */
export async function clientCredentialsGrant(
  { values, resources: requested }: FormParameters,
  { client }: AuthenticatedClient,
  ports: { readonly resources: Resources },
): Promise<Entitlement> {
  // RFC 6749 §4.4: MUST only be used by confidential clients. Whoever knows a public client's id could be it.
  if (!isConfidential(client)) throw new OAuthError('client_credentials_grant.public_client', { clientId: client.clientId });
  const resource = await selectResource(requested, client, ports.resources);
  const scope = selectScope(values.get('scope'), client, resource);
  return {
    clientId: client.clientId,
    subject: { kind: 'client', id: client.clientId },
    grantId: null,
    actor: null,
    sourceGrant: null,
    authority: authorityOver(scope, [resource.identifier]),
    resource: resource.identifier,
    lifetimeSeconds: accessTokenLifetime(client, resource),
    confirmation: null,
  };
}
