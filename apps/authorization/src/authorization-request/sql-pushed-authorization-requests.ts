import type { QueryRunner } from '@tessera/database';
import { AuthorizationRequest, type LivePushedRequests } from '@tessera/protocol/authorization-request';
import type { PushedAuthorizationRequests } from '@tessera/protocol/pushed-authorization-request';
import type { ClientId } from '@tessera/vocabulary';
import { z } from 'zod';

const Row = z.object({ request: AuthorizationRequest });

/** Pushed requests in PostgreSQL: one INSERT for a push, one SELECT for a look. The database's clock says what is still alive. */
export class SqlPushedAuthorizationRequests implements LivePushedRequests, PushedAuthorizationRequests {
  constructor(private readonly queries: QueryRunner) {}

  async find(requestUriHash: Buffer, clientId: ClientId): Promise<AuthorizationRequest | null> {
    const [row] = await this.queries.run('find-pushed-authorization-request', [requestUriHash, clientId]);
    return row === undefined ? null : Row.parse(row).request;
  }

  async store(requestUriHash: Buffer, clientId: ClientId, request: AuthorizationRequest, lifetimeSeconds: number): Promise<void> {
    await this.queries.run('insert-pushed-authorization-request', [requestUriHash, clientId, JSON.stringify(request), lifetimeSeconds]);
  }
}
