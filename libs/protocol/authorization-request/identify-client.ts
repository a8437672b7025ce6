import { ClientId, FORM_PARAMETERS_MAX, OAuthError } from '@tessera/vocabulary';
import type { ClientMetadata } from '../client/index.js';
import { type PresentedParameters, soleValue } from './presented-parameters.js';

/** The registered clients. */
export interface RegisteredClients {
  /** Null when there is no such client. Throws an Outage when it cannot be known. */
  find(clientId: string): Promise<ClientMetadata | null>;
}

/**
 * RFC 6749 §4.1.1: the client a request names. It is not authenticated by that, only known; what it may get is bound to its
 * redirect URIs and to its later authentication at the token endpoint.
 *
 * @throws {OAuthError} to be shown on a page (AUT-2): `request.too_many_parameters`, `request.repeated_parameter`,
 * `request.missing_parameter`, `authorization_request.unknown_client`, `.disabled_client`.
 */
export async function identifyClient(parameters: PresentedParameters, clients: RegisteredClients): Promise<ClientMetadata> {
  if (parameters.length > FORM_PARAMETERS_MAX) throw new OAuthError('request.too_many_parameters', { count: parameters.length });
  const clientId = soleValue(parameters, 'client_id');
  if (clientId === null) throw new OAuthError('request.missing_parameter', { parameter: 'client_id' });
  const client = ClientId.safeParse(clientId).success ? await clients.find(clientId) : null;
  if (client === null) throw new OAuthError('authorization_request.unknown_client');
  if (!client.enabled) throw new OAuthError('authorization_request.disabled_client', { clientId: client.clientId });
  return client;
}
