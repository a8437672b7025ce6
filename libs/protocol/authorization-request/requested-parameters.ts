import { OAuthError } from '@tessera/vocabulary';
import type { ClientMetadata } from '../client/index.js';
import { parseFormParameters } from '../form-parameters/index.js';
import { type ReadRequestObject, readRequestObject, type RequestObjectPorts, verifyRequestObject } from '../request-object/index.js';
import { AuthorizationRefusal } from './authorization-refusal.js';
import { type PresentedParameters, soleValue, soleValueOrNull } from './presented-parameters.js';
import { proveRedirection } from './proven-redirection.js';

/** What came from a `request_uri`. */
export type FetchedRequestObject =
  | { readonly outcome: 'fetched'; readonly compact: string }
  /** `why` is for the log: bounded words of ours, nothing of what the other side sent. */
  | { readonly outcome: 'failed'; readonly why: string };

/** The hosts of registered `request_uris`. Never rejects for what the other side does. */
export interface RequestUriSource {
  fetch(requestUri: string): Promise<FetchedRequestObject>;
}

/**
 * The parameters that count (RFC 9101 §6.3, PAR-4): those of the request object, by value or behind a registered `request_uri`, and
 * of what stands beside it `client_id` alone; without an object, those of the request.
 *
 * RFC 9101 §5 lets everything but `client_id` stand inside alone. OIDC Core §6.1 has clients repeat `response_type` outside: then
 * it must say the same.
 *
 * @param source null: this deployment fetches none (PAR-7).
 * @throws {AuthorizationRefusal} where the object, or else the request around it, names a redirect URI of the client; else
 * {OAuthError} for a page. @throws {Outage}.
 */
export async function requestedParameters(
  presented: PresentedParameters,
  client: ClientMetadata,
  ports: RequestObjectPorts,
  source: RequestUriSource | null,
): Promise<PresentedParameters> {
  const [byValue, byReference] = [soleValue(presented, 'request'), soleValue(presented, 'request_uri')];
  let object: ReadRequestObject | null = null;
  try {
    if (byValue === null && byReference === null) {
      if (client.registration.requireSignedRequestObject) throw new OAuthError('request_object.required', { clientId: client.clientId });
      return presented;
    }
    // What stands outside is ignored, but not that it was said twice (GEN-1).
    parseFormParameters(presented);
    if (byValue !== null && byReference !== null) throw new OAuthError('request_object.two_sources', { clientId: client.clientId });
    const compact = byValue ?? (await referenced(byReference ?? '', client, source));
    const inside = async () => {
      object = readRequestObject(compact, ports.signatures.decode);
      await verifyRequestObject(object, client, ports);
      requireAgreement(presented, object);
      return withClientId(object, client);
    };
    return await (byValue === null ? asRequestUriErrors(inside()) : inside());
  } catch (error) {
    throw error instanceof OAuthError ? redirectable(error, object, presented, client) : error;
  }
}

async function referenced(requestUri: string, { clientId, registration }: ClientMetadata, source: RequestUriSource | null): Promise<string> {
  if (source === null) throw new OAuthError('authorization_request.request_uri', { clientId });
  // PAR-7, RFC 9101 §10.4: what anybody can write into a request is never an address of ours; only what was registered is.
  if (!registration.requestUris.includes(requestUri)) throw new OAuthError('request_uri.not_registered', { clientId });
  const fetched = await source.fetch(requestUri);
  if (fetched.outcome === 'failed') throw new OAuthError('request_uri.not_fetched', { clientId, why: fetched.why });
  return fetched.compact;
}

/** OIDC Core §3.1.2.6: `invalid_request_uri` also stands for invalid data behind it. */
async function asRequestUriErrors<Value>(judging: Promise<Value>): Promise<Value> {
  try {
    return await judging;
  } catch (error) {
    throw error instanceof OAuthError ? new OAuthError('request_uri.invalid_object', { reason: error.reason }) : error;
  }
}

function requireAgreement(presented: PresentedParameters, { parameters }: ReadRequestObject): void {
  const outside = soleValueOrNull(presented, 'response_type');
  if (outside !== null && outside !== soleValueOrNull(parameters, 'response_type')) throw new OAuthError('request_object.response_type');
}

function withClientId({ parameters }: ReadRequestObject, { clientId }: ClientMetadata): PresentedParameters {
  return [['client_id', clientId], ...parameters];
}

/**
 * A refused object may still say where the client waits: an unproven redirect URI is no other than one of an unsigned request, and
 * has to be registered like it (AUT-1). The object goes first, for what it says would have counted. One that neither names is not implied.
 */
function redirectable(refusal: OAuthError, object: ReadRequestObject | null, presented: PresentedParameters, client: ClientMetadata): Error {
  const candidates = object === null ? [presented] : [withClientId(object, client), presented];
  for (const parameters of candidates.filter((one) => soleValueOrNull(one, 'redirect_uri') !== null)) {
    try {
      return new AuthorizationRefusal(refusal, proveRedirection(parameters, client));
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
    }
  }
  return refusal;
}
