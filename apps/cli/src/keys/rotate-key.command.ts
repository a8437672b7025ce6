import { RotateKey } from '@tessera/contracts';
import { newCallContext } from '@tessera/messaging';
import { parseCommandLine } from '../command-line.js';
import { CommandFailure, EXIT, type ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { COMMAND_BUDGET_MS, withSession } from '../with-session.js';

/** `tessera keys rotate`. */
export async function keysRotateCommand(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const line = parseCommandLine('keys rotate', words, { flags: ['now'], arguments: ['the purpose', 'the algorithm'] });
  const [purpose = '', algorithm = ''] = line.arguments;
  const { outcome, key } = await withSession(surroundings, ({ services }) =>
    services.call(
      RotateKey,
      {
        actor: { kind: 'operator', name: surroundings.actorName },
        idempotencyKey: surroundings.randomId(),
        purpose,
        algorithm,
        whenPublished: !line.flag('now'),
      },
      newCallContext(COMMAND_BUDGET_MS),
    ),
  );
  if (outcome === 'unknown_key_type')
    throw new CommandFailure(EXIT.unknown, `there are no ${purpose} keys for ${algorithm}; see tessera keys status`);
  if (outcome === 'never_rotated')
    throw new CommandFailure(EXIT.wrong, `keys for ${purpose} are never rotated: everything made with them would be lost`);
  const { terminal } = surroundings;
  if (line.flag('json')) terminal.out(JSON.stringify({ outcome, key }));
  else if (outcome === 'rotated') terminal.out(`${key?.kid ?? 'the new key'} is active; the key before it is retiring`);
  else terminal.out(`${key?.kid ?? 'the new key'} is made; it becomes active once it has been published long enough`);
  return EXIT.done;
}
