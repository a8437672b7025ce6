import { AssertionMacAlgorithm, AssertionSignatureAlgorithm } from '@tessera/vocabulary';
import type { ClientAuthenticationMethod, PublicJwk } from '../client/index.js';
import { keyFits, parseClientKeySet } from '../client-key-set/index.js';
import { OUTBOUND_URL_EXPECTED, parseOutboundUrl } from '../outbound-url/index.js';
import { registrationOf, registrationProblems } from './coherent-registration.js';
import { DeclaredClient, type DeclaredSecret, type DeclarationPath, type DeclarationProblem } from './declaration.js';
import { problem, readEntry, repeated, show } from './declared-entry.js';
import type { ClientRecord } from './records.js';

/** A client that is coherent by itself, and what it brings along. */
export interface ReadClient {
  readonly record: ClientRecord;
  /** Keys by value; null when it has none or names a `jwks_uri`. */
  readonly keys: readonly PublicJwk[] | null;
  readonly secret: DeclaredSecret | null;
}

/** What each method authenticates with, and the algorithm of its assertions when none is declared. */
const METHODS = {
  client_secret_basic: { with: 'secret', form: 'digest', assertions: null },
  client_secret_post: { with: 'secret', form: 'digest', assertions: null },
  client_secret_jwt: {
    with: 'secret',
    form: 'sealed',
    assertions: { allowed: AssertionMacAlgorithm.options, unlessSaid: 'HS256' },
  },
  private_key_jwt: {
    with: 'keys',
    form: null,
    assertions: { allowed: AssertionSignatureAlgorithm.options, unlessSaid: 'ES256' },
  },
  none: { with: 'nothing', form: null, assertions: null },
} as const satisfies Record<ClientAuthenticationMethod, unknown>;

/** How a method's secret is stored; null for methods without one. */
export function secretForm(method: ClientAuthenticationMethod): 'digest' | 'sealed' | null {
  return METHODS[method].form;
}

/** FAPI 1 Advanced §8.6, FAPI 2.0 Security §5.4.1: what FAPI profiles sign with. */
const FAPI_ALGORITHMS = {
  'fapi1-advanced': ['PS256', 'ES256'],
  'fapi-ciba': ['PS256', 'ES256'],
  fapi2: ['PS256', 'ES256', 'EdDSA'],
} as const;

/** Checks one client by itself: RFC 7591 §2, CLI-1, CLI-4, REG-3, REG-4. */
export function readClient(
  presented: Readonly<Record<string, unknown>>,
  path: DeclarationPath,
): { readonly client: ReadClient | null; readonly problems: readonly DeclarationProblem[] } {
  const { entry, problems } = readEntry(DeclaredClient, presented, path);
  if (entry === null) return { client: null, problems };
  const algorithm = entry.assertionAlgorithm ?? METHODS[entry.authenticationMethod].assertions?.unlessSaid ?? null;
  const keySet = entry.jwks === undefined ? null : parseClientKeySet(entry.jwks);
  const found = [
    ...repeated(entry.grantTypes, [...path, 'grantTypes'], 'the grant type'),
    ...repeated(entry.scope, [...path, 'scope'], 'the scope'),
    ...repeated(entry.resources, [...path, 'resources'], 'the resource'),
    ...assertionAlgorithm(entry, path),
    ...(keySet?.faults ?? []).map((fault) => problem([...path, 'jwks', ...fault.path], fault.message, fault.expected)),
    ...keySource(entry, path),
    ...suitableKey(entry, algorithm, keySet?.faults.length === 0 ? keySet.keys : null, path),
    ...secretSource(entry, path),
    ...grants(entry, path),
    ...profile(entry, algorithm, path),
    ...defaultResource(entry, path),
    ...registrationProblems(entry, path),
  ];
  if (found.length > 0) return { client: null, problems: found };
  return { client: { record: record(entry, algorithm), keys: keySet?.keys ?? null, secret: entry.secret ?? null }, problems: [] };
}

function record(entry: DeclaredClient, assertionAlgorithm: ClientRecord['assertionAlgorithm']): ClientRecord {
  const [only, ...others] = entry.resources;
  const implied = only !== undefined && others.length === 0 ? only : null;
  return {
    clientId: entry.clientId,
    name: entry.name ?? entry.clientId,
    enabled: entry.enabled,
    profile: entry.profile,
    authenticationMethod: entry.authenticationMethod,
    assertionAlgorithm,
    grantTypes: entry.grantTypes,
    scope: entry.scope,
    resources: entry.resources,
    defaultResource: entry.defaultResource === undefined ? implied : entry.defaultResource,
    accessTokenLifetimeSeconds: entry.accessTokenLifetimeSeconds,
    jwksUri: entry.jwksUri ?? null,
    registration: registrationOf(entry),
  };
}

