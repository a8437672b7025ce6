import type { DeclarationPath, DeclarationProblem, PresentedDeclaration } from './declaration.js';
import { type ReadClient, readClient } from './declared-client.js';
import { problem, show } from './declared-entry.js';
import { readResource } from './declared-resource.js';
import { readTeam, type TeamRecord } from './declared-team.js';
import { type ReadUser, readUser } from './declared-user.js';
import type { ResourceRecord } from './records.js';

/** A declared thing and where it stands, so that what the whole reveals can be said at its place. */
export interface Placed<Thing> {
  readonly thing: Thing;
  readonly path: DeclarationPath;
}

/** A declaration whose entries are coherent by themselves. */
export interface ReadDeclaration {
  readonly resources: readonly Placed<ResourceRecord>[];
  readonly clients: readonly Placed<ReadClient>[];
  readonly users: readonly Placed<ReadUser>[];
  readonly teams: readonly Placed<TeamRecord>[];
  readonly problems: readonly DeclarationProblem[];
}

/** Checks every entry by itself and each id against its like. Entries with problems are left out of the result. */
export function readDeclaration(presented: PresentedDeclaration): ReadDeclaration {
  const resources = presented.resources.map((one, index) => ({
    path: ['resources', index],
    ...readResource(one, ['resources', index]),
  }));
  const clients = presented.clients.map((one, index) => ({ path: ['clients', index], ...readClient(one, ['clients', index]) }));
  const users = (presented.users ?? []).map((one, index) => ({ path: ['users', index], ...readUser(one, ['users', index]) }));
  const teams = (presented.teams ?? []).map((one, index) => ({ path: ['teams', index], ...readTeam(one, ['teams', index]) }));
  return {
    teams: teams.flatMap(({ team, path }) => (team === null ? [] : [{ thing: team, path }])),
    users: users.flatMap(({ user, path }) => (user === null ? [] : [{ thing: user, path }])),
    resources: resources.flatMap(({ record, path }) => (record === null ? [] : [{ thing: record, path }])),
    clients: clients.flatMap(({ client, path }) => (client === null ? [] : [{ thing: client, path }])),
    problems: [
      ...resources.flatMap((one) => one.problems),
      ...clients.flatMap((one) => one.problems),
      ...users.flatMap((one) => one.problems),
      ...teams.flatMap((one) => one.problems),
      ...twice(presented.resources, 'resources', 'identifier'),
      ...twice(presented.clients, 'clients', 'clientId'),
      ...twice(presented.teams ?? [], 'teams', 'name'),
    ],
  };
}

function twice(entries: readonly Readonly<Record<string, unknown>>[], list: string, member: string): DeclarationProblem[] {
  const seen = new Set<unknown>();
  return entries.flatMap((entry, index) => {
    const id = entry[member];
    if (id === undefined) return [];
    const repeated = seen.has(id);
    seen.add(id);
    return repeated ? [problem([list, index, member], `${show(id)} is declared twice`, 'each one once over all files')] : [];
  });
}
