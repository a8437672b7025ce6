import { type ClientDetails, RotateClientSecret } from '@tessera/contracts';
import { newCallContext } from '@tessera/messaging';
import { CLIENT_SECRET_OVERLAP_SECONDS_MAX, Outage } from '@tessera/vocabulary';
import type { z } from 'zod';
import {
  makeSecret,
  offerSecret,
  readSecret,
  secretExpected,
  secretFault,
  secretForm,
  secretLengthMin,
} from '../client-secret.js';
import { type CommandLine, parseCommandLine } from '../command-line.js';
import { CommandFailure, EXIT, type ExitCode } from '../exit-code.js';
import { handOutUncertain, keepSecrets, type Secrets, SecretsOutput, showSecrets, valueOf } from '../secrets-output.js';
import type { OperatorSession, Surroundings } from '../surroundings.js';
import { leavesUnknown, untilAnswered } from '../until-answered.js';
import { COMMAND_BUDGET_MS, withSession } from '../with-session.js';
import { getClient } from './get-client.js';

/** Seconds for the client to be told, unless the command says otherwise. */
const OVERLAP_SECONDS_DEFAULT = 3_600;

/** `tessera client rotate-secret`: a new secret beside the old one. */
export async function rotateSecretCommand(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const values = ['overlap-seconds', 'from-environment', 'from-file', 'secrets-out'];
  const line = parseCommandLine('client rotate-secret', words, { flags: [], values, arguments: ['the client_id'] });
  const overlapSeconds = overlapOf(line);
  const path = line.value('secrets-out');
  const output = path === null ? null : await SecretsOutput.open(path, surroundings);
  return await withSession(surroundings, async (session) => {
    const client = await getClient(line.arguments[0] ?? '', session.services);
    const next = await nextSecret(client, line, surroundings);
    const offered = await offerSecret(next.secret, next.form, client.clientId, session);
    const made = next.made ? { [client.clientId]: { client_secret: next.secret } } : {};
    try {
      const previousExpiresAt = await rotate(client, { ...offered, overlapSeconds }, session, surroundings);
      await report(client, previousExpiresAt, made, line, output, surroundings);
      return EXIT.done;
    } catch (error) {
      if (!leavesUnknown(error)) throw error;
      await handOutUncertain(made, output, line.flag('json'), surroundings);
      throw error instanceof Outage ? unknownRotation(client, error) : error;
    }
  });
}

function overlapOf(line: CommandLine): number {
  const value = line.value('overlap-seconds');
  const seconds = value === null ? OVERLAP_SECONDS_DEFAULT : /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (seconds <= CLIENT_SECRET_OVERLAP_SECONDS_MAX) return seconds;
  throw new CommandFailure(
    EXIT.wrong,
    `--overlap-seconds takes whole seconds between 0 and ${CLIENT_SECRET_OVERLAP_SECONDS_MAX}`,
  );
}

interface NextSecret {
  readonly secret: string;
  readonly form: 'digest' | 'sealed';
  /** False when the person brought it and has it already. */
  readonly made: boolean;
}

async function nextSecret(client: ClientDetails, line: CommandLine, surroundings: Surroundings): Promise<NextSecret> {
  const form = secretForm(client.authenticationMethod);
  if (form === null)
    throw new CommandFailure(EXIT.wrong, `${client.clientId} has no secret: it uses ${client.authenticationMethod}`);
  const lengthMin = secretLengthMin(client.assertionAlgorithm);
  const given = await givenSecret(line, lengthMin, surroundings);
  return { secret: given ?? makeSecret(lengthMin, surroundings), form, made: given === null };
}

/** Until when the secret before works. Asked again under the same key, so that a lost answer makes no second secret. */
async function rotate(
  { clientId }: ClientDetails,
  offered: Pick<z.input<typeof RotateClientSecret.request>, 'digest' | 'sealed' | 'overlapSeconds'>,
  session: OperatorSession,
  surroundings: Surroundings,
): Promise<string | null> {
  const actor = { kind: 'operator' as const, name: surroundings.actorName };
  const request = { actor, clientId, ...offered, idempotencyKey: surroundings.randomId() };
  const { reply } = await untilAnswered(
    () => session.services.call(RotateClientSecret, request, newCallContext(COMMAND_BUDGET_MS)),
    surroundings,
  );
  if (reply.outcome === 'rotated') return reply.previousExpiresAt;
  const why = {
    unknown_client: 'it does not exist any more',
    no_secret: 'it has no secret any more',
    wrong_form: 'its method changed meanwhile; try again',
    refused: reply.why ?? 'refused',
  };
  throw new CommandFailure(EXIT.failed, `the secret of ${clientId} was not rotated: ${why[reply.outcome]}`);
}

/** Another rotation would end the old secret at once if this one did happen: unlike other commands it is not simply repeated. */
function unknownRotation({ clientId }: ClientDetails, cause: Outage): CommandFailure {
  return new CommandFailure(
    EXIT.unreachable,
    `${cause.message}; it is not known whether the secret of ${clientId} was rotated, see tessera client show ${clientId} before rotating again`,
    { cause },
  );
}

async function givenSecret(line: CommandLine, lengthMin: number, surroundings: Surroundings): Promise<string | null> {
  const [environment, file] = [line.value('from-environment'), line.value('from-file')];
  if (environment !== null && file !== null)
    throw new CommandFailure(EXIT.wrong, '--from-environment and --from-file are both given; keep one of them');
  if (environment === null && file === null) return null;
  const secret = await readSecret(environment !== null ? { environment } : { file: file ?? '' }, surroundings);
  const fault = secretFault(secret, lengthMin);
  if (fault !== null) throw new CommandFailure(EXIT.wrong, `${fault}; ${secretExpected(lengthMin)}`);
  return secret;
}

async function report(
  { clientId }: ClientDetails,
  previousExpiresAt: string | null,
  made: Secrets,
  line: CommandLine,
  output: SecretsOutput | null,
  surroundings: Surroundings,
): Promise<void> {
  const secrets = await keepSecrets(made, output, surroundings);
  const { terminal } = surroundings;
  if (line.flag('json')) {
    const shown = secrets[clientId];
    terminal.out(JSON.stringify({ clientId, client_secret: shown === undefined ? null : valueOf(shown), previousExpiresAt }));
    return;
  }
  const until = previousExpiresAt === null ? 'there was none before' : `the one before works until ${previousExpiresAt}`;
  terminal.out(`${clientId} has a new secret; ${until}`);
  showSecrets(secrets, surroundings);
}