/** CLI-4: one algorithm, of the kind the method signs with. */
function assertionAlgorithm(client: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  if (client.assertionAlgorithm === undefined) return [];
  const { assertions } = METHODS[client.authenticationMethod];
  const at = [...path, 'assertionAlgorithm'];
  if (assertions === null) {
    return [
      problem(at, `${client.authenticationMethod} has no assertions`, 'no assertion algorithm, or a method with assertions'),
    ];
  }
  const allowed: readonly string[] = assertions.allowed;
  if (allowed.includes(client.assertionAlgorithm)) return [];
  return [
    problem(at, `${client.assertionAlgorithm} does not go with ${client.authenticationMethod}`, `one of ${allowed.join(', ')}`),
  ];
}

/** RFC 7591 §2: `jwks` and `jwks_uri` MUST NOT both be present. A client without assertions may have keys for its request objects. */
function keySource(client: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  const given = [client.jwks === undefined ? [] : ['jwks'], client.jwksUri === undefined ? [] : ['jwksUri']].flat();
  if (given.length === 0 && METHODS[client.authenticationMethod].with === 'keys')
    return [problem(path, 'private_key_jwt needs the public keys of the client', 'either jwks or jwks_uri')];
  if (given.length === 2) return [problem([...path, 'jwksUri'], 'jwks and jwks_uri are both given', 'one of them (RFC 7591 §2)')];
  return client.jwksUri === undefined || 'url' in parseOutboundUrl(client.jwksUri)
    ? []
    : [problem([...path, 'jwksUri'], `${show(client.jwksUri)} cannot be called`, OUTBOUND_URL_EXPECTED)];
}

/** Keys by value that no assertion could be verified with are a mistake that would show only at the first request. */
function suitableKey(
  client: DeclaredClient,
  algorithm: string | null,
  keys: readonly PublicJwk[] | null,
  path: DeclarationPath,
): DeclarationProblem[] {
  if (keys === null || METHODS[client.authenticationMethod].with !== 'keys') return [];
  const signs = AssertionSignatureAlgorithm.safeParse(algorithm);
  if (!signs.success) return [];
  const fitting = keys.filter((key) => keyFits(key, signs.data));
  const at = [...path, 'jwks', 'keys'];
  if (fitting.length === 0) {
    return [problem(at, `no key is for ${signs.data}`, `a key for ${signs.data}, or another token_endpoint_auth_signing_alg`)];
  }
  const unnamed = fitting.length > 1 && fitting.some((key) => key.kid === undefined);
  return unnamed
    ? [problem(at, `several keys are for ${signs.data} and not all have a kid`, 'a kid for each key (RFC 7517 §4.5)')]
    : [];
}

/** CLI-3: who presents a secret is stored as a digest, who signs with it sealed; who has none declares none. */
function secretSource(client: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  const { form } = METHODS[client.authenticationMethod];
  const at = [...path, 'secret'];
  if (client.secret === undefined) return [];
  if (form === null) return [problem(at, `${client.authenticationMethod} has no secret`, 'no secret, or a method that has one')];
  const { digest, sealed } = client.secret;
  const offered = form === 'digest' ? digest !== null && sealed === null : sealed !== null && digest === null;
  return offered
    ? []
    : [
        problem(
          at,
          `the secret of ${client.authenticationMethod} must come as ${form === 'digest' ? 'its SHA-256 digest' : 'a sealed value'}`,
          'this form and no other',
        ),
      ];
}

/** RFC 6749 §4.4: client_credentials is for confidential clients; and a grant that could never give a token is a mistake. */
function grants(client: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  const index = client.grantTypes.indexOf('client_credentials');
  if (index === -1) return [];
  if (client.authenticationMethod === 'none') {
    return [
      problem(
        [...path, 'grantTypes', index],
        'a public client cannot use client_credentials',
        'a client that authenticates (RFC 6749 §4.4)',
      ),
    ];
  }
  if (client.resources.length > 0) return [];
  return [
    problem(
      [...path, 'resources'],
      'client_credentials needs a resource that its tokens are for',
      'at least one declared resource',
    ),
  ];
}

/** FAPI 1 Advanced §5.2.2, FAPI 2.0 Security §5.3.2.1: asymmetric authentication, and few algorithms. */
function profile(client: DeclaredClient, algorithm: string | null, path: DeclarationPath): DeclarationProblem[] {
  if (client.profile === 'openid') return [];
  if (client.authenticationMethod !== 'private_key_jwt') {
    return [
      problem(
        [...path, 'authenticationMethod'],
        `the profile ${client.profile} does not allow ${client.authenticationMethod}`,
        'private_key_jwt',
      ),
    ];
  }
  const allowed: readonly string[] = FAPI_ALGORITHMS[client.profile];
  if (algorithm === null || allowed.includes(algorithm)) return [];
  return [
    problem(
      [...path, 'assertionAlgorithm'],
      `the profile ${client.profile} does not allow ${algorithm}`,
      `one of ${allowed.join(', ')}`,
    ),
  ];
}

function defaultResource(client: DeclaredClient, path: DeclarationPath): DeclarationProblem[] {
  if (client.defaultResource === undefined || client.defaultResource === null) return [];
  if (client.resources.includes(client.defaultResource)) return [];
  return [
    problem(
      [...path, 'defaultResource'],
      `${show(client.defaultResource)} is not among the resources of the client`,
      'one of its resources, or null',
    ),
  ];
}
