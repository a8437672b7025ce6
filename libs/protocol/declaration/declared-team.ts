import { ClientId, PublicNkey, TeamName, TeamRight } from '@tessera/vocabulary';
import { z } from 'zod';
import type { DeclarationPath, DeclarationProblem } from './declaration.js';
import { readEntry, repeated } from './declared-entry.js';

/** Two are a rotation; more than a few are keys that nobody looks after. */
const NKEYS_MAX = 4;
const CLIENTS_MAX = 100;

/** One team of a declaration (decision 42), every member checked by itself. */
export const DeclaredTeam = z.object({
  name: TeamName,
  nkeys: z.array(PublicNkey).min(1).max(NKEYS_MAX),
  clientIds: z.array(ClientId).min(1).max(CLIENTS_MAX),
  /** Each said by itself; `decide` follows from nothing. */
  rights: z.array(TeamRight).min(1),
});
/** A team as it is declared and stored. */
export type TeamRecord = z.infer<typeof DeclaredTeam>;

/** What the members of a team have to be, in words for whoever wrote it. */
const TEAM_EXPECTED = {
  name: '2 to 32 lower-case letters, digits and -, beginning with a letter',
  nkeys: `1 to ${NKEYS_MAX} public user nkeys (U and 55 characters); two at the same time are a rotation`,
  clientIds: `ids of 1 to ${CLIENTS_MAX} declared clients`,
  rights: `a list of ${TeamRight.options.join(', ')}; none implies another`,
} as const satisfies Record<keyof TeamRecord, string>;

/** Checks one team by itself. */
export function readTeam(
  presented: Readonly<Record<string, unknown>>,
  path: DeclarationPath,
): { readonly team: TeamRecord | null; readonly problems: readonly DeclarationProblem[] } {
  const { entry, problems } = readEntry(DeclaredTeam, presented, path, TEAM_EXPECTED);
  if (entry === null) return { team: null, problems };
  const found = [
    ...repeated(entry.nkeys, [...path, 'nkeys'], 'the nkey'),
    ...repeated(entry.clientIds, [...path, 'clientIds'], 'the client'),
    ...repeated(entry.rights, [...path, 'rights'], 'the right'),
  ];
  return found.length > 0 ? { team: null, problems: found } : { team: entry, problems: [] };
}
