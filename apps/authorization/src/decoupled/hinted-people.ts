import type { FindHintedPerson } from '@tessera/contracts';
import type { QueryRunner } from '@tessera/database';
import { normalizeIdentifier } from '@tessera/protocol/account';
import type { FoundPerson, PersonHint } from '@tessera/protocol/backchannel-authentication';
import type { ClientMetadata } from '@tessera/protocol/client';
import { AccountId, type ClientId } from '@tessera/vocabulary';
import { z } from 'zod';
import type { UserCodeCheck } from '../accounts/index.js';
import type { RegisteredClients, VerifiedIdTokenHints } from '../grant/index.js';

const Row = z.object({ accountId: AccountId, email: z.string().nullable(), userCode: z.string().nullable() });

/** Where an account is looked for. */
type Place = { readonly accountId: string } | { readonly kind: string; readonly value: string };

/** Whom a client means (CIBA Core §7.1, §7.2), and whether it was told the person's user code. */
export class HintedPeople {
  constructor(
    private readonly ports: {
      readonly queries: QueryRunner;
      readonly directory: RegisteredClients;
      readonly hints: Pick<VerifiedIdTokenHints, 'accountOf' | 'accountBehind'>;
      readonly userCodes: Pick<UserCodeCheck, 'check'>;
    },
  ) {}

  /** @throws {OAuthError} when a sealed user code is not for this request. @throws {Outage}. */
  async find({ clientId, hint, sealedUserCode, userCodes, sourceAddress, requestId }: z.output<typeof FindHintedPerson.request>): Promise<FoundPerson> {
    const row = await this.account(clientId, hint);
    if (row === null) return { outcome: 'unknown' };
    const found: FoundPerson = { outcome: 'found', accountId: row.accountId, email: row.email };
    if (!userCodes || row.userCode === null) return found;
    if (sealedUserCode === null) return { outcome: 'missing_user_code' };
    const right = await this.ports.userCodes.check({ accountId: row.accountId, stored: row.userCode, sealed: sealedUserCode, requestId, sourceAddress });
    return right ? found : { outcome: 'invalid_user_code' };
  }

  private async account(clientId: ClientId, hint: PersonHint): Promise<z.infer<typeof Row> | null> {
    const client = await this.ports.directory.client(clientId);
    const place = client === null ? null : await this.place(client, hint);
    if (place === null) return null;
    const params = 'accountId' in place ? [place.accountId, null, null] : [null, place.kind, place.value];
    const [row] = await this.ports.queries.run('find-person', params);
    return row === undefined ? null : Row.parse(row);
  }

  private async place(client: ClientMetadata, hint: PersonHint): Promise<Place | null> {
    switch (hint.kind) {
      case 'identifier':
        return normalizeIdentifier(hint.value);
      case 'subject': {
        const accountId = await this.ports.hints.accountBehind(hint.value, client);
        return accountId === null ? null : { accountId };
      }
      case 'id_token': {
        const accountId = await this.ports.hints.accountOf(hint.value, client);
        return accountId === null ? null : { accountId };
      }
    }
  }
}
