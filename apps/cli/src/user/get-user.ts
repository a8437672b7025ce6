import { GetUser, type UserDetails } from '@tessera/contracts';
import { newCallContext } from '@tessera/messaging';
import { CommandFailure, EXIT } from '../exit-code.js';
import { COMMAND_BUDGET_MS, type Services } from '../with-session.js';

/** One user, by user name, email address or id. @throws {CommandFailure} when there is none. */
export async function getUser(named: string, services: Services): Promise<UserDetails> {
  const { user } = await services.call(GetUser, { user: named }, newCallContext(COMMAND_BUDGET_MS));
  if (user === null) throw unknownUser(named);
  return user;
}

/** What a command ends with that names nobody. */
export function unknownUser(named: string): CommandFailure {
  return new CommandFailure(EXIT.unknown, `there is no user ${JSON.stringify(named)}; see tessera user list`);
}

/** A user as a person reads it. */
export function calledUser({ username, email, accountId }: Pick<UserDetails, 'username' | 'email' | 'accountId'>): string {
  return username ?? email ?? accountId;
}
