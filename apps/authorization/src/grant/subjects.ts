import type { ClientMetadata } from '@tessera/protocol/client';
import { subjectOf } from '@tessera/protocol/subject-identifier';
import type { AccountId } from '@tessera/vocabulary';

/** Where the salt of pairwise subjects comes from. */
export interface SubjectSalts {
  /** The active key first. @throws {Outage} without a valid lease. */
  macKeys(purpose: 'pairwise'): readonly [{ readonly secret: Uint8Array }, ...unknown[]];
}

/** The subjects clients know people by, made with the salt on loan (OIDC Core §8). */
export class Subjects {
  constructor(private readonly lease: SubjectSalts) {}

  /** @throws {Outage} for a pairwise client without a valid lease. */
  of(client: ClientMetadata, accountId: AccountId): string {
    return subjectOf(client, accountId, () => this.lease.macKeys('pairwise')[0].secret);
  }
}
