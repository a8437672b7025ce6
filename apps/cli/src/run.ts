import { Incident } from '@tessera/messaging';
import { OAuthError, Outage } from '@tessera/vocabulary';
import { applyCommand } from './apply/apply.command.js';
import { changeClientStateCommand } from './client/change-client-state.command.js';
import { listClientsCommand } from './client/list-clients.command.js';
import { rotateSecretCommand } from './client/rotate-secret.command.js';
import { showClientCommand } from './client/show-client.command.js';
import { USAGE } from './command-line.js';
import { listDeliveriesCommand } from './deliveries/list-deliveries.command.js';
import { CommandFailure, EXIT, type ExitCode } from './exit-code.js';
import { keysRevokeCommand } from './keys/revoke-key.command.js';
import { keysRewrapCommand } from './keys/rewrap-keys.command.js';
import { keysRotateCommand } from './keys/rotate-key.command.js';
import { keysStatusCommand } from './keys/key-status.command.js';
import { createRegistrationTokenCommand } from './registration-token/create-registration-token.command.js';
import { listRegistrationTokensCommand } from './registration-token/list-registration-tokens.command.js';
import { revokeRegistrationTokenCommand } from './registration-token/revoke-registration-token.command.js';
import type { Surroundings } from './surroundings.js';
import { addUserCommand } from './user/add-user.command.js';
import { changeUserStateCommand } from './user/change-user-state.command.js';
import { listUsersCommand } from './user/list-users.command.js';
import { setPasswordCommand } from './user/set-password.command.js';
import { showUserCommand } from './user/show-user.command.js';

/** Carries out the words behind a command's name. */
export type Command = (words: readonly string[], surroundings: Surroundings) => Promise<ExitCode>;

const COMMANDS: Readonly<Record<string, Command>> = {
  apply: applyCommand,
  'client list': listClientsCommand,
  'client show': showClientCommand,
  'client rotate-secret': rotateSecretCommand,
  'client disable': changeClientStateCommand('disable'),
  'client enable': changeClientStateCommand('enable'),
  'client delete': changeClientStateCommand('delete'),
  'registration-token create': createRegistrationTokenCommand,
  'registration-token list': listRegistrationTokensCommand,
  'registration-token revoke': revokeRegistrationTokenCommand,
  'user list': listUsersCommand,
  'user show': showUserCommand,
  'user add': addUserCommand,
  'user set-password': setPasswordCommand,
  'user disable': changeUserStateCommand('disable'),
  'user enable': changeUserStateCommand('enable'),
  'user lock': changeUserStateCommand('lock'),
  'user unlock': changeUserStateCommand('unlock'),
  'deliveries list': listDeliveriesCommand,
  'keys status': keysStatusCommand,
  'keys rotate': keysRotateCommand,
  'keys revoke': keysRevokeCommand,
  'keys rewrap': keysRewrapCommand,
};

/** Runs one command line. The only place that turns errors into a line and an exit status. */
export async function run(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { terminal } = surroundings;
  if (words.includes('--help') || words[0] === 'help') {
    terminal.out(USAGE);
    return EXIT.done;
  }
  const name = [words.slice(0, 1), words.slice(0, 2)].map((some) => some.join(' ')).find((some) => Object.hasOwn(COMMANDS, some));
  const command = name === undefined ? undefined : COMMANDS[name];
  if (name === undefined || command === undefined) {
    terminal.err(
      words.length === 0
        ? USAGE
        : `tessera: there is no command ${JSON.stringify(words.slice(0, 2).join(' '))}; see tessera --help`,
    );
    return EXIT.wrong;
  }
  try {
    return await command(words.slice(name.split(' ').length), surroundings);
  } catch (error) {
    const { exitCode, line } = explain(error);
    terminal.err(`tessera: ${line}`);
    return exitCode;
  }
}

function explain(error: unknown): { readonly exitCode: ExitCode; readonly line: string } {
  if (error instanceof CommandFailure) return { exitCode: error.exitCode, line: error.message };
  if (error instanceof Outage) {
    return {
      exitCode: EXIT.unreachable,
      line: `${error.message}; it is not known whether anything was changed, and the same command again is safe`,
    };
  }
  if (error instanceof OAuthError) return { exitCode: EXIT.failed, line: `refused: ${error.description} (${error.reason})` };
  if (error instanceof Incident)
    return { exitCode: EXIT.failed, line: `the service failed; look for incident ${error.incident} in its log` };
  return { exitCode: EXIT.failed, line: error instanceof Error ? `unexpected: ${error.message}` : 'unexpected failure' };
}
