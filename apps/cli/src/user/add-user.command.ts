import { AddUser } from '@tessera/contracts';
import { newCallContext } from '@tessera/messaging';
import { AccountId } from '@tessera/vocabulary';
import { z } from 'zod';
import { readSecret } from '../client-secret.js';
import { type CommandLine, parseCommandLine } from '../command-line.js';
import { CommandFailure, EXIT, type ExitCode } from '../exit-code.js';
import { passwordOf, sealPassword } from '../password.js';
import { handOutUncertain, type Secrets, SecretsOutput, userKey } from '../secrets-output.js';
import type { OperatorSession, Surroundings } from '../surroundings.js';
import { leavesUnknown, untilAnswered } from '../until-answered.js';
import { withSession } from '../with-session.js';
import { reportPassword } from './set-password.command.js';

/** Milliseconds; the password is hashed, behind others that wait for it. */
const PASSWORD_BUDGET_MS = 12_000;
/** 128 bits. */
const ID_OCTETS = 16;

const Claims = z.record(z.string(), z.unknown());

/** `tessera user add`: a user that no file manages. */
export async function addUserCommand(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const values = ['email', 'claims', 'from-environment', 'from-file', 'secrets-out'];
  const line = parseCommandLine('user add', words, { flags: [], values, arguments: ['the user name'] });
  const username = line.arguments[0] ?? '';
  const claims = await claimsOf(line, surroundings);
  const { password, made } = await passwordOf(line, surroundings);
  const path = line.value('secrets-out');
  const output = path === null ? null : await SecretsOutput.open(path, surroundings);
  const secrets: Secrets = made ? { [userKey(username)]: { password } } : {};
  return await withSession(surroundings, async (session) => {
    try {
      const accountId = await add({ username, email: line.value('email'), claims }, password, session, surroundings);
      await reportPassword(accountId, `${username} was added as ${accountId}`, secrets, line, output, surroundings);
      return EXIT.done;
    } catch (error) {
      if (leavesUnknown(error)) await handOutUncertain(secrets, output, line.flag('json'), surroundings);
      throw error;
    }
  });
}

/** The id is made here and is the same each time it is asked, so that a lost answer adds nobody twice. */
async function add(
  entry: { readonly username: string; readonly email: string | null; readonly claims: Record<string, unknown> },
  password: string,
  session: OperatorSession,
  surroundings: Surroundings,
): Promise<AccountId> {
  const accountId = AccountId.parse(`usr_${Buffer.from(surroundings.randomBytes(ID_OCTETS)).toString('base64url')}`);
  const requestId = surroundings.randomId();
  const actor = { kind: 'operator' as const, name: surroundings.actorName };
  const { reply } = await untilAnswered(async () => {
    const sealed = await sealPassword(password, requestId, accountId, session);
    const request = { actor, accountId, ...entry, password: { sealed, requestId } };
    return await session.services.call(AddUser, request, newCallContext(PASSWORD_BUDGET_MS));
  }, surroundings);
  if (reply.outcome === 'added') return accountId;
  throw new CommandFailure(EXIT.wrong, `${entry.username} was not added: ${reply.problems.join('; ')}`);
}

async function claimsOf(line: CommandLine, surroundings: Surroundings): Promise<Record<string, unknown>> {
  const file = line.value('claims');
  if (file === null) return {};
  const text = await readSecret({ file }, surroundings);
  try {
    return Claims.parse(JSON.parse(text));
  } catch (cause) {
    throw new CommandFailure(EXIT.wrong, `${file} holds no JSON object of claims`, { cause });
  }
}
