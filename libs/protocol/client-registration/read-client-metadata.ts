import { type ClientId, isIdentityScope, OAuthError, parseScope } from '@tessera/vocabulary';
import { grantTypesOf, parseResponseType, type PublicJwk, type ResponseType } from '../client/index.js';
import { parseClientKeySet } from '../client-key-set/index.js';
import { type ClientRecord, type DeclarationProblem, readClient } from '../declaration/index.js';
import { parseOutboundUrl } from '../outbound-url/index.js';
import { redirectUriHost } from '../redirect-uri/index.js';
import { KEPT_REASONS, KeptMetadata, METADATA_MEMBERS, reasonFor } from './client-metadata-members.js';

/** What a deployment allows clients to register by themselves. */
export interface RegistrationPolicy {
  /** `code` alone unless the deployment says otherwise (AUT-3). */
  readonly responseTypes: readonly ResponseType[];
  /** Whether confidential clients have to use PKCE (COD-5); public ones have to in any case. */
  readonly requireProofKey: boolean;
}

/** A client as it would be stored. */
export interface RegisteredClient {
  readonly record: ClientRecord;
  /** Keys by value; null when it has none or names a `jwks_uri`. */
  readonly keys: readonly PublicJwk[] | null;
  readonly kept: KeptMetadata;
  /** To be proven before anything is stored ({@link provenSector}). */
  readonly sectorIdentifierUri: string | null;
}

type Presented = Readonly<Record<string, unknown>>;

/**
 * RFC 7591 §2, REG-2 to REG-6: what a client sends, judged as a whole. The rules are those of a declared client; what differs is that
 * the deployment bounds grant and response types, that nothing privileged can be said, and that a member it may not have is told.
 *
 * @throws {OAuthError} `client_registration.<member>`: the first that is wrong.
 */
export function readClientMetadata(presented: Presented, clientId: ClientId, policy: RegistrationPolicy): RegisteredClient {
  const members = present(presented);
  const kept = readKept(members);
  const grantTypes = grantTypesFrom(members, policy);
  const sector = sectorIdentifier(kept, members);
  const { client, problems } = readClient(
    {
      ...declared(members),
      clientId,
      name: members['client_name'] ?? nameFrom(members, clientId),
      grantTypes: grantTypes.grantTypes,
      responseTypes: grantTypes.responseTypes,
      scope: scopeFrom(members, grantTypes.grantTypes),
      resources: [],
      requireProofKey: policy.requireProofKey || members['token_endpoint_auth_method'] === 'none',
      ...(members['jwks'] === undefined ? {} : { jwks: usableKeys(members['jwks']) }),
      ...sector,
    },
    [],
  );
  if (client === null) throw refusal(problems[0]);
  return {
    record: { ...client.record, registration: { ...client.record.registration, verified: false } },
    keys: client.keys,
    kept,
    sectorIdentifierUri: kept.sector_identifier_uri ?? null,
  };
}

/** RFC 7592 §2.2: null is the same as leaving the member out. Only own members: a name of JavaScript's means nothing here. */
function present(presented: Presented): Presented {
  const names = [...Object.keys(METADATA_MEMBERS), ...Object.keys(KEPT_REASONS)];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = Object.hasOwn(presented, name) ? presented[name] : null;
      return value === null || value === undefined ? [] : [[name, value]];
    }),
  );
}

function declared(members: Presented): Record<string, unknown> {
  return Object.fromEntries(Object.entries(METADATA_MEMBERS).flatMap(([name, member]) => (members[name] === undefined ? [] : [[member, members[name]]])));
}

function readKept(members: Presented): KeptMetadata {
  const kept = KeptMetadata.safeParse(members);
  if (kept.success) return kept.data;
  const [name] = kept.error.issues[0]?.path ?? [];
  throw new OAuthError(Object.entries(KEPT_REASONS).find(([known]) => known === name)?.[1] ?? 'client_registration.metadata');
}

