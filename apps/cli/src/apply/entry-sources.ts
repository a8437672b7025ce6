import path from 'node:path';
import { CLIENT_SECRET_OVERLAP_SECONDS_MAX } from '@tessera/vocabulary';
import { z } from 'zod';
import {
  makeSecret,
  readSecret,
  type SecretPlace,
  secretExpected,
  secretFault,
  secretForm,
  secretLengthMin,
} from '../client-secret.js';
import { CommandFailure } from '../exit-code.js';
import { makePassword, PASSWORD_EXPECTED, passwordFault } from '../password.js';
import type { Surroundings } from '../surroundings.js';
import type { FileEntry, FileProblem } from './declaration-file.js';
import { KIND_EXPECTED } from './file-vocabulary.js';
import { readUris } from './uri-sources.js';

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
  readonly password: EntryPassword | null;
}

/** The password of one declared user, in clear: it stays in this process. */
export interface EntryPassword {
  readonly password: string;
  /** Made by this command, because the file names none. */
  readonly made: boolean;
  /** What it is sealed for, the same each time it is sent. */
  readonly requestId: string;
}

/** RFC 7591 §2: what a client without `token_endpoint_auth_method` has. */
const METHOD_UNLESS_SAID = 'client_secret_basic';
/** What the assertions of `client_secret_jwt` are made with, unless the client says otherwise. */
const MAC_UNLESS_SAID = 'HS256';

/** Where a value is instead of in the file. With both, the variable when it is set and the file otherwise. */
const reference = { from_environment: z.string().min(1).optional(), from_file: z.string().min(1).optional() };
const isReference = (value: Readonly<Record<string, unknown>>) =>
  value.from_environment !== undefined || value.from_file !== undefined;
const KeySetSource = z.strictObject(reference).refine(isReference);
const NkeySource = z.strictObject(reference).refine(isReference);
const PasswordSource = z.strictObject(reference).refine(isReference);
const SecretSource = z
  .strictObject({ ...reference, overlap_seconds: z.number().int().min(0).max(CLIENT_SECRET_OVERLAP_SECONDS_MAX).default(0) })
  .refine(isReference);

/** Reads the key sets and secrets that entries refer to, and makes the secrets that nobody gave. */
export async function readSources(
  entries: readonly FileEntry[],
  surroundings: Surroundings,
): Promise<{ readonly sourced: readonly SourcedEntry[]; readonly problems: readonly FileProblem[] }> {
  const read = await Promise.all(entries.map((entry) => readEntrySources(entry, surroundings)));
  return { sourced: read.map((one) => one.sourced), problems: read.flatMap((one) => one.problems) };
}

async function readEntrySources(
  entry: FileEntry,
  surroundings: Surroundings,
): Promise<{ sourced: SourcedEntry; problems: FileProblem[] }> {
  const { secret: written, ...members } = entry.members;
  if (entry.list === 'resources') return { sourced: { entry, members, secret: null, password: null }, problems: [] };
  if (entry.list === 'users') return await readUserSources(entry, surroundings);
  if (entry.list === 'teams') return await readTeamSources(entry, surroundings);
  const uris = readUris(entry, surroundings);
  const jwks = await readKeySet(entry, surroundings);
  const secret = await readEntrySecret(entry, written, surroundings);
  const keys = jwks.value === undefined ? {} : { jwks: jwks.value };
  // Whether a method may have a secret is the service's to say, so it learns of one although there is nothing to send.
  const declared = written !== undefined && secret.value === null ? { secret: { mode: 'exact' } } : {};
  return {
    sourced: { entry, members: { ...members, ...uris.members, ...keys, ...declared }, secret: secret.value, password: null },
    problems: [...uris.problems, ...jwks.problems, ...secret.problems],
  };
}

async function readUserSources(
  entry: FileEntry,
  surroundings: Surroundings,
): Promise<{ sourced: SourcedEntry; problems: FileProblem[] }> {
  const { password: written, ...members } = entry.members;
  const requestId = surroundings.randomId();
  const sourced = (password: EntryPassword | null) => ({ entry, members, secret: null, password });
  if (written === undefined) return { sourced: sourced({ password: makePassword(surroundings), made: true, requestId }), problems: [] };
  const source = PasswordSource.safeParse(written);
  if (!source.success)
    return { sourced: sourced(null), problems: [entry.problem(['password'], 'is no password source', KIND_EXPECTED['password source'])] };
  const { member, from } = placeOf(entry, source.data, surroundings);
  const refuse = (message: string, expected: string) => ({
    sourced: sourced(null),
    problems: [entry.problem(['password', member], message, expected)],
  });
  try {
    const password = await readSecret(from, surroundings);
    const fault = passwordFault(password);
    return fault === null ? { sourced: sourced({ password, made: false, requestId }), problems: [] } : refuse(fault, PASSWORD_EXPECTED);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return refuse(error.message, 'set it, or leave the password out to have one made');
  }
}

