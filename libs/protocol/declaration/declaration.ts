import {
  ACCESS_TOKEN_LIFETIME_SECONDS_MAX,
  AssertionMacAlgorithm,
  AssertionSignatureAlgorithm,
  CLIENT_ID_LENGTH_MAX,
  CLIENT_RESOURCES_MAX,
  CLIENT_SECRET_OVERLAP_SECONDS_MAX,
  ClientId,
  DECLARATION_ENTRIES_MAX,
  IssuerSignatureAlgorithm,
  isScopeToken,
  NAME_LENGTH_MAX,
  ResourceIdentifier,
  SCOPE_LENGTH_MAX,
  SCOPES_MAX,
} from '@tessera/vocabulary';
import { z } from 'zod';
import { ClientAuthenticationMethod, ClientProfile, GrantType } from '../client/index.js';
import { DECLARED_REGISTRATION, REGISTRATION_EXPECTED } from './declared-registration.js';

/** A secret as it is offered: never in clear. Exactly one of `digest` and `sealed` (CLI-3). */
export const OfferedSecret = z.object({
  /** Base64url SHA-256 of a high-entropy secret, for clients that present it. */
  digest: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .nullable()
    .default(null),
  /** The secret sealed to the `client-secret` key together with the client id, for clients that sign with it. */
  sealed: z.string().max(4_096).nullable().default(null),
});
/** A secret as it is offered. */
export type OfferedSecret = z.infer<typeof OfferedSecret>;

/** How a declared client gets its secret. */
export const DeclaredSecret = OfferedSecret.extend({
  /** `if_none`: taken only by a client without a secret. `exact`: this is the secret of the client; another one is replaced. */
  mode: z.enum(['if_none', 'exact']),
  /** Seconds a secret that is replaced stays valid. */
  overlapSeconds: z.number().int().min(0).max(CLIENT_SECRET_OVERLAP_SECONDS_MAX).default(0),
});
/** How a declared client gets its secret. */
export type DeclaredSecret = z.infer<typeof DeclaredSecret>;

const LIST = (schema: z.ZodType<string>, max: number) => z.array(schema).max(max);
const name = z
  .string()
  .min(1)
  .max(NAME_LENGTH_MAX)
  .regex(/^[^\p{Cc}]*$/u);
const lifetime = z.number().int().min(1).max(ACCESS_TOKEN_LIFETIME_SECONDS_MAX).nullable().default(null);
const scope = z.array(z.string().refine(isScopeToken)).max(SCOPES_MAX);

/** One resource of a declaration, every member checked by itself. What a client of this release leaves out gets its default. */
export const DeclaredResource = z.object({
  identifier: ResourceIdentifier,
  name: name.optional(),
  enabled: z.boolean().default(true),
  scope: scope.default([]),
  tokenFormat: z.enum(['jwt', 'opaque']).default('jwt'),
  accessTokenLifetimeSeconds: lifetime,
  signingAlgorithm: IssuerSignatureAlgorithm.optional(),
  introspectedBy: z.array(ClientId).max(CLIENT_RESOURCES_MAX).default([]),
});
/** One resource of a declaration. */
export type DeclaredResource = z.infer<typeof DeclaredResource>;

/** One client of a declaration (RFC 7591 §2), every member checked by itself. */
export const DeclaredClient = z.object({
  clientId: ClientId,
  name: name.optional(),
  enabled: z.boolean().default(true),
  profile: ClientProfile.default('openid'),
  authenticationMethod: ClientAuthenticationMethod.default('client_secret_basic'),
  assertionAlgorithm: z.union([AssertionSignatureAlgorithm, AssertionMacAlgorithm]).optional(),
  grantTypes: z.array(GrantType),
  scope: scope.default([]),
  resources: LIST(z.string(), CLIENT_RESOURCES_MAX).default([]),
  /** Absent: the only resource, when there is exactly one. Null: requests have to name one. */
  defaultResource: z.string().nullable().optional(),
  accessTokenLifetimeSeconds: lifetime,
  jwks: z.unknown().optional(),
  jwksUri: z.string().optional(),
  secret: DeclaredSecret.optional(),
  ...DECLARED_REGISTRATION,
});
/** One client of a declaration. */
export type DeclaredClient = z.infer<typeof DeclaredClient>;

/** What the members of a declaration have to be, in words for whoever wrote it. */
export const EXPECTED = {
  identifier: 'an absolute URI without a fragment, at most 512 characters, for example https://api.example.com/orders',
  name: `a name of 1 to ${NAME_LENGTH_MAX} characters without control characters`,
  enabled: 'true or false',
  scope: `scope tokens, each of 1 to ${SCOPE_LENGTH_MAX} printable characters without space, quote and backslash; at most ${SCOPES_MAX}`,
  tokenFormat: 'jwt (RFC 9068, verified without asking us) or opaque (known by introspection only)',
  accessTokenLifetimeSeconds: `whole seconds between 1 and ${ACCESS_TOKEN_LIFETIME_SECONDS_MAX}`,
  signingAlgorithm: `one of ${IssuerSignatureAlgorithm.options.join(', ')}`,
  introspectedBy: `ids of at most ${CLIENT_RESOURCES_MAX} declared clients`,
  clientId: `1 to ${CLIENT_ID_LENGTH_MAX} printable ASCII characters`,
  profile: `one of ${ClientProfile.options.join(', ')}`,
  authenticationMethod: `one of ${ClientAuthenticationMethod.options.join(', ')}`,
  assertionAlgorithm: `one of ${[...AssertionSignatureAlgorithm.options, ...AssertionMacAlgorithm.options].join(', ')}`,
  grantTypes: `a list of ${GrantType.options.join(', ')}; an empty list for a client that requests no tokens`,
  resources: `identifiers of at most ${CLIENT_RESOURCES_MAX} declared resources`,
  defaultResource: 'one of the resources of the client, or null',
  jwks: 'a key set: an object with a list "keys" of public JSON Web Keys (RFC 7517 §5)',
  jwksUri: 'an https URL that answers with a key set',
  secret: 'a secret source: from_environment or from_file',
  ...REGISTRATION_EXPECTED,
} as const satisfies Record<keyof DeclaredClient | keyof DeclaredResource, string>;

/** Where in a declaration: `['clients', 2, 'grantTypes', 0]`, in the names of the message. */
export const DeclarationPath = z.array(z.union([z.string(), z.number()]));
/** Where in a declaration. */
export type DeclarationPath = readonly (string | number)[];

/** What is wrong, where, and what it should be instead. */
export const DeclarationProblem = z.object({ path: DeclarationPath, message: z.string(), expected: z.string() });
/** What is wrong, where, and what it should be instead. */
export interface DeclarationProblem {
  readonly path: DeclarationPath;
  readonly message: string;
  readonly expected: string;
}

/** A declaration as it arrives: members are looked at one by one, so that everything wrong can be said at once. */
export const PresentedDeclaration = z.object({
  resources: z.array(z.record(z.string(), z.unknown())).max(DECLARATION_ENTRIES_MAX),
  clients: z.array(z.record(z.string(), z.unknown())).max(DECLARATION_ENTRIES_MAX),
  /** Absent from a command line of the release before. */
  users: z.array(z.record(z.string(), z.unknown())).max(DECLARATION_ENTRIES_MAX).default([]),
  /** Absent from a command line of the release before. */
  teams: z.array(z.record(z.string(), z.unknown())).max(DECLARATION_ENTRIES_MAX).default([]),
});
/** A declaration as it arrives. */
export type PresentedDeclaration = z.input<typeof PresentedDeclaration>;
