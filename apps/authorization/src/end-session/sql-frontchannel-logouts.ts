import type { QueryRunner } from '@tessera/database';
import { FRONTCHANNEL_LOGOUT_FRAMES_MAX, frontchannelLogoutUrl } from '@tessera/protocol/frontchannel-logout';
import type { SignedIn } from '@tessera/protocol/session';
import { z } from 'zod';

const Row = z.object({ uri: z.string() });

/** The clients that are told of a logout through the browser (Front-Channel Logout §3). */
export class SqlFrontchannelLogouts {
  constructor(
    private readonly queries: QueryRunner,
    private readonly issuer: string,
  ) {}

  /** The addresses to load, complete. @throws {Outage}. */
  async framesFor({ sessionId, sid }: Pick<SignedIn, 'sessionId' | 'sid'>): Promise<readonly string[]> {
    const rows = z.array(Row).parse(await this.queries.run('list-frontchannel-logouts', [sessionId, FRONTCHANNEL_LOGOUT_FRAMES_MAX]));
    return rows.map(({ uri }) => frontchannelLogoutUrl(uri, { issuer: this.issuer, sid }));
  }
}