/** The nkeys of a team, wherever they stand; in a variable or a file with white space between. */
async function readTeamSources(entry: FileEntry, surroundings: Surroundings): Promise<{ sourced: SourcedEntry; problems: FileProblem[] }> {
  const { nkeys, ...members } = entry.members;
  const sourced = (read: unknown) => ({ entry, members: { ...members, ...(read === undefined ? {} : { nkeys: read }) }, secret: null, password: null });
  if (nkeys === undefined || Array.isArray(nkeys)) return { sourced: sourced(nkeys), problems: [] };
  const source = NkeySource.safeParse(nkeys);
  if (!source.success) return { sourced: sourced(undefined), problems: [entry.problem(['nkeys'], 'is no list of nkeys', KIND_EXPECTED.nkeys)] };
  const { member, from } = placeOf(entry, source.data, surroundings);
  try {
    return { sourced: sourced((await readSecret(from, surroundings)).trim().split(/\s+/)), problems: [] };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { sourced: sourced(undefined), problems: [entry.problem(['nkeys', member], error.message, 'where public nkeys are; a path is relative to this file')] };
  }
}

async function readKeySet(entry: FileEntry, surroundings: Surroundings): Promise<{ value: unknown; problems: FileProblem[] }> {
  const { jwks } = entry.members;
  const source = KeySetSource.safeParse(jwks);
  if (!source.success) {
    const misspelt = typeof jwks === 'object' && jwks !== null && !('keys' in jwks);
    return { value: jwks, problems: misspelt ? [entry.problem(['jwks'], 'is no key set', KIND_EXPECTED['key set'])] : [] };
  }
  const { member, from } = placeOf(entry, source.data, surroundings);
  const refuse = (message: string, expected: string) => ({
    value: undefined,
    problems: [entry.problem(['jwks', member], message, expected)],
  });
  try {
    return { value: JSON.parse(await readSecret(from, surroundings)), problems: [] };
  } catch (error) {
    if (error instanceof CommandFailure)
      return refuse(error.message, 'where a key set in JSON is; a path is relative to this file');
    return refuse('this is not JSON', 'a key set in JSON');
  }
}

async function readEntrySecret(
  entry: FileEntry,
  written: unknown,
  surroundings: Surroundings,
): Promise<{ value: EntrySecret | null; problems: FileProblem[] }> {
  const method = entry.members.authenticationMethod ?? METHOD_UNLESS_SAID;
  const form = secretForm(String(method));
  if (form === null) return { value: null, problems: [] };
  const lengthMin =
    form === 'sealed' ? secretLengthMin(String(entry.members.assertionAlgorithm ?? MAC_UNLESS_SAID)) : secretLengthMin(null);
  if (written === undefined) {
    return { value: { form, secret: makeSecret(lengthMin, surroundings), mode: 'if_none', overlapSeconds: 0 }, problems: [] };
  }
  const source = SecretSource.safeParse(written);
  if (!source.success)
    return { value: null, problems: [entry.problem(['secret'], 'is no secret source', KIND_EXPECTED['secret source'])] };
  const { member, from } = placeOf(entry, source.data, surroundings);
  const refuse = (message: string, expected: string) => ({
    value: null,
    problems: [entry.problem(['secret', member], message, expected)],
  });
  try {
    const secret = await readSecret(from, surroundings);
    const fault = secretFault(secret, lengthMin);
    if (fault !== null) return refuse(fault, secretExpected(lengthMin));
    return { value: { form, secret, mode: 'exact', overlapSeconds: source.data.overlap_seconds }, problems: [] };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return refuse(error.message, 'set it, or leave the secret out to have one made');
  }
}

/** Paths in a file are relative to it. */
function placeOf(
  entry: FileEntry,
  source: { readonly from_environment?: string | undefined; readonly from_file?: string | undefined },
  { environment }: Surroundings,
): { readonly member: string; readonly from: SecretPlace } {
  const { from_environment: variable, from_file: file } = source;
  if (variable !== undefined && (file === undefined || (environment[variable] ?? '') !== '')) {
    return { member: 'from_environment', from: { environment: variable } };
  }
  return { member: 'from_file', from: { file: path.resolve(path.dirname(entry.file), file ?? '') } };
}
