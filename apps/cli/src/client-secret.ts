import { createHash } from 'node:crypto';
import { SealedClientSecret } from '@tessera/contracts';
import { sealTo } from '@tessera/jose/seal';
import {
  AssertionMacAlgorithm,
  CLIENT_SECRET_LENGTH_MAX,
  CLIENT_SECRET_LENGTH_MIN,
  ClientId,
  MAC_SECRET_OCTETS_MIN,
} from '@tessera/vocabulary';
import { CommandFailure, EXIT } from './exit-code.js';
import type { OperatorSession, Surroundings } from './surroundings.js';

/** 256 bits (CLI-3). */
const SECRET_OCTETS = 32;
/** A random secret of the shortest length has more; a sentence or a repeated word has fewer. */
const DISTINCT_CHARACTERS_MIN = 10;

/** How a method keeps its secret: who presents it is stored as a digest, who signs with it sealed (CLI-3). */
export function secretForm(authenticationMethod: string): 'digest' | 'sealed' | null {
  if (authenticationMethod === 'client_secret_jwt') return 'sealed';
  return authenticationMethod === 'client_secret_basic' || authenticationMethod === 'client_secret_post' ? 'digest' : null;
}

/** RFC 7518 §3.2: characters a secret needs for the algorithm its owner signs with; every character is one octet. */
export function secretLengthMin(assertionAlgorithm: string | null): number {
  const mac = AssertionMacAlgorithm.safeParse(assertionAlgorithm);
  return mac.success ? Math.max(CLIENT_SECRET_LENGTH_MIN, MAC_SECRET_OCTETS_MIN[mac.data]) : CLIENT_SECRET_LENGTH_MIN;
}

/** A new secret: 256 bits, or as many as its algorithm gives; 43, 64 or 86 characters base64url. */
export function makeSecret(lengthMin: number, { randomBytes }: Pick<Surroundings, 'randomBytes'>): string {
  return Buffer.from(randomBytes(Math.max(SECRET_OCTETS, lengthMin))).toString('base64url');
}

/**
 * What is wrong with a secret that was given to us, in words that do not repeat it. It is kept as a fast hash, which protects
 * random values only (CLI-3): a password would be found by trying.
 */
export function secretFault(secret: string, lengthMin: number): string | null {
  if (!/^[\x20-\x7E]*$/.test(secret)) return 'the secret has characters outside printable ASCII (RFC 6749 Appendix A.2)';
  if (secret.length < lengthMin) return `the secret has ${secret.length} characters`;
  if (secret.length > CLIENT_SECRET_LENGTH_MAX) return `the secret has more than ${CLIENT_SECRET_LENGTH_MAX} characters`;
  return new Set(secret).size < DISTINCT_CHARACTERS_MIN ? 'the secret is not random' : null;
}

/** What a secret has to be. */
export function secretExpected(lengthMin: number): string {
  return `use ${lengthMin} to ${CLIENT_SECRET_LENGTH_MAX} random characters, for example from: openssl rand -base64 48`;
}

/** The secret as it leaves this process: never in clear. */
export async function offerSecret(
  secret: string,
  form: 'digest' | 'sealed',
  clientId: string,
  session: Pick<OperatorSession, 'sealingKey'>,
): Promise<{ readonly digest: string | null; readonly sealed: string | null }> {
  if (form === 'digest') return { digest: createHash('sha256').update(secret).digest('base64url'), sealed: null };
  const id = ClientId.safeParse(clientId);
  // The service refuses such an id with its place; there is nothing to bind a secret to.
  if (!id.success) return { digest: null, sealed: null };
  return {
    digest: null,
    sealed: sealTo(await session.sealingKey('client-secret'), SealedClientSecret.parse({ clientId: id.data, secret })),
  };
}

/** Where a value is that does not stand on a command line or in a declaration. */
export type SecretPlace = { readonly environment: string } | { readonly file: string };

/** Reads a value from a variable or a file. @throws {CommandFailure} that names the source and never the value. */
export async function readSecret(
  source: SecretPlace,
  { environment, read }: Pick<Surroundings, 'environment' | 'read'>,
): Promise<string> {
  if ('environment' in source) {
    const value = environment[source.environment];
    if (value === undefined || value === '')
      throw new CommandFailure(EXIT.wrong, `the variable ${source.environment} is not set`);
    return value;
  }
  try {
    return (await read(source.file)).replace(/\r?\n$/, '');
  } catch (cause) {
    throw new CommandFailure(EXIT.wrong, `the file ${source.file} cannot be read`, { cause });
  }
}
