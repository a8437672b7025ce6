import { RewrapKeys } from '@tessera/contracts';
import { newCallContext } from '@tessera/messaging';
import { parseCommandLine } from '../command-line.js';
import { CommandFailure, EXIT, type ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { COMMAND_BUDGET_MS, withSession } from '../with-session.js';

/** Batches after which something is wrong: far more than there are keys. */
const BATCHES_MAX = 1_000;

/** `tessera keys rewrap`: batch after batch until nothing is left. Interrupted, it goes on where it stopped. */
export async function keysRewrapCommand(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const line = parseCommandLine('keys rewrap', words, { flags: ['dry-run'], arguments: [] });
  const dryRun = line.flag('dry-run');
  return await withSession(surroundings, async ({ services }) => {
    let rewrapped = 0;
    for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
      const request = { actor: { kind: 'operator' as const, name: surroundings.actorName }, dryRun };
      const reply = await services.call(RewrapKeys, request, newCallContext(COMMAND_BUDGET_MS));
      rewrapped += reply.rewrapped;
      if (!dryRun && reply.remaining > 0 && reply.rewrapped > 0) continue;
      if (!dryRun && reply.remaining > 0)
        throw new CommandFailure(EXIT.failed, `${reply.remaining} keys cannot be rewrapped; look into the log of key-management`);
      report(
        { rewrapped, remaining: reply.remaining, activeKeyEncryptionKey: reply.activeKeyEncryptionKey },
        line.flag('json'),
        surroundings,
      );
      return EXIT.done;
    }
    throw new CommandFailure(EXIT.failed, 'rewrapping does not come to an end; look into the log of key-management');
  });
}

function report(
  result: { readonly rewrapped: number; readonly remaining: number; readonly activeKeyEncryptionKey: string },
  json: boolean,
  { terminal }: Surroundings,
): void {
  if (json) terminal.out(JSON.stringify(result));
  else if (result.remaining > 0)
    terminal.out(`${result.remaining} keys are not under ${result.activeKeyEncryptionKey}; nothing was changed`);
  else terminal.out(`${result.rewrapped} keys rewrapped; all keys are under ${result.activeKeyEncryptionKey}`);
}
