import type { DeclarationProblem } from './declaration.js';
import { problem, show } from './declared-entry.js';
import type { TeamRecord } from './declared-team.js';
import type { Placed } from './read-declaration.js';
import type { DeclarationChange, ManagedBy, StoredState, StoredTeam } from './records.js';

/** What happens to one team. */
export interface TeamStep {
  readonly entry: {
    readonly action: 'create' | 'update' | 'delete' | 'unchanged';
    readonly kind: 'team';
    readonly id: string;
    readonly changes: { field: string; from: string | null; to: string | null }[];
  };
  readonly changes: readonly DeclarationChange[];
}

/** Plans one team. */
export function teamStep(record: TeamRecord, stored: TeamRecord | undefined): TeamStep {
  const members = ['nkeys', 'clientIds', 'rights'] as const;
  const text = (list: readonly string[]) => [...list].sort().join(' ');
  const changes = stored === undefined ? [] : members.filter((field) => text(stored[field]) !== text(record[field])).map((field) => ({ field, from: text(stored[field]), to: text(record[field]) }));
  const action = stored === undefined ? 'create' : changes.length > 0 ? 'update' : 'unchanged';
  return { entry: { action, kind: 'team', id: record.name, changes }, changes: action === 'unchanged' ? [] : [{ kind: 'team.put', record }] };
}

/** Teams that a file managed and no file names any more. */
export function teamRemovals(declared: readonly Placed<TeamRecord>[], stored: readonly StoredTeam[]): TeamStep[] {
  const names = new Set<string>(declared.map(({ thing }) => thing.name));
  return stored
    .filter((one) => one.managedBy === 'file' && !names.has(one.record.name))
    .map(({ record: { name } }) => ({ entry: { action: 'delete', kind: 'team', id: name, changes: [] }, changes: [{ kind: 'team.delete', name }] }));
}

/** What is wrong with teams once everything is put together; `clients` are those that will be there. */
export function teamProblems(
  declared: readonly Placed<TeamRecord>[],
  stored: StoredState,
  clients: ReadonlySet<string>,
  prune: boolean,
): DeclarationProblem[] {
  const managers = new Map<string, ManagedBy>(stored.teams.map((one) => [one.record.name, one.managedBy]));
  const names = new Set<string>(declared.map(({ thing }) => thing.name));
  const before = new Set<string>(stored.clients.map((one) => one.record.clientId));
  const foreign = declared.flatMap(({ thing, path }) => {
    const manager = managers.get(thing.name) ?? 'file';
    return manager === 'file' ? [] : [problem([...path, 'name'], `${show(thing.name)} exists and is managed by ${manager}`, 'another name; an entry has one manager')];
  });
  const unknown = declared.flatMap(({ thing, path }) =>
    thing.clientIds.flatMap((clientId, index) =>
      clients.has(clientId) ? [] : [problem([...path, 'clientIds', index], `the client ${show(clientId)} is not declared`, 'a client of this declaration or one that exists')],
    ),
  );
  const kept = stored.teams.filter((one) => !names.has(one.record.name) && !(prune && one.managedBy === 'file'));
  const lost = kept.flatMap(({ record }) =>
    record.clientIds
      .filter((clientId) => before.has(clientId) && !clients.has(clientId))
      .map((clientId) => problem(['clients'], `the client ${show(clientId)} would be removed, and the team ${show(record.name)} acts for it`, 'the client, or a team that does not name it')),
  );
  return [...foreign, ...unknown, ...lost];
}
