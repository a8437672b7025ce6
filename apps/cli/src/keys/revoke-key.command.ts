import { RevokeKey } from '@tessera/contracts';
import { newCallContext } from '@tessera/messaging';
import { parseCommandLine } from '../command-line.js';
import { CommandFailure, EXIT, type ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { COMMAND_BUDGET_MS, withSession } from '../with-session.js';

/** `tessera keys revoke`: an emergency that ends every token the key signed, so a person confirms it. */
export async function keysRevokeCommand(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const line = parseCommandLine('keys revoke', words, { flags: ['yes'], arguments: ['the kid'] });
  const [kid = ''] = line.arguments;
  if (!line.flag('yes')) await confirm(kid, surroundings);
  const { outcome, successor } = await withSession(surroundings, ({ services }) =>
    services.call(
      RevokeKey,
      { actor: { kind: 'operator', name: surroundings.actorName }, kid },
      newCallContext(COMMAND_BUDGET_MS),
    ),
  );
  if (outcome === 'unknown')
    throw new CommandFailure(EXIT.unknown, `there is no key ${JSON.stringify(kid)}; see tessera keys status`);
  if (outcome === 'never_revoked')
    throw new CommandFailure(EXIT.wrong, `${kid} cannot be revoked: everything made with it would be lost`);
  const { terminal } = surroundings;
  if (line.flag('json')) terminal.out(JSON.stringify({ outcome, successor }));
  else terminal.out(`${kid} is revoked; ${successor === null ? 'it has no successor' : `${successor.kid} is active`}`);
  return EXIT.done;
}

async function confirm(kid: string, { terminal }: Surroundings): Promise<void> {
  if (!terminal.interactive) throw new CommandFailure(EXIT.wrong, 'revoking a key ends every token it signed; repeat with --yes');
  const answer = await terminal.ask(`Revoke ${kid}? Every token it signed ends at once. [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandFailure(EXIT.wrong, 'nothing was changed');
}
