import { SetUserPassword, type UserDetails } from '@tessera/contracts';
import { newCallContext } from '@tessera/messaging';
import { type CommandLine, parseCommandLine } from '../command-line.js';
import { CommandFailure, EXIT, type ExitCode } from '../exit-code.js';
import { passwordOf, sealPassword } from '../password.js';
import { handOutUncertain, keepSecrets, type Secrets, SecretsOutput, showSecrets, userKey, valueOf } from '../secrets-output.js';
import type { OperatorSession, Surroundings } from '../surroundings.js';
import { leavesUnknown, untilAnswered } from '../until-answered.js';
import { withSession } from '../with-session.js';
import { ended } from './change-user-state.command.js';
import { calledUser, getUser, unknownUser } from './get-user.js';

/** Milliseconds; the password is hashed, behind others that wait for it. */
const PASSWORD_BUDGET_MS = 12_000;

/** `tessera user set-password`: ends all that was open under the one before. */
export async function setPasswordCommand(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const values = ['from-environment', 'from-file', 'secrets-out'];
  const line = parseCommandLine('user set-password', words, { flags: [], values, arguments: ['the user'] });
  const { password, made } = await passwordOf(line, surroundings);
  const path = line.value('secrets-out');
  const output = path === null ? null : await SecretsOutput.open(path, surroundings);
  return await withSession(surroundings, async (session) => {
    const user = await getUser(line.arguments[0] ?? '', session.services);
    const secrets: Secrets = made ? { [userKey(calledUser(user))]: { password } } : {};
    try {
      const reply = await setPassword(user, password, session, surroundings);
      await reportPassword(user.accountId, `${calledUser(user)} has a new password${ended(reply)}`, secrets, line, output, surroundings);
      return EXIT.done;
    } catch (error) {
      if (leavesUnknown(error)) await handOutUncertain(secrets, output, line.flag('json'), surroundings);
      throw error;
    }
  });
}

/** Sealed anew each time it is asked, because a sealed password is good for a minute; for the same request, so that it counts once. */
async function setPassword(user: UserDetails, password: string, session: OperatorSession, surroundings: Surroundings) {
  const { accountId } = user;
  const requestId = surroundings.randomId();
  const actor = { kind: 'operator' as const, name: surroundings.actorName };
  const { reply } = await untilAnswered(async () => {
    const sealed = await sealPassword(password, requestId, accountId, session);
    const request = { actor, accountId, password: { sealed, requestId } };
    return await session.services.call(SetUserPassword, request, newCallContext(PASSWORD_BUDGET_MS));
  }, surroundings);
  if (reply.outcome === 'unknown_user') throw unknownUser(calledUser(user));
  if (reply.outcome === 'refused')
    throw new CommandFailure(EXIT.failed, `the password of ${calledUser(user)} was not set: ${reply.why ?? 'refused'}`);
  return reply;
}

/** What a command that gave somebody a password prints. */
export async function reportPassword(
  accountId: string,
  told: string,
  made: Secrets,
  line: CommandLine,
  output: SecretsOutput | null,
  surroundings: Surroundings,
): Promise<void> {
  const secrets = await keepSecrets(made, output, surroundings);
  const { terminal } = surroundings;
  if (line.flag('json')) {
    const [shown] = Object.values(secrets);
    terminal.out(JSON.stringify({ accountId, password: shown === undefined ? null : valueOf(shown) }));
    return;
  }
  terminal.out(told);
  showSecrets(secrets, surroundings);
}
