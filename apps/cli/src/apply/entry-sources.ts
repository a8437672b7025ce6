import path from 'node:path';
import { CLIENT_SECRET_OVERLAP_SECONDS_MAX } from '@tessera/vocabulary';
import { z } from 'zod';
import { makeSecret, readSecret, secretExpected, secretFault, secretForm, secretLengthMin } from '../client-secret.js';
import { CommandFailure } from '../exit-code.js';
import type { Surroundings } from '../surroundings.js';
import type { FileEntry, FileProblem } from './declaration-file.js';
import { KIND_EXPECTED } from './file-vocabulary.js';

/** The secret of one declared client, in clear: it stays in this process. */
export interface EntrySecret {
  readonly form: 'digest' | 'sealed';
  readonly secret: string;
  readonly mode: 'if_none' | 'exact';
  readonly overlapSeconds: number;
}

/** An entry with what its file refers to. */
export interface SourcedEntry {
  readonly entry: FileEntry;
  /** Ready for the message, but for the secret. */
  readonly members: Readonly<Record<string, unknown>>;
  readonly secret: EntrySecret | null;
}

/** RFC 7591 §2: what a client without `token_endpoint_auth_method` has. */
const METHOD_UNLESS_SAID = 'client_secret_basic';

const overlap = { overlap_seconds: z.number().int().min(0).max(CLIENT_SECRET_OVERLAP_SECONDS_MAX).default(0) };
const SecretSource = z.union([
  z.strictObject({ from_environment: z.string().min(1), ...overlap }),
  z.strictObject({ from_file: z.string().min(1), ...overlap }),
]);
const FileReference = z.strictObject({ from_file: z.string().min(1) });

/** Reads the key sets and secrets that entries refer to, and makes the secrets that nobody gave. */
export async function readSources(
  entries: readonly FileEntry[],
  surroundings: Surroundings,
): Promise<{ readonly sourced: readonly SourcedEntry[]; readonly problems: readonly FileProblem[] }> {
  const read = await Promise.all(entries.map((entry) => readEntrySources(entry, surroundings)));
  return { sourced: read.map((one) => one.sourced), problems: read.flatMap((one) => one.problems) };
}

async function readEntrySources(entry: FileEntry, surroundings: Surroundings): Promise<{ sourced: SourcedEntry; problems: FileProblem[] }> {
  const { secret: written, ...members } = entry.members;
  if (entry.list === 'resources') return { sourced: { entry, members, secret: null }, problems: [] };
  const jwks = await readKeySet(entry, surroundings);
  const secret = await readEntrySecret(entry, written, surroundings);
  return {
    sourced: { entry, members: jwks.value === undefined ? members : { ...members, jwks: jwks.value }, secret: secret.value },
    problems: [...jwks.problems, ...secret.problems],
  };
}

async function readKeySet(entry: FileEntry, { read }: Surroundings): Promise<{ value: unknown; problems: FileProblem[] }> {
  const { jwks } = entry.members;
  const reference = FileReference.safeParse(jwks);
  if (!reference.success) {
    const misspelt = typeof jwks === 'object' && jwks !== null && !('keys' in jwks);
    return { value: jwks, problems: misspelt ? [entry.problem(['jwks'], 'is no key set', KIND_EXPECTED['key set'])] : [] };
  }
  const file = besides(entry, reference.data.from_file);
  const refuse = (message: string, expected: string) => ({ value: undefined, problems: [entry.problem(['jwks', 'from_file'], message, expected)] });
  try {
    return { value: JSON.parse(await read(file)), problems: [] };
  } catch (error) {
    return error instanceof SyntaxError
      ? refuse(`${file} is not JSON`, 'a file with a key set in JSON')
      : refuse(`${file} cannot be read`, 'the path of a key set, relative to this file');
  }
}

async function readEntrySecret(
  entry: FileEntry,
  written: unknown,
  surroundings: Surroundings,
): Promise<{ value: EntrySecret | null; problems: FileProblem[] }> {
  const method = entry.members.authenticationMethod ?? METHOD_UNLESS_SAID;
  const form = secretForm(String(method));
  if (form === null) {
    // The service knows methods without a secret; it says so at this place when one is declared.
    return { value: null, problems: written === undefined ? [] : [entry.problem(['secret'], `${String(method)} has no secret`, 'remove it')] };
  }
  const lengthMin = form === 'sealed' ? secretLengthMin(String(entry.members.assertionAlgorithm ?? 'HS256')) : secretLengthMin(null);
  if (written === undefined) {
    return { value: { form, secret: makeSecret(lengthMin, surroundings), mode: 'if_none', overlapSeconds: 0 }, problems: [] };
  }
  const source = SecretSource.safeParse(written);
  if (!source.success) return { value: null, problems: [entry.problem(['secret'], 'is no secret source', KIND_EXPECTED['secret source'])] };
  const from = 'from_environment' in source.data ? { environment: source.data.from_environment } : { file: besides(entry, source.data.from_file) };
  const place = ['secret', 'environment' in from ? 'from_environment' : 'from_file'];
  try {
    const secret = await readSecret(from, surroundings);
    const fault = secretFault(secret, lengthMin);
    if (fault !== null) return { value: null, problems: [entry.problem(place, fault, secretExpected(lengthMin))] };
    return { value: { form, secret, mode: 'exact', overlapSeconds: source.data.overlap_seconds }, problems: [] };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { value: null, problems: [entry.problem(place, error.message, 'set it, or leave the secret out to have one made')] };
  }
}

/** Paths in a file are relative to it. */
function besides(entry: FileEntry, file: string): string {
  return path.resolve(path.dirname(entry.file), file);
}
