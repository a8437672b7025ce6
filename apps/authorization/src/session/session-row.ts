import { StandardClaims } from '@tessera/protocol/account';
import type { PersonView } from '@tessera/protocol/interaction';
import { SignedIn } from '@tessera/protocol/session';
import { Authority, type EpochSeconds } from '@tessera/vocabulary';
import { z } from 'zod';

/** Who is signed in, as pages and codes need to know them. */
export interface PresentSession {
  readonly signedIn: SignedIn;
  readonly person: PersonView;
  readonly claims: StandardClaims;
  /** Its use was last recorded so long ago that it is time again. */
  readonly touchDue: boolean;
}

/** A present session and what was decided in it before, by the database's clock. */
export interface SessionFacts {
  readonly session: PresentSession;
  readonly remembered: Authority | null;
  readonly now: EpochSeconds;
}

/** The `session` column of the statements that answer who is signed in. */
export const SessionColumn = SignedIn.extend({
  touchDue: z.boolean(),
  claims: StandardClaims,
  identifier: z.string().nullable(),
}).transform(({ touchDue, claims, identifier, ...signedIn }): PresentSession => {
  const name = claims.name ?? null;
  return { signedIn, claims, touchDue, person: { name, identifier: identifier ?? name ?? signedIn.accountId } };
});

/** The columns that go with it. */
export const SessionFactsRow = z.object({ session: SessionColumn, remembered: Authority.nullable(), now: z.number() });
