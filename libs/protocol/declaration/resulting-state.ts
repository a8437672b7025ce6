import { isIdentityScope } from '@tessera/vocabulary';
import { USER_GRANT_TYPES } from '../client/index.js';
import { type ClientRecord, type ResourceRecord, type StoredState } from './records.js';
import type { DeclarationPath, DeclarationProblem } from './declaration.js';
import { problem, show } from './declared-entry.js';
import { teamProblems } from './plan-teams.js';
import type { ReadDeclaration } from './read-declaration.js';

/** What would be stored after the declaration, and what it is made of. */
interface ResultingState {
  readonly resources: ReadonlyMap<string, ResourceRecord>;
  readonly clients: ReadonlyMap<string, ClientRecord>;
}

/**
 * Validation on the resulting state (as REG-6 asks of registrations): who refers to what must hold when declared, kept and
 * removed entries are put together. An entry that the declaration does not mention is only looked at for what the declaration
 * does to it; what was broken before is not its fault.
 */
export function resultingProblems(declaration: ReadDeclaration, stored: StoredState, prune: boolean): DeclarationProblem[] {
  const clashes = foreign(declaration, stored);
  const state = resulting(declaration, stored, prune);
  return [
    ...clashes,
    ...declaration.clients.flatMap(({ thing, path }) => clientProblems(thing.record, path, state)),
    ...declaration.resources.flatMap(({ thing, path }) => introspectors(thing, path, state)),
    ...keptProblems(declaration, stored, state),
    ...teamProblems(declaration.teams, stored, new Set(state.clients.keys()), prune),
  ];
}

/** Decision 17: a file manages its own rows and no others. */
function foreign(declaration: ReadDeclaration, stored: StoredState): DeclarationProblem[] {
  const clients = new Map(stored.clients.map((one) => [String(one.record.clientId), one.managedBy]));
  const resources = new Map(stored.resources.map((one) => [String(one.record.identifier), one.managedBy]));
  const clash = (manager: string | undefined, id: string, path: DeclarationPath) =>
    manager === undefined || manager === 'file'
      ? []
      : [problem(path, `${show(id)} exists and is managed by ${manager}`, 'another id; an entry has one manager')];
  return [
    ...declaration.resources.flatMap(({ thing, path }) =>
      clash(resources.get(thing.identifier), thing.identifier, [...path, 'identifier']),
    ),
    ...declaration.clients.flatMap(({ thing, path }) =>
      clash(clients.get(thing.record.clientId), thing.record.clientId, [...path, 'clientId']),
    ),
  ];
}

function resulting(declaration: ReadDeclaration, stored: StoredState, prune: boolean): ResultingState {
  const kept = <Entry extends { readonly managedBy: string }>(entries: readonly Entry[]) =>
    entries.filter((one) => !prune || one.managedBy !== 'file');
  return {
    resources: new Map(
      [...kept(stored.resources).map((one) => one.record), ...declaration.resources.map((one) => one.thing)].map((one) => [
        String(one.identifier),
        one,
      ]),
    ),
    clients: new Map(
      [...kept(stored.clients).map((one) => one.record), ...declaration.clients.map((one) => one.thing.record)].map((one) => [
        String(one.clientId),
        one,
      ]),
    ),
  };
}

function clientProblems(client: ClientRecord, path: DeclarationPath, { resources }: ResultingState): DeclarationProblem[] {
  const unknown = client.resources.flatMap((identifier, index) =>
    resources.has(identifier)
      ? []
      : [
          problem(
            [...path, 'resources', index],
            `the resource ${show(identifier)} is not declared`,
            'a resource of this declaration or one that exists',
          ),
        ],
  );
  // While a resource is unknown nobody can say what it offers.
  if (unknown.length > 0) return unknown;
  const offered = offeredTo(client, resources);
  // OIDC Core §5.4: what asks who the user is belongs to no resource, and to clients that act for a user only (CCR-1).
  const ofUsers = client.grantTypes.some((one) => USER_GRANT_TYPES.includes(one));
  return client.scope.flatMap((scope, index) =>
    offered.has(scope) || (ofUsers && isIdentityScope(scope))
      ? []
      : [
          problem(
            [...path, 'scope', index],
            `no resource of the client offers the scope ${show(scope)}`,
            offered.size === 0 ? 'no scope' : `one of ${[...offered].slice(0, 20).join(' ')}`,
          ),
        ],
  );
}

