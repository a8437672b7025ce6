import { ListUsers, type UserSummary } from '@tessera/contracts';
import { newCallContext } from '@tessera/messaging';
import { USER_PAGE_MAX } from '@tessera/vocabulary';
import { parseCommandLine } from '../command-line.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { table } from '../table.js';
import { COMMAND_BUDGET_MS, type Services, withSession } from '../with-session.js';
import { calledUser } from './get-user.js';

/** `tessera user list`, in the order of names. */
export async function listUsersCommand(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const line = parseCommandLine('user list', words, { flags: [], arguments: [] });
  const users = await withSession(surroundings, ({ services }) => allUsers(services));
  const sorted = [...users].sort((a, b) => (calledUser(a) < calledUser(b) ? -1 : 1));
  const { terminal } = surroundings;
  if (line.flag('json')) {
    terminal.out(JSON.stringify(sorted));
    return EXIT.done;
  }
  const rows = sorted.map((one) => [one.username ?? '-', one.email ?? '-', one.accountId, one.managedBy, stateOf(one), one.name ?? '-']);
  for (const row of table(['USERNAME', 'EMAIL', 'ID', 'MANAGED BY', 'STATE', 'NAME'], rows)) terminal.out(row);
  return EXIT.done;
}

/** Whether somebody may sign in, in one word. */
export function stateOf({ enabled, locked }: Pick<UserSummary, 'enabled' | 'locked'>): string {
  if (!enabled) return 'disabled';
  return locked ? 'locked' : 'enabled';
}

async function allUsers(services: Services): Promise<readonly UserSummary[]> {
  const users: UserSummary[] = [];
  // Each page begins behind the last id, so the loop ends where the ids do.
  for (let after: string | null = null; ;) {
    const page: { readonly users: readonly UserSummary[]; readonly next: string | null } = await services.call(
      ListUsers,
      { after, limit: USER_PAGE_MAX },
      newCallContext(COMMAND_BUDGET_MS),
    );
    users.push(...page.users);
    if (page.next === null) return users;
    after = page.next;
  }
}
