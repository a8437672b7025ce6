import { z } from 'zod';
import { CommandFailure, EXIT } from './exit-code.js';
import type { Surroundings } from './surroundings.js';

/** Client id → what the client keeps to itself, in the names of RFC 7591 §3.2.1. */
export type Secrets = Readonly<Record<string, { readonly client_secret: string }>>;

const SecretsFile = z.record(z.string(), z.object({ client_secret: z.string() }));

/**
 * Where secrets go that were made by this command: they exist nowhere else, so the place is tried before anything is changed.
 */
export class SecretsOutput {
  private constructor(
    private readonly path: string,
    private readonly known: Secrets,
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
    await this.surroundings.writePrivately(this.path, `${JSON.stringify({ ...this.known, ...secrets }, null, 2)}\n`);
  }
}

async function readKnown(path: string, { read }: Surroundings): Promise<Secrets> {
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
  for (const [clientId, secret] of entries) terminal.out(`  ${clientId}  ${secret.client_secret}`);
}
