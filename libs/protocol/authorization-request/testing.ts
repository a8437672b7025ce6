import type { AccountId } from '@tessera/vocabulary';
import type { ClientMetadata, ResourceMetadata } from '../client/index.js';
import { resource, webClient } from '../client/testing.js';
import { pairs } from '../form-parameters/testing.js';
import { requestObjectPorts } from '../request-object/testing.js';
import {
  type AuthorizationRequest,
  type AuthorizationRequestPolicy,
  type AuthorizationRequestPorts,
  type LivePushedRequests,
  validateAuthorizationRequest,
} from './index.js';

/** The challenge of RFC 7636 Appendix B. */
export const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
/** The account behind {@link HINT}. */
export const HINTED = 'usr_2iv3d3YcSTm1vE7vTzrWlA' as AccountId;
/** An ID token that {@link requestPorts} recognises for any client. */
export const HINT = 'eyJ.good.hint';

type Fields = Readonly<Record<string, string | readonly string[]>>;

/** The parameters of a good request; a test states only what matters to it. An empty value takes a parameter away. */
export function requestParameters(overrides: Fields = {}): [string, string][] {
  return pairs({
    client_id: 's6BhdRkqt3',
    redirect_uri: 'https://client.example.org/cb',
    response_type: 'code',
    scope: 'openid',
    state: 'af0ifjsldkj',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...overrides,
  });
}

/** Resources in memory, and one good hint. */
export function requestPorts(resources: readonly ResourceMetadata[] = [resource()]): AuthorizationRequestPorts {
  return {
    resources: { find: (identifier) => Promise.resolve(resources.find((one) => one.identifier === identifier) ?? null) },
    hints: { accountOf: (hint) => Promise.resolve(hint === HINT ? HINTED : null) },
    requestObjects: requestObjectPorts(),
  };
}

/** Pushed requests in memory; what expires is taken away by the test. */
export class InMemoryPushedRequests implements LivePushedRequests {
  readonly rows = new Map<string, { readonly clientId: string; readonly request: AuthorizationRequest }>();

  find(requestUriHash: Buffer, clientId: string): Promise<AuthorizationRequest | null> {
    const row = this.rows.get(requestUriHash.toString('hex'));
    return Promise.resolve(row?.clientId === clientId ? row.request : null);
  }

  store(requestUriHash: Buffer, clientId: string, request: AuthorizationRequest): Promise<void> {
    this.rows.set(requestUriHash.toString('hex'), { clientId, request });
    return Promise.resolve();
  }
}

/** Validates a request of {@link webClient} as it comes through the browser, unless said otherwise. */
export function validating(
  overrides: Fields = {},
  client: ClientMetadata = webClient(),
  {
    policy = {},
    resources,
  }: { readonly policy?: Partial<AuthorizationRequestPolicy>; readonly resources?: readonly ResourceMetadata[] } = {},
): Promise<AuthorizationRequest> {
  return validateAuthorizationRequest(requestParameters(overrides), client, requestPorts(resources), {
    arrival: 'direct',
    requirePushed: false,
    ...policy,
  });
}

/** A valid request, as it is stored; a test states only what matters to it. */
export function authorizationRequest(overrides: Partial<Record<keyof AuthorizationRequest, unknown>> = {}): AuthorizationRequest {
  return {
    clientId: 's6BhdRkqt3',
    redirectUri: 'https://client.example.org/cb',
    redirectUriSent: true,
    responseType: 'code',
    responseMode: 'query',
    scope: ['openid'],
    state: 'af0ifjsldkj',
    nonce: null,
    codeChallenge: CHALLENGE,
    prompt: [],
    maxAgeSeconds: null,
    acrValues: [],
    hintedAccount: null,
    loginHint: null,
    uiLocales: [],
    claims: { userinfo: {}, id_token: {} },
    resources: [],
    confirmation: null,
    ...overrides,
  } as AuthorizationRequest;
}