/** RFC 7591 §2, §2.1: `grant_types` is authorization_code and `response_types` code, unless said otherwise; and the two go together. */
function grantTypesFrom(members: Presented, { responseTypes: allowed }: RegistrationPolicy): { grantTypes: string[]; responseTypes: string[] } {
  const grantTypes = textList(members['grant_types'] ?? ['authorization_code'], 'client_registration.grant_types');
  const spelled = textList(members['response_types'] ?? ['code'], 'client_registration.response_types');
  const responseTypes = spelled.map((value) => {
    const type = parseResponseType(value);
    if (type === null || !allowed.includes(type)) throw new OAuthError('client_registration.response_types', { problem: 'not served to registered clients' });
    return type;
  });
  if (responseTypes.length === 0) throw new OAuthError('client_registration.response_types', { problem: 'there is none' });
  const needed = new Set<string>(responseTypes.flatMap(grantTypesOf));
  // REG-5: password and client_credentials are the operator's to give; a grant without a use here is refused rather than dropped.
  const foreign = grantTypes.find((one) => !needed.has(one) && one !== 'refresh_token');
  if (foreign !== undefined) throw new OAuthError('client_registration.grant_types', { problem: 'a grant type that no response type goes with' });
  if (grantTypes.length < needed.size || [...needed].some((one) => !grantTypes.includes(one))) {
    throw new OAuthError('client_registration.grant_types', { problem: 'the response types need other grant types' });
  }
  return { grantTypes, responseTypes };
}

function textList(value: unknown, reason: 'client_registration.grant_types' | 'client_registration.response_types'): string[] {
  if (Array.isArray(value) && value.length <= 20 && value.every((one): one is string => typeof one === 'string')) return value;
  throw new OAuthError(reason, { problem: 'no list of texts' });
}

const OWN_SCOPE = ['openid', 'profile', 'email', 'address', 'phone'];

/**
 * RFC 7591 §2: without `scope` the provider chooses, and of a wider one it keeps what the client may have: the scopes about the
 * person, never one of a resource (REG-5), and offline_access with the grant that uses it. The answer says what is registered.
 */
function scopeFrom(members: Presented, grantTypes: readonly string[]): string[] {
  const offline = grantTypes.includes('refresh_token') ? ['offline_access'] : [];
  const may = [...OWN_SCOPE, ...offline];
  const { scope } = members;
  if (scope === undefined) return may;
  if (typeof scope !== 'string') throw new OAuthError('client_registration.scope', { problem: 'no text' });
  try {
    return parseScope(scope).filter((one) => isIdentityScope(one) && may.includes(one));
  } catch {
    throw new OAuthError('client_registration.scope', { problem: 'no scope tokens' });
  }
}

/** RFC 7517 §5: keys that are not for us are left out; a set with a private or symmetric key is refused whole (REG-3). */
function usableKeys(jwks: unknown): { keys: readonly PublicJwk[] } {
  const { keys, faults } = parseClientKeySet(jwks);
  if (faults.some((fault) => fault.scope === 'set')) throw new OAuthError('client_registration.jwks', { problem: faults[0]?.message });
  return { keys };
}

/** OIDC Core §8.1: the host of the `sector_identifier_uri` is the sector, for a client that has pairwise subjects. */
function sectorIdentifier({ sector_identifier_uri: uri }: KeptMetadata, members: Presented): { sectorIdentifier?: string } {
  if (uri === undefined) return {};
  const parsed = parseOutboundUrl(uri);
  if ('fault' in parsed) throw new OAuthError('client_registration.sector_identifier_uri', { problem: parsed.fault });
  return members['subject_type'] === 'pairwise' ? { sectorIdentifier: parsed.url.hostname } : {};
}

/** People have to be shown something: where the client runs is at least true. */
function nameFrom(members: Presented, clientId: ClientId): string {
  const uris = members['redirect_uris'];
  const [first] = Array.isArray(uris) ? uris : [];
  return (typeof first === 'string' ? redirectUriHost(first) : null) ?? clientId;
}

function refusal(problem: DeclarationProblem | undefined): OAuthError {
  const [member] = problem?.path ?? [];
  // "private_key_jwt needs the public keys of the client" stands at the client itself.
  const reason = problem !== undefined && member === undefined ? 'client_registration.jwks' : reasonFor(member);
  return new OAuthError(reason, { problem: problem?.message, at: problem?.path.join('.') });
}
