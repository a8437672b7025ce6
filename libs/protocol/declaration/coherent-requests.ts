import { type ClientRegistration, grantTypesOf, isFrontChannel } from '../client/index.js';
import { keyFits, parseClientKeySet } from '../client-key-set/index.js';
import { parseOutboundUrl } from '../outbound-url/index.js';
import type { DeclarationPath, DeclarationProblem, DeclaredClient } from './declaration.js';
import { problem, repeated, show } from './declared-entry.js';
import { REQUEST_URIS_EXPECTED } from './declared-registration.js';

/** FAPI 1 Advanced §5.2.2, §8.6; FAPI 2.0 Security §5.3.2.2, §5.4.1. */
const FAPI = {
  'fapi1-advanced': { responseTypes: ['code', 'code id_token'], algorithms: ['PS256', 'ES256'] },
  'fapi-ciba': { responseTypes: ['code'], algorithms: ['PS256', 'ES256'] },
  fapi2: { responseTypes: ['code'], algorithms: ['PS256', 'ES256', 'EdDSA'] },
} as const;

/** What a client registers about its authorization requests, with defaults (OIDC Registration §2, RFC 9101 §10.5). */
export function requestRegistrationOf(
  client: DeclaredClient,
): Pick<ClientRegistration, 'responseTypes' | 'responseModes' | 'requestObjectSigningAlgorithm' | 'requireSignedRequestObject' | 'requestUris'> {
  const responseTypes = client.responseTypes ?? ['code'];
  return {
    responseTypes,
    // AUT-9: a client of the code alone has no use for the fragment.
    responseModes: client.responseModes ?? (responseTypes.some(isFrontChannel) ? ['query', 'fragment', 'form_post'] : ['query', 'form_post']),
    requestObjectSigningAlgorithm: client.requestObjectSigningAlgorithm,
    requireSignedRequestObject: client.requireSignedRequestObject,
    requestUris: client.requestUris,
  };
}

/** Checks what a client says about its authorization requests against itself. */
export function requestProblems(client: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  return [...responseTypes(client, path), ...frontChannel(client, path), ...requestObjects(client, path), ...requestUris(client, path), ...fapi(client, path)];
}

/** OIDC Registration §2: `grant_types` and `response_types` have to agree. */
function responseTypes({ responseTypes: types, grantTypes }: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  const at = [...path, 'responseTypes'];
  const declared = types ?? ['code'];
  const lacking = (types ?? []).flatMap((type, index) => {
    const missing = grantTypesOf(type).find((one) => !grantTypes.includes(one));
    return missing === undefined ? [] : [problem([...at, index], `${show(type)} needs the grant type ${missing}`, `${missing} among the grant types`)];
  });
  const unused = (['authorization_code', 'implicit'] as const).filter(
    (one) => grantTypes.includes(one) && !declared.some((type) => grantTypesOf(type).includes(one)),
  );
  return [
    ...repeated(types ?? [], at, 'the response type'),
    ...lacking,
    ...unused.map((one) => problem([...path, 'grantTypes', grantTypes.indexOf(one)], `no response type of the client goes with ${one}`, 'a response type for it')),
  ];
}

/** Multiple Response Types §5: never in the query; OIDC Registration §2 `application_type`: https, and no localhost. */
function frontChannel(client: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  if (!(client.responseTypes ?? []).some(isFrontChannel)) return [];
  const modes = client.responseModes ?? ['fragment'];
  const reachable = modes.includes('fragment') || modes.includes('form_post');
  const plain = client.applicationType === 'web' ? client.redirectUris.findIndex((uri) => uri.startsWith('http:')) : -1;
  return [
    ...(reachable ? [] : [problem([...path, 'responseModes'], 'tokens are never put into the query', 'fragment or form_post')]),
    ...(plain === -1 ? [] : [problem([...path, 'redirectUris', plain], 'a web client gets tokens over https only', 'https redirect URIs (OIDC Registration §2)')]),
    ...(client.redirectUris.length > 0 || client.grantTypes.includes('authorization_code')
      ? []
      : [problem([...path, 'redirectUris'], 'implicit needs a redirect URI', 'at least one (RFC 6749 §3.1.2.2)')]),
  ];
}

/** RFC 9101 §10.5: what is to be signed needs a key to be verified with. */
function requestObjects(client: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  const { requestObjectSigningAlgorithm: algorithm, jwks, jwksUri } = client;
  if (algorithm === null && !client.requireSignedRequestObject) return [];
  const member = algorithm === null ? 'requireSignedRequestObject' : 'requestObjectSigningAlgorithm';
  if (jwks === undefined && jwksUri === undefined) {
    return [problem([...path, member], 'the client has no keys to verify request objects with', 'jwks or jwks_uri beside it')];
  }
  if (algorithm === null || jwks === undefined) return [];
  const { keys, faults } = parseClientKeySet(jwks);
  if (faults.length > 0 || keys.some((key) => keyFits(key, algorithm))) return [];
  return [problem([...path, 'jwks', 'keys'], `no key is for ${algorithm}`, `a key for ${algorithm}, or another request_object_signing_alg`)];
}

/** PAR-7, OUT-1: what may be fetched at all; the fragment is no part of that, only of the value (OIDC Core §6.2). */
function requestUris({ requestUris: uris }: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  const at = [...path, 'requestUris'];
  return [
    ...repeated(uris, at, 'the URI'),
    ...uris.flatMap((uri, index) => (isRequestUri(uri) ? [] : [problem([...at, index], `${show(uri)} cannot be called`, REQUEST_URIS_EXPECTED)])),
  ];
}

function isRequestUri(value: string): boolean {
  const [address = '', fragment, ...more] = value.split('#');
  return more.length === 0 && /^[\x21-\x7E]*$/.test(fragment ?? '') && 'url' in parseOutboundUrl(address);
}

function fapi(client: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  if (client.profile === 'openid') return [];
  const { responseTypes: allowed, algorithms }: { readonly responseTypes: readonly string[]; readonly algorithms: readonly string[] } = FAPI[client.profile];
  const type = (client.responseTypes ?? []).findIndex((one) => !allowed.includes(one));
  const algorithm = client.requestObjectSigningAlgorithm;
  return [
    ...(type === -1 ? [] : [problem([...path, 'responseTypes', type], `the profile ${client.profile} does not allow it`, `one of ${allowed.join(', ')}`)]),
    ...(algorithm === null || algorithms.includes(algorithm)
      ? []
      : [problem([...path, 'requestObjectSigningAlgorithm'], `the profile ${client.profile} does not allow ${algorithm}`, `one of ${algorithms.join(', ')}`)]),
  ];
}
