import { ChangeUserState } from '@tessera/contracts';
import { newCallContext } from '@tessera/messaging';
import { parseCommandLine } from '../command-line.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { untilAnswered } from '../until-answered.js';
import { COMMAND_BUDGET_MS, withSession } from '../with-session.js';
import { unknownUser } from './get-user.js';

const STATES = { disable: 'disabled', enable: 'enabled', lock: 'locked', unlock: 'unlocked' } as const;

/** `tessera user disable`, `enable`, `lock` or `unlock`. */
export function changeUserStateCommand(verb: keyof typeof STATES) {
  return async (words: readonly string[], surroundings: Surroundings): Promise<ExitCode> => {
    const line = parseCommandLine(`user ${verb}`, words, { flags: [], arguments: ['the user'] });
    const user = line.arguments[0] ?? '';
    const state = STATES[verb];
    const actor = { kind: 'operator' as const, name: surroundings.actorName };
    const { reply } = await withSession(surroundings, ({ services }) =>
      untilAnswered(() => services.call(ChangeUserState, { actor, user, state }, newCallContext(COMMAND_BUDGET_MS)), surroundings),
    );
    if (reply.outcome === 'unknown_user') throw unknownUser(user);
    const { terminal } = surroundings;
    const { outcome, sessionsEnded, grantsRevoked } = reply;
    if (line.flag('json')) terminal.out(JSON.stringify({ user, state, outcome, sessionsEnded, grantsRevoked }));
    else terminal.out(outcome === 'unchanged' ? `${user} is ${state} already` : `${user} is ${state}${ended(reply)}`);
    return EXIT.done;
  };
}

/** What ended with a change, in words. */
export function ended({ sessionsEnded, grantsRevoked }: { readonly sessionsEnded: number; readonly grantsRevoked: number }): string {
  return sessionsEnded + grantsRevoked === 0 ? '' : `; sessions ended: ${sessionsEnded}, grants revoked: ${grantsRevoked}`;
}
