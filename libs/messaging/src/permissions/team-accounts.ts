import { TEAM_REQUEST_CONTRACTS } from '@tessera/contracts';
import { PublicNkey, TeamName, type TeamRight } from '@tessera/vocabulary';

/** The one account of the services; teams get accounts of their own beside it (decision 9). */
export const BUS_ACCOUNT = 'TESSERA';

/** Whether something is a public user nkey. */
export const PUBLIC_NKEY = { test: (value: string): boolean => PublicNkey.safeParse(value).success };

/** A team as the bus knows it. Two nkeys at the same time are a rotation. */
export interface BusTeam {
  readonly name: string;
  readonly nkeys: readonly string[];
  readonly rights: readonly TeamRight[];
}

/** Connections, subscriptions and octets of one message a team may have; more than any of them needs, and less than hurts. */
const LIMITS = ['max_connections: 32', 'max_subscriptions: 256', 'max_payload: 65536'];
/** Where a team's clients have their answers sent; nobody else is in the account. */
const TEAM_INBOXES = '_INBOX.>';

/** The subjects that teams with these rights say. */
export function teamSubjects(rights: readonly TeamRight[]): string[] {
  return TEAM_REQUEST_CONTRACTS.filter(({ right }) => rights.includes(right)).map(({ subject }) => subject).sort();
}

/**
 * What the account of the services offers to teams. The token behind the subject has to be the name of the account that imports it,
 * which nats-server checks when it reads its configuration: an account cannot even be configured to speak for another.
 */
export function exportsBlock(): string[] {
  if (TEAM_REQUEST_CONTRACTS.length === 0) return [];
  const offers = TEAM_REQUEST_CONTRACTS.map(({ subject }) => subject)
    .sort()
    .map((subject) => `      { service: ${JSON.stringify(`${subject}.*`)}, account_token_position: ${subject.split('.').length + 1} }`);
  return ['    exports: [', ...offers, '    ]'];
}

/**
 * The account of a team: it says the subjects its rights allow, each of which arrives with its name behind, and hears answers.
 * RangeError for a name or an nkey that is none.
 */
export function teamAccount({ name, nkeys, rights }: BusTeam): string {
  if (!TeamName.safeParse(name).success) throw new RangeError(`${JSON.stringify(name)} is no name of a team`);
  const subjects = teamSubjects(rights);
  const imports = subjects.map(
    (subject) => `      { service: { account: ${BUS_ACCOUNT}, subject: ${JSON.stringify(`${subject}.${name}`)} }, to: ${JSON.stringify(subject)} }`,
  );
  return [
    `  ${name} {`,
    `    limits { ${LIMITS.join(', ')} }`,
    '    users: [',
    ...nkeys.map((nkey) => teamUser(name, nkey, subjects)),
    '    ]',
    ...(imports.length === 0 ? [] : ['    imports: [', ...imports, '    ]']),
    '  }',
  ].join('\n');
}

/** The file that holds the accounts of all teams, for inclusion beside the account of the services. */
export function teamsFile(teams: readonly BusTeam[]): string {
  return ['# The accounts of teams. Made by tools/nats-permissions/teams.mjs from declaration files; no team, no account.', ...teams.map(teamAccount), ''].join('\n');
}

function teamUser(name: string, nkey: string, subjects: readonly string[]): string {
  if (!PUBLIC_NKEY.test(nkey)) throw new RangeError(`an nkey of ${name} is not a public user nkey (U...)`);
  return [
    '      {',
    `        nkey: ${nkey}`,
    '        permissions: {',
    ...permissionRule('publish', subjects),
    ...permissionRule('subscribe', [TEAM_INBOXES]),
    '        }',
    '      }',
  ].join('\n');
}

/** An empty allow list allows everything in nats-server, so nothing is said as a denial of everything. */
export function permissionRule(verb: 'publish' | 'subscribe', subjects: readonly string[]): string[] {
  if (subjects.length === 0) return [`          ${verb}: { deny: [">"] }`];
  return [`          ${verb}: { allow: [`, ...subjects.map((subject) => `            ${JSON.stringify(subject)}`), '          ] }'];
}
