import { DeclaredResource, type DeclarationPath, type DeclarationProblem } from './declaration.js';
import { problem, readEntry, repeated } from './declared-entry.js';
import type { ResourceRecord } from './records.js';

/** OIDC Core §3.1.2.1, §11: scopes that speak of the end-user and belong to no resource. */
const RESERVED_SCOPES: readonly string[] = ['openid', 'offline_access'];

/** A resource that is coherent by itself. */
export function readResource(
  presented: Readonly<Record<string, unknown>>,
  path: DeclarationPath,
): { readonly record: ResourceRecord | null; readonly problems: readonly DeclarationProblem[] } {
  const { entry, problems } = readEntry(DeclaredResource, presented, path);
  if (entry === null) return { record: null, problems };
  const found = [
    ...repeated(entry.scope, [...path, 'scope'], 'the scope'),
    ...repeated(entry.introspectedBy, [...path, 'introspectedBy'], 'the client'),
    ...reservedScopes(entry, path),
    ...unsigned(entry, path),
  ];
  if (found.length > 0) return { record: null, problems: found };
  return {
    record: { ...entry, name: entry.name ?? entry.identifier, signingAlgorithm: entry.signingAlgorithm ?? 'ES256' },
    problems: [],
  };
}

function reservedScopes(resource: DeclaredResource, path: DeclarationPath): DeclarationProblem[] {
  return resource.scope.flatMap((scope, index) =>
    RESERVED_SCOPES.includes(scope)
      ? [problem([...path, 'scope', index], `the scope ${scope} belongs to OpenID Connect`, 'scopes of this resource only')]
      : [],
  );
}

/** A setting without effect would be believed to have one. */
function unsigned(resource: DeclaredResource, path: DeclarationPath): DeclarationProblem[] {
  if (resource.tokenFormat === 'jwt' || resource.signingAlgorithm === undefined) return [];
  return [
    problem([...path, 'signingAlgorithm'], 'opaque tokens are not signed', 'no signing algorithm, or the token format jwt'),
  ];
}
