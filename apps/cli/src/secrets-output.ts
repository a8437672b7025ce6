import { z } from 'zod';
import { CommandFailure, EXIT } from './exit-code.js';
import type { Surroundings } from './surroundings.js';

/** What a client keeps to itself, in the name of RFC 7591 §3.2.1, or a user. */
export type Secret = { readonly client_secret: string } | { readonly password: string };
/** Client id, or {@link userKey} of a user, → its secret. */
export type Secrets = Readonly<Record<string, Secret>>;

/** What a user is called beside clients. */
export const userKey = (username: string): string => `user:${username}`;

/** The secret itself. */
export function valueOf(secret: Secret): string {
  return 'password' in secret ? secret.password : secret.client_secret;
}

/** What the file holds for a client; `may_be_in_force`: made by commands that ended without an answer, oldest first. */
const KeptSecret = z.object({ client_secret: z.string().optional(), password: z.string().optional(), may_be_in_force: z.array(z.string()).optional() });
const SecretsFile = z.record(z.string(), KeptSecret);
type SecretsFile = z.infer<typeof SecretsFile>;

/**
 * Where secrets go that were made by this command: they exist nowhere else, so the place is tried before anything is changed.
 */
export class SecretsOutput {
  private constructor(
    readonly path: string,
    private readonly known: SecretsFile,
    private readonly surroundings: Surroundings,
  ) {}

  /** @throws {CommandFailure} when the file cannot be written, or holds something else than secrets. */
  static async open(path: string, surroundings: Surroundings): Promise<SecretsOutput> {
    const output = new SecretsOutput(path, await readKnown(path, surroundings), surroundings);
    try {
      await output.add({});
    } catch (cause) {
      throw new CommandFailure(EXIT.wrong, `${path} cannot be written; name another file with --secrets-out`, { cause });
    }
    return output;
  }

  /** Adds secrets to the file; those of other clients stay. */
  async add(secrets: Secrets): Promise<void> {
    await this.write(secrets);
  }

  /** Adds secrets that may be in force or not: the one that was known before stays beside them. */
  async addUncertain(secrets: Secrets): Promise<void> {
    const added: SecretsFile = {};
    for (const [clientId, secret] of Object.entries(secrets)) {
      const known = this.known[clientId];
      added[clientId] = { ...known, may_be_in_force: [...(known?.may_be_in_force ?? []), valueOf(secret)] };
    }
    await this.write(added);
  }

  private async write(entries: SecretsFile): Promise<void> {
    await this.surroundings.writePrivately(this.path, `${JSON.stringify({ ...this.known, ...entries }, null, 2)}\n`);
  }
}

async function readKnown(path: string, { read }: Surroundings): Promise<SecretsFile> {
  const text = await read(path).catch(() => null);
  if (text === null) return {};
  try {
    return SecretsFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new CommandFailure(EXIT.wrong, `${path} holds something else than secrets; name another file with --secrets-out`, {
      cause,
    });
  }
}

/** Writes secrets to the file that was asked for, and returns those that still have to be shown. */
export async function keepSecrets(secrets: Secrets, output: SecretsOutput | null, { terminal }: Surroundings): Promise<Secrets> {
  if (output === null) return secrets;
  try {
    await output.add(secrets);
    return {};
  } catch {
    // They are in force and exist nowhere else: losing them is worse than showing them.
    terminal.err('tessera: the secrets could not be written after all and are shown instead');
    return secrets;
  }
}

/** Shows secrets, once. */
export function showSecrets(secrets: Secrets, { terminal }: Surroundings): void {
  const entries = Object.entries(secrets);
  if (entries.length === 0) return;
  terminal.out('');
  terminal.out('Keep these secrets now; they are shown once and stored nowhere in clear:');
  for (const [clientId, secret] of entries) terminal.out(`  ${clientId}  ${valueOf(secret)}`);
}

/**
 * Hands out secrets that were made for a change whose answer never came. They exist nowhere else: when they are in force, a
 * client would have a secret that nobody knows.
 */
export async function handOutUncertain(
  secrets: Secrets,
  output: SecretsOutput | null,
  json: boolean,
  surroundings: Surroundings,
): Promise<void> {
  if (Object.keys(secrets).length === 0) return;
  const { terminal } = surroundings;
  const kept = output !== null && (await output.addUncertain(secrets).then(() => true, () => false));
  const entries = kept ? [] : Object.entries(secrets);
  if (output !== null && entries.length === 0) terminal.err(`tessera: ${output.path} has the secrets made, as may_be_in_force`);
  if (output !== null && entries.length > 0) terminal.err('tessera: the secrets could not be written after all and are shown instead');
  if (json) {
    const shown = Object.fromEntries(entries.map(([clientId, secret]) => [clientId, valueOf(secret)]));
    terminal.out(JSON.stringify({ outcome: 'unknown', may_be_in_force: shown }));
  } else if (entries.length > 0) {
    terminal.out('These secrets were made and MAY BE IN FORCE; keep them until tessera client show tells:');
    for (const [clientId, secret] of entries) terminal.out(`  ${clientId}  ${valueOf(secret)}`);
  }
}
