import type { UserDetails } from '@tessera/contracts';
import { parseCommandLine } from '../command-line.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { withSession } from '../with-session.js';
import { getUser } from './get-user.js';
import { stateOf } from './list-users.command.js';

/** `tessera user show`. */
export async function showUserCommand(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const line = parseCommandLine('user show', words, { flags: [], arguments: ['the user'] });
  const user = await withSession(surroundings, ({ services }) => getUser(line.arguments[0] ?? '', services));
  const { terminal } = surroundings;
  if (line.flag('json')) terminal.out(JSON.stringify(user));
  else for (const [name, value] of described(user)) terminal.out(`${name.padEnd(26)}${value}`);
  return EXIT.done;
}

function described(user: UserDetails): readonly (readonly [string, string])[] {
  return [
    ['id', user.accountId],
    ['username', user.username ?? '-'],
    ['email', user.email ?? '-'],
    ['state', user.lockedAt === null ? stateOf(user) : `${stateOf(user)}, locked since ${user.lockedAt}`],
    ['managed by', user.managedBy],
    ['password', user.passwordChangedAt === null ? 'none' : `since ${user.passwordChangedAt}`],
    ['sign-in', user.blockedUntil === null ? 'open' : `blocked until ${user.blockedUntil} after too many wrong passwords`],
    ['sessions', String(user.sessions)],
    ['grants', String(user.grants)],
    ...Object.entries(user.claims).map(
      ([claim, value]) => [`claims.${claim}`, typeof value === 'string' ? value : JSON.stringify(value)] as const,
    ),
    ['created', user.createdAt],
    ['updated', user.updatedAt],
  ];
}
