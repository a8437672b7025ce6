import { COMMON_SETTINGS, ConfigurationError, publicNkeys, readConfiguration } from '@tessera/configuration';
import { z } from 'zod';
import { CommandFailure, EXIT } from './exit-code.js';

/** Where the bus is and who we are on it. */
export interface OperatorSettings {
  readonly natsUrl: string;
  readonly seed: string;
  readonly keyManagementNkeys: readonly string[];
}

const FROM_ENVIRONMENT = {
  NATS_URL: COMMON_SETTINGS.NATS_URL,
  NATS_SEED: COMMON_SETTINGS.NATS_SEED,
  KEY_MANAGEMENT_NKEY: publicNkeys,
} as const;

/** What the launcher leaves for the command line. */
const OperatorFile = z.object({
  natsUrl: COMMON_SETTINGS.NATS_URL,
  seed: COMMON_SETTINGS.NATS_SEED,
  keyManagementNkeys: z.array(z.string()).min(1),
});

/** The file of the launcher, unless `TESSERA_OPERATOR_FILE` names another one. */
const OPERATOR_FILE = '.data/operator.json';

/**
 * Reads the environment, or the launcher's file when none of the variables is set.
 *
 * @throws {CommandFailure} with one line that names the variable or file and the cure.
 */
export async function readOperatorSettings(
  environment: Readonly<Record<string, string | undefined>>,
  read: (path: string) => Promise<string>,
): Promise<OperatorSettings> {
  const given = Object.keys(FROM_ENVIRONMENT).some((name) => (environment[name] ?? environment[`${name}_FILE`] ?? '') !== '');
  if (!given) return await readOperatorFile(environment.TESSERA_OPERATOR_FILE ?? OPERATOR_FILE, read);
  try {
    const { NATS_URL, NATS_SEED, KEY_MANAGEMENT_NKEY } = readConfiguration(FROM_ENVIRONMENT, environment);
    return { natsUrl: NATS_URL, seed: NATS_SEED, keyManagementNkeys: KEY_MANAGEMENT_NKEY };
  } catch (error) {
    if (error instanceof ConfigurationError) throw new CommandFailure(EXIT.wrong, error.message, { cause: error });
    throw error;
  }
}

async function readOperatorFile(path: string, read: (path: string) => Promise<string>): Promise<OperatorSettings> {
  const text = await read(path).catch(() => null);
  if (text === null) {
    throw new CommandFailure(
      EXIT.wrong,
      `NATS_URL is missing and there is no ${path}; set NATS_URL, NATS_SEED and KEY_MANAGEMENT_NKEY, or start the provider with npm start`,
    );
  }
  const settings = OperatorFile.safeParse(parseJson(text));
  if (settings.success) return settings.data;
  throw new CommandFailure(
    EXIT.wrong,
    `${path} cannot be used; start the provider anew with npm start, or set NATS_URL, NATS_SEED and KEY_MANAGEMENT_NKEY`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