function offeredTo(client: ClientRecord, resources: ResultingState['resources']): Set<string> {
  return new Set(client.resources.flatMap((identifier) => resources.get(identifier)?.scope ?? []));
}

/** RFC 7662 §2.1: who asks about tokens authenticates, so it exists and is confidential. */
function introspectors(resource: ResourceRecord, path: DeclarationPath, { clients }: ResultingState): DeclarationProblem[] {
  return resource.introspectedBy.flatMap((clientId, index) => {
    const at = [...path, 'introspectedBy', index];
    const client = clients.get(clientId);
    if (client === undefined)
      return [problem(at, `the client ${show(clientId)} is not declared`, 'a client of this declaration or one that exists')];
    return client.authenticationMethod === 'none'
      ? [problem(at, `${show(clientId)} is a public client`, 'a client that authenticates (RFC 7662 §2.1)')]
      : [];
  });
}

/** What happens to entries that stay and are not mentioned: their resource, scope or introspecting client goes away. */
function keptProblems(declaration: ReadDeclaration, stored: StoredState, state: ResultingState): DeclarationProblem[] {
  const before = new Map(stored.resources.map((one) => [String(one.record.identifier), one.record]));
  const declared = new Set(declaration.clients.map(({ thing }) => String(thing.record.clientId)));
  const places = new Map(declaration.resources.map(({ thing, path }) => [String(thing.identifier), path]));
  const keptClients = [...state.clients.values()].filter((client) => !declared.has(client.clientId));
  const losesResource = keptClients.flatMap((client) =>
    client.resources
      .filter((identifier) => before.has(identifier) && !state.resources.has(identifier))
      .map((identifier) =>
        problem(
          ['resources'],
          `${show(identifier)} would be removed, and the client ${show(client.clientId)} uses it`,
          'the resource, or a client that does not use it',
        ),
      ),
  );
  const losesScope = keptClients.flatMap((client) => {
    const offered = offeredTo(client, state.resources);
    const lost = client.scope.filter((scope) => offeredTo(client, before).has(scope) && !offered.has(scope));
    const path = client.resources.map((identifier) => places.get(identifier)).find((place) => place !== undefined);
    return path === undefined
      ? []
      : lost.map((scope) =>
          problem(
            [...path, 'scope'],
            `the scope ${show(scope)} would be removed, and the client ${show(client.clientId)} uses it`,
            'the scope, or a client that does not use it',
          ),
        );
  });
  return [...losesResource, ...losesScope, ...lostIntrospectors(declaration, stored, state, places)];
}

function lostIntrospectors(
  declaration: ReadDeclaration,
  stored: StoredState,
  state: ResultingState,
  places: ReadonlyMap<string, DeclarationPath>,
): DeclarationProblem[] {
  const before = new Map(stored.clients.map((one) => [String(one.record.clientId), one.record]));
  const clientPlaces = new Map(declaration.clients.map(({ thing, path }) => [String(thing.record.clientId), path]));
  const kept = [...state.resources.values()].filter((resource) => !places.has(resource.identifier));
  return kept.flatMap((resource) =>
    resource.introspectedBy.flatMap((clientId) => {
      const client = state.clients.get(clientId);
      const asked = `the resource ${show(resource.identifier)} lets it introspect`;
      if (client === undefined) {
        return before.has(clientId)
          ? [
              problem(
                ['clients'],
                `the client ${show(clientId)} would be removed, and ${asked}`,
                'the client, or a resource that does not name it',
              ),
            ]
          : [];
      }
      const place = clientPlaces.get(clientId);
      const turnedPublic = client.authenticationMethod === 'none' && before.get(clientId)?.authenticationMethod !== 'none';
      return place === undefined || !turnedPublic
        ? []
        : [
            problem(
              [...place, 'authenticationMethod'],
              `${show(clientId)} would become public, and ${asked}`,
              'a method that authenticates',
            ),
          ];
    }),
  );
}
