import { SealedPassword } from '@tessera/contracts';
import { sealTo } from '@tessera/jose/seal';
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN, SEALED_SECRET_LIFETIME_SECONDS, systemClock } from '@tessera/vocabulary';
import type { CommandLine } from './command-line.js';
import { CommandFailure, EXIT } from './exit-code.js';
import { readSecret } from './client-secret.js';
import type { OperatorSession, Surroundings } from './surroundings.js';

/** 120 bits, 20 characters: to be typed once and changed. */
const PASSWORD_OCTETS = 15;

/** What a password has to be. */
export const PASSWORD_EXPECTED = `use ${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters`;

/** A new password. */
export function makePassword({ randomBytes }: Pick<Surroundings, 'randomBytes'>): string {
  return Buffer.from(randomBytes(PASSWORD_OCTETS)).toString('base64url');
}

/** What is wrong with a password that was given to us, in words that do not repeat it. */
export function passwordFault(password: string): string | null {
  const length = [...password].length;
  return length < PASSWORD_LENGTH_MIN || length > PASSWORD_LENGTH_MAX ? `the password has ${length} characters` : null;
}

/** The password a command line names, or one that is made. */
export async function passwordOf(
  line: CommandLine,
  surroundings: Surroundings,
): Promise<{ readonly password: string; readonly made: boolean }> {
  const [environment, file] = [line.value('from-environment'), line.value('from-file')];
  if (environment !== null && file !== null)
    throw new CommandFailure(EXIT.wrong, '--from-environment and --from-file are both given; keep one of them');
  if (environment === null && file === null) return { password: makePassword(surroundings), made: true };
  const password = await readSecret(environment !== null ? { environment } : { file: file ?? '' }, surroundings);
  const fault = passwordFault(password);
  if (fault !== null) throw new CommandFailure(EXIT.wrong, `${fault}; ${PASSWORD_EXPECTED}`);
  return { password, made: false };
}

/** The password as it leaves this process: sealed for one minute, one request and one account (decision 8). */
export async function sealPassword(
  password: string,
  requestId: string,
  account: string,
  session: Pick<OperatorSession, 'sealingKey'>,
): Promise<string> {
  const exp = systemClock.epochSeconds() + SEALED_SECRET_LIFETIME_SECONDS;
  const payload = { secret: password, rid: requestId, purpose: 'set-password', exp, account };
  return sealTo(await session.sealingKey('password-transport'), SealedPassword.parse(payload));
}
