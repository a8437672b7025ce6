import { NAME_LENGTH_MAX, PASSWORD_LENGTH_MAX } from '@tessera/vocabulary';
import { z } from 'zod';
import { normalizeIdentifier, StandardClaims } from '../account/index.js';
import type { DeclarationPath, DeclarationProblem } from './declaration.js';
import { problem, readEntry, show } from './declared-entry.js';
import type { UserRecord } from './records.js';

/** A password as it is offered: sealed to the `password-transport` key for the account it names (decision 8). */
export const OfferedPassword = z.object({
  sealed: z.string().max(4_096),
  /** The `rid` it is sealed for. */
  requestId: z.string().min(8).max(128),
});
/** A password as it is offered. */
export type OfferedPassword = z.infer<typeof OfferedPassword>;

/** The claims an entry may state; the others follow from it. */
const DeclaredClaims = StandardClaims.omit({ email: true, updated_at: true }).strict();

/** One user of a declaration, every member checked by itself. */
export const DeclaredUser = z.object({
  username: z.string().max(2 * NAME_LENGTH_MAX),
  email: z.string().nullable().default(null),
  /** Absent: as it is, or true for a new user. So a user that was disabled by hand is not enabled by the next file. */
  enabled: z.boolean().optional(),
  claims: DeclaredClaims.default({}),
  /** Taken only while the user has none: what a person changed is not undone by a file. */
  password: OfferedPassword.optional(),
});
/** One user of a declaration. */
export type DeclaredUser = z.infer<typeof DeclaredUser>;

/** A user that is coherent by itself. */
export interface ReadUser {
  readonly record: UserRecord;
  /** The name as it stands in the declaration: what the password is sealed for. */
  readonly presentedName: string;
  readonly enabled: boolean | null;
  readonly password: OfferedPassword | null;
}

/** What the members of a user have to be, in words for whoever wrote it. */
export const USER_EXPECTED = {
  username: 'a name without spaces, control characters and @, at most 256 characters',
  email: 'an email address',
  enabled: 'true or false',
  claims: 'standard claims by their names (OIDC Core §5.1), without sub, email and updated_at',
  password: `a password source: from_environment or from_file; at most ${PASSWORD_LENGTH_MAX} characters`,
} as const satisfies Record<keyof DeclaredUser, string>;

/** Checks one user by itself. */
export function readUser(
  presented: Readonly<Record<string, unknown>>,
  path: DeclarationPath,
): { readonly user: ReadUser | null; readonly problems: readonly DeclarationProblem[] } {
  const { entry, problems } = readEntry(DeclaredUser, presented, path, USER_EXPECTED);
  if (entry === null) return { user: null, problems };
  const username = normalizeIdentifier(entry.username);
  const email = entry.email === null ? null : normalizeIdentifier(entry.email);
  const found = [
    ...(username?.kind === 'username' ? [] : [problem([...path, 'username'], `${show(entry.username)} is no user name`, USER_EXPECTED.username)]),
    ...(email === null ? (entry.email === null ? [] : [noEmail(entry.email, path)]) : email.kind === 'email' ? [] : [noEmail(entry.email, path)]),
    ...unverifiable(entry, path),
  ];
  if (username === null || found.length > 0) return { user: null, problems: found };
  const verified = entry.email === null ? {} : { email: entry.email.trim(), email_verified: entry.claims.email_verified ?? false };
  const claims = { preferred_username: entry.username.trim(), ...entry.claims, ...verified };
  return {
    user: {
      record: { username: username.value, email: email?.value ?? null, claims },
      presentedName: entry.username,
      enabled: entry.enabled ?? null,
      password: entry.password ?? null,
    },
    problems: [],
  };
}

function noEmail(email: unknown, path: DeclarationPath): DeclarationProblem {
  return problem([...path, 'email'], `${show(email)} is no email address`, USER_EXPECTED.email);
}

/** OIDC Core §5.1: whether something is verified says nothing where it is not. */
function unverifiable({ claims, email }: DeclaredUser, path: DeclarationPath): DeclarationProblem[] {
  const without = (claim: string, of: string) =>
    problem([...path, 'claims', claim], `${claim} needs ${of}`, `${of}, or no ${claim}`);
  return [
    ...(claims.email_verified !== undefined && email === null ? [without('email_verified', 'an email')] : []),
    ...(claims.phone_number_verified !== undefined && claims.phone_number === undefined
      ? [without('phone_number_verified', 'a phone_number')]
      : []),
  ];
}
