import { ChangeClientState } from '@tessera/contracts';
import { newCallContext } from '@tessera/messaging';
import { parseCommandLine } from '../command-line.js';
import { CommandFailure, EXIT, type ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { untilAnswered } from '../until-answered.js';
import { COMMAND_BUDGET_MS, withSession } from '../with-session.js';

const STATES = { disable: 'disabled', enable: 'enabled', delete: 'deleted' } as const;

/** `tessera client disable`, `enable` or `delete`: a client that registered itself. */
export function changeClientStateCommand(verb: keyof typeof STATES) {
  return async (words: readonly string[], surroundings: Surroundings): Promise<ExitCode> => {
    const line = parseCommandLine(`client ${verb}`, words, { flags: [], arguments: ['the client_id'] });
    const clientId = line.arguments[0] ?? '';
    const state = STATES[verb];
    const actor = { kind: 'operator' as const, name: surroundings.actorName };
    const { reply, repeated } = await withSession(surroundings, ({ services }) =>
      untilAnswered(() => services.call(ChangeClientState, { actor, clientId, state }, newCallContext(COMMAND_BUDGET_MS)), surroundings),
    );
    // A deletion whose answer was lost finds nothing any more when it is asked for again.
    const outcome = repeated && state === 'deleted' && reply.outcome === 'unknown_client' ? 'changed' : reply.outcome;
    if (outcome === 'unknown_client') throw new CommandFailure(EXIT.unknown, `there is no client ${JSON.stringify(clientId)}; see tessera client list`);
    if (outcome === 'managed_elsewhere') throw new CommandFailure(EXIT.wrong, `${clientId} is managed by a file; change it there and apply the file`);
    const { terminal } = surroundings;
    if (line.flag('json')) terminal.out(JSON.stringify({ clientId, state, outcome }));
    else terminal.out(outcome === 'changed' ? `${clientId} is ${state}` : `${clientId} was ${state} before`);
    return EXIT.done;
  };
}
