import { z } from 'zod';
import type { Surroundings } from '../surroundings.js';
import type { FileEntry, FileProblem } from './declaration-file.js';
import { KIND_EXPECTED, keysOf } from './file-vocabulary.js';

/** Where URIs are that only the place of installation knows: an origin chosen at the start, a host of a stage. */
const UriSource = z.strictObject({
  from_environment: z.string().min(1),
  otherwise: z.union([z.string(), z.array(z.string())]).optional(),
});

/** The URIs of an entry, wherever they stand: in the file, or in variables, in which several are separated by white space. */
export function readUris(
  entry: FileEntry,
  { environment }: Pick<Surroundings, 'environment'>,
): { readonly members: Readonly<Record<string, unknown>>; readonly problems: readonly FileProblem[] } {
  const members: Record<string, unknown> = {};
  const problems: FileProblem[] = [];
  for (const { member, kind } of Object.values(keysOf(entry.list))) {
    if (kind !== 'list of URIs' && kind !== 'URI') continue;
    const written = entry.members[member];
    if (typeof written !== 'object' || written === null || Array.isArray(written)) continue;
    const source = UriSource.safeParse(written);
    const value = source.success ? valueOf(source.data, kind, environment) : null;
    if (value === null) problems.push(entry.problem([member], `is no ${kind}`, KIND_EXPECTED[kind]));
    else if (value === undefined) problems.push(entry.problem([member, 'from_environment'], 'the variable is not set', 'set it, or write otherwise: with what holds without it'));
    else members[member] = value;
  }
  return { members, problems };
}

/** Null when what stands there is of another kind; undefined when there is nothing. An empty variable is as good as none. */
function valueOf(
  { from_environment: variable, otherwise }: z.infer<typeof UriSource>,
  kind: 'list of URIs' | 'URI',
  environment: Surroundings['environment'],
): string | readonly string[] | null | undefined {
  if (otherwise !== undefined && Array.isArray(otherwise) !== (kind === 'list of URIs')) return null;
  const set = (environment[variable] ?? '').trim();
  if (set === '') return otherwise;
  return kind === 'URI' ? set : set.split(/\s+/);
}
