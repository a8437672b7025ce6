import type { QueryRunner } from '@tessera/database';
import { Confirmation } from '@tessera/protocol/access-token';
import { backchannelHandleHash } from '@tessera/protocol/backchannel-authentication';
import { AccountId, Authority, ClientId, GrantId, KeyId, type TeamName } from '@tessera/vocabulary';
import { z } from 'zod';

/** Requests on one page; more than this cannot wait for one person (CIB-4). */
const APPROVALS_SHOWN_MAX = 20;
/** Silenced clients on one page. */
const SILENCED_SHOWN_MAX = 100;

const WaitingRow = z.object({
  id: z.uuid(),
  kid: KeyId,
  clientId: ClientId,
  authority: Authority,
  bindingMessage: z.string().nullable(),
  choices: z.array(z.number().int()).nullable(),
  requestedAt: z.number().int(),
  secondsLeft: z.number().int(),
});
/** A request that waits for a person. */
export type WaitingRequest = z.infer<typeof WaitingRow>;

const FoundRow = z.object({
  id: z.uuid(),
  clientId: ClientId,
  authority: Authority,
  confirmation: Confirmation.nullable(),
  number: z.number().int().nullable(),
  state: z.string(),
  grantId: GrantId.nullable(),
  waits: z.boolean(),
});
/** A request as it is decided. */
export type FoundRequest = z.infer<typeof FoundRow>;

/** A request as the deployment's own authenticator names it. */
export type HandledRequest = FoundRequest & { readonly accountId: AccountId };

const HandledRow = FoundRow.extend({ accountId: AccountId });
const ClientRow = z.object({ clientId: ClientId });
const DecidedRow = z.object({ told: z.boolean() });

/** A decision, with the grant it rests on; null to deny. */
export interface Decision {
  readonly id: string;
  readonly accountId: AccountId;
  readonly grantId: GrantId | null;
  /** For the record. */
  readonly why: 'person' | 'authenticator' | 'wrong-number' | 'silenced' | 'team';
  /** The team that decides for the person; absent where they do themselves. */
  readonly team?: TeamName;
}

/** Requests as their person sees and decides them, in PostgreSQL. */
export class SqlApprovals {
  constructor(private readonly queries: QueryRunner) {}

  async waitingFor(accountId: AccountId): Promise<readonly WaitingRequest[]> {
    return z.array(WaitingRow).parse(await this.queries.run('list-approvals', [accountId, APPROVALS_SHOWN_MAX]));
  }

  async silencedBy(accountId: AccountId): Promise<readonly ClientId[]> {
    return z.array(ClientRow).parse(await this.queries.run('list-silenced-clients', [accountId, SILENCED_SHOWN_MAX])).map(({ clientId }) => clientId);
  }

  /** Null when there is none of this person's under that handle. */
  async find(approval: string, accountId: AccountId): Promise<FoundRequest | null> {
    const [row] = await this.queries.run('find-approval', [backchannelHandleHash(approval), accountId]);
    return row === undefined ? null : FoundRow.parse(row);
  }

  /** For the deployment's own authenticator: whoever it is for. */
  async findByHandle(approval: string): Promise<HandledRequest | null> {
    const [row] = await this.queries.run('find-approval-of-handle', [backchannelHandleHash(approval)]);
    return row === undefined ? null : HandledRow.parse(row);
  }

  /** CIB-5: null when this decision was not the first, or came too late; else whether the client has to be told. */
  async decide({ id, accountId, grantId, why, team }: Decision): Promise<{ readonly told: boolean } | null> {
    const [row] = await this.queries.run('decide-backchannel-request', [id, accountId, grantId, why, team ?? null]);
    return row === undefined ? null : DecidedRow.parse(row);
  }

  async silence(accountId: AccountId, clientId: string): Promise<void> {
    await this.queries.run('silence-client', [accountId, clientId]);
  }

  /** False when it was not silenced. */
  async listen(accountId: AccountId, clientId: string): Promise<boolean> {
    return (await this.queries.run('listen-to-client', [accountId, clientId])).length > 0;
  }
}
