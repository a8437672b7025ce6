import { parseArgs, type ParseArgsConfig } from 'node:util';
import { CommandFailure, EXIT } from './exit-code.js';

/** What `tessera --help` prints. */
export const USAGE = `tessera: administer the provider

  tessera apply <file...>             create and change the clients, resources and users that the YAML files declare
      --dry-run                         print the plan and change nothing
      --prune                           also delete what files managed and these files do not name
      --yes                             do not ask before deleting
      --secrets-out <file>              write the secrets and passwords that were made to this file (JSON, mode 0600), not to
                                        the screen
  tessera client list                 all clients
  tessera client show <client_id>     one client, its keys and how many secrets it has
  tessera client rotate-secret <client_id>
      --overlap-seconds <n>             how long the old secret stays valid (default 3600)
      --from-environment <name>         take the secret from this variable instead of making one
      --from-file <path>                take the secret from this file instead of making one
      --secrets-out <file>              as above
  tessera client disable|enable|delete <client_id>
                                      a client that registered itself: out of use, back, or away with all it was granted
  tessera registration-token create <name>
                                      a token that lets somebody register clients, made and shown once
      --uses <n>                        how many clients (default 1)
      --hours <n>                       how long (default 24)
  tessera registration-token list     all of them, and how often each was used
  tessera registration-token revoke <id>
  tessera user list                   all users
  tessera user show <user>            one user, by user name, email address or id
  tessera user add <user name>        add a user that no file manages, with a password that is made and shown once
      --email <address>                 the email address, to sign in with as well
      --claims <file>                   standard claims (OIDC Core §5.1), a JSON object
      --from-environment <name>, --from-file <path>, --secrets-out <file>
                                        as above, for the password
  tessera user set-password <user>    a new password; ends the sessions of the user and revokes all grants
      --from-environment <name>, --from-file <path>, --secrets-out <file>
                                        as above
  tessera user disable|enable <user>  take a user out of use: ends sessions, revokes grants
  tessera user lock|unlock <user>     for a while: what was granted does not count until unlock; unlock also lets somebody try
                                      again who typed too many wrong passwords
  tessera deliveries list             what clients were sent, or have still to be: the newest 50
      --client <client_id>              of this client only
      --state <state>                   due, sending, delivered or given-up
      --kind <kind>                     backchannel-logout
      --limit <n>                       so many instead of 50
  tessera keys status [--all]         the keys of the provider; --all with the removed ones
  tessera keys rotate <purpose> <algorithm> [--now]
                                      a new key; it is published first, --now makes it active at once
  tessera keys revoke <kid> [--yes]   emergency: the key is gone at once and nothing it signed is accepted
  tessera keys rewrap [--dry-run]     wrap all keys under the active key-encryption key

  --json                              print the result as JSON
  --help                              print this

Connects to NATS_URL as NATS_SEED (or NATS_SEED_FILE) and trusts KEY_MANAGEMENT_NKEY; without them, to the system that
npm start runs (.data/operator.json).

Exit status: 0 done; 1 failed; 2 the command line, a setting or a file is wrong, nothing was changed; 3 no such client,
user or key; 4 the bus or a service did not answer, the same command again is safe (after rotate-secret, look at client show first).`;

type Options = NonNullable<ParseArgsConfig['options']>;

/** A command line, split into the command's arguments and options. */
export interface CommandLine {
  readonly arguments: readonly string[];
  flag(name: string): boolean;
  value(name: string): string | null;
}

/**
 * Splits the words behind a command.
 *
 * @throws {CommandFailure} for an option the command does not have, and when there are too few or too many arguments.
 */
export function parseCommandLine(
  command: string,
  words: readonly string[],
  expects: {
    readonly flags: readonly string[];
    readonly values?: readonly string[];
    readonly arguments: readonly string[];
    readonly more?: boolean;
  },
): CommandLine {
  const options: Options = {
    ...Object.fromEntries([...expects.flags, 'json'].map((name) => [name, { type: 'boolean' as const }])),
    ...Object.fromEntries((expects.values ?? []).map((name) => [name, { type: 'string' as const }])),
  };
  const { positionals, values } = split(command, words, options);
  const count = expects.arguments.length;
  if (positionals.length < count) {
    throw new CommandFailure(
      EXIT.wrong,
      `tessera ${command}: ${expects.arguments[positionals.length] ?? 'an argument'} is missing; see tessera --help`,
    );
  }
  if (positionals.length > count && expects.more !== true) {
    throw new CommandFailure(
      EXIT.wrong,
      `tessera ${command}: ${JSON.stringify(positionals[count])} is one argument too many; see tessera --help`,
    );
  }
  return {
    arguments: positionals,
    flag: (name) => values[name] === true,
    value: (name) => {
      const value = values[name];
      return typeof value === 'string' ? value : null;
    },
  };
}

function split(command: string, words: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (cause) {
    const told =
      typeof cause === 'object' && cause !== null && 'message' in cause ? String(cause.message) : 'the command line is wrong';
    const [message = told] = told.split('. ');
    throw new CommandFailure(EXIT.wrong, `tessera ${command}: ${message.replace(/\.$/, '')}; see tessera --help`, { cause });
  }
}
