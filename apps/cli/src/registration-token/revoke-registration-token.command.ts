import { RevokeInitialAccessToken } from '@tessera/contracts';
import { newCallContext } from '@tessera/messaging';
import { z } from 'zod';
import { parseCommandLine } from '../command-line.js';
import { CommandFailure, EXIT, type ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { untilAnswered } from '../until-answered.js';
import { COMMAND_BUDGET_MS, withSession } from '../with-session.js';

/** `tessera registration-token revoke`: it opens no registration any more. Clients that were registered with it stay. */
export async function revokeRegistrationTokenCommand(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const line = parseCommandLine('registration-token revoke', words, { flags: [], arguments: ['the id'] });
  const id = line.arguments[0] ?? '';
  const unknown = new CommandFailure(EXIT.unknown, `there is no registration token ${JSON.stringify(id)}; see tessera registration-token list`);
  if (!z.uuid().safeParse(id).success) throw unknown;
  const actor = { kind: 'operator' as const, name: surroundings.actorName };
  const { reply } = await withSession(surroundings, ({ services }) =>
    untilAnswered(() => services.call(RevokeInitialAccessToken, { actor, id }, newCallContext(COMMAND_BUDGET_MS)), surroundings),
  );
  if (reply.outcome === 'unknown') throw unknown;
  const { terminal } = surroundings;
  if (line.flag('json')) terminal.out(JSON.stringify({ id, outcome: reply.outcome }));
  else terminal.out(reply.outcome === 'revoked' ? `${id} is revoked` : `${id} was revoked before`);
  return EXIT.done;
}
