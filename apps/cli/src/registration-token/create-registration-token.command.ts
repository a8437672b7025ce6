import { createHash } from 'node:crypto';
import { AddInitialAccessToken } from '@tessera/contracts';
import { newCallContext } from '@tessera/messaging';
import { INITIAL_ACCESS_TOKEN_SECONDS_MAX, INITIAL_ACCESS_TOKEN_USES_MAX } from '@tessera/vocabulary';
import { type CommandLine, parseCommandLine } from '../command-line.js';
import { CommandFailure, EXIT, type ExitCode } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import { leavesUnknown, untilAnswered } from '../until-answered.js';
import { COMMAND_BUDGET_MS, withSession } from '../with-session.js';

/** 256 bits (GEN-3). */
const TOKEN_OCTETS = 32;
const HOUR_SECONDS = 3_600;
const USES_DEFAULT = 1;
const HOURS_DEFAULT = 24;

/** `tessera registration-token create`: lets somebody register clients (RFC 7591 §3). Made here, shown once. */
export async function createRegistrationTokenCommand(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const line = parseCommandLine('registration-token create', words, { flags: [], values: ['uses', 'hours'], arguments: ['the name'] });
  const usesMax = wholeNumber(line, 'uses', USES_DEFAULT, INITIAL_ACCESS_TOKEN_USES_MAX);
  const hours = wholeNumber(line, 'hours', HOURS_DEFAULT, Math.floor(INITIAL_ACCESS_TOKEN_SECONDS_MAX / HOUR_SECONDS));
  const name = line.arguments[0] ?? '';
  const token = Buffer.from(surroundings.randomBytes(TOKEN_OCTETS)).toString('base64url');
  const actor = { kind: 'operator' as const, name: surroundings.actorName };
  const digest = createHash('sha256').update(token).digest('base64url');
  const request = { actor, id: surroundings.randomId(), name, digest, usesMax, lifetimeSeconds: hours * HOUR_SECONDS };
  const { terminal } = surroundings;
  try {
    const { reply } = await withSession(surroundings, ({ services }) =>
      untilAnswered(() => services.call(AddInitialAccessToken, request, newCallContext(COMMAND_BUDGET_MS)), surroundings),
    );
    if (line.flag('json')) terminal.out(JSON.stringify({ id: request.id, name, initial_access_token: token, uses: usesMax, expiresAt: reply.expiresAt }));
    else {
      terminal.out(`${name} may register ${usesMax === 1 ? 'one client' : `${usesMax} clients`} until ${reply.expiresAt}; revoke it as ${request.id}`);
      terminal.out('');
      terminal.out('Keep this initial access token now; it is shown once and stored nowhere in clear:');
      terminal.out(`  ${token}`);
    }
    return EXIT.done;
  } catch (error) {
    // It opens nothing before its row is there, and if the row is there this is the only place the token is known.
    if (leavesUnknown(error)) terminal.err(`tessera: the token ${request.id} may be there; tessera registration-token revoke ${request.id} ends it`);
    throw error;
  }
}

function wholeNumber(line: CommandLine, option: string, otherwise: number, max: number): number {
  const value = line.value(option);
  if (value === null) return otherwise;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (number >= 1 && number <= max) return number;
  throw new CommandFailure(EXIT.wrong, `--${option} takes a whole number between 1 and ${max}`);
}
