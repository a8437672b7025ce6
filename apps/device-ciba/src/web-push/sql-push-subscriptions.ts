import { createPublicKey, hash } from 'node:crypto';
import type { QueryRunner } from '@tessera/database';
import { BROWSERS_PER_PERSON_MAX, type EnrolledBrowser, type PushSubscription } from '@tessera/protocol/backchannel-authentication';
import type { AccountId } from '@tessera/vocabulary';
import { z } from 'zod';

const COORDINATE_BYTES = 32;
const USER_AGENT_LENGTH_MAX = 300;

const ListedRow = z.object({ id: z.uuid(), endpointHash: z.instanceof(Buffer), userAgent: z.string(), since: z.number().int() });
const FoundRow = z.object({ endpoint: z.string(), p256dh: z.instanceof(Buffer), authSecret: z.instanceof(Buffer) });
/** A browser as it is pushed to. */
export type PushTarget = z.infer<typeof FoundRow>;

/** The browsers of people, in PostgreSQL. */
export class SqlPushSubscriptions {
  constructor(private readonly queries: QueryRunner) {}

  async of(accountId: AccountId): Promise<readonly EnrolledBrowser[]> {
    const rows = z.array(ListedRow).parse(await this.queries.run('list-push-subscriptions', [accountId, BROWSERS_PER_PERSON_MAX]));
    return rows.map(({ endpointHash, ...row }) => ({ ...row, endpointHash: endpointHash.toString('base64url') }));
  }

  /** False when its key is none, or the person has as many browsers as may be. */
  async enrol(accountId: AccountId, { endpoint, p256dh, auth }: PushSubscription, userAgent: string): Promise<boolean> {
    const key = Buffer.from(p256dh, 'base64url');
    if (!isPoint(key)) return false;
    const enrolled = await this.queries.run('enrol-push-subscription', [
      accountId, hash('sha256', endpoint, 'buffer'), endpoint, key, Buffer.from(auth, 'base64url'), userAgent.slice(0, USER_AGENT_LENGTH_MAX), BROWSERS_PER_PERSON_MAX,
    ]);
    return enrolled.length > 0;
  }

  /** Nothing happens for a browser of somebody else. */
  async withdraw(accountId: AccountId, id: string): Promise<void> {
    await this.queries.run('withdraw-push-subscription', [accountId, id]);
  }

  /** Null when it is not this person's any more. */
  async find(id: string, accountId: AccountId): Promise<PushTarget | null> {
    const [row] = await this.queries.run('find-push-subscription', [id, accountId]);
    return row === undefined ? null : FoundRow.parse(row);
  }
}

/** RFC 8291 §7: whatever is encrypted for a point off the curve may tell of the key it was encrypted with. */
function isPoint(key: Buffer): boolean {
  const coordinate = (start: number) => key.subarray(start, start + COORDINATE_BYTES).toString('base64url');
  try {
    createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(1 + COORDINATE_BYTES) }, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}
