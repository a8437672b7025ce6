import type { IssuePushedTokens } from '@tessera/contracts';
import { entitleUser, type IssuanceCount, type KnownResources } from '@tessera/protocol/access-token';
import { CIBA_GRANT_TYPE, type ClientMetadata } from '@tessera/protocol/client';
import { issueToUser, type UserIssuingPorts } from '@tessera/protocol/token-request';
import { OAuthError } from '@tessera/vocabulary';
import type { z } from 'zod';

/** What making pushed tokens needs. */
export interface PushedTokenPorts {
  readonly clients: { find(clientId: string): Promise<ClientMetadata | null> };
  readonly known: KnownResources;
  readonly issuing: UserIssuingPorts;
  readonly issued?: IssuanceCount;
}

/** CIBA Core §10.3.1: the tokens of a request whose client does not ask for them. The rules of issuing are those of every grant. */
export class PushedTokenIssuing {
  constructor(private readonly ports: PushedTokenPorts) {}

  /** @throws {Outage}. */
  async issue({ grant, authReqId }: z.output<typeof IssuePushedTokens.request>): Promise<z.input<typeof IssuePushedTokens.reply>> {
    const { clients, known, issuing, issued: count } = this.ports;
    const client = await clients.find(grant.clientId);
    if (client === null || !client.enabled || client.registration.backchannelTokenDeliveryMode !== 'push') return { tokens: null };
    try {
      const access = await entitleUser(grant, client, { scope: null, resources: [] }, known);
      const refreshToken = client.grantTypes.includes('refresh_token') ? 'begin' : null;
      const { access: issued, idToken, refreshToken: refresh } = await issueToUser({ access, grant, refreshToken }, client, issuing, authReqId);
      count?.(CIBA_GRANT_TYPE, issued.algorithm);
      if (idToken === null) return { tokens: null };
      return { tokens: { accessToken: issued.token, lifetimeSeconds: issued.lifetimeSeconds, refreshToken: refresh, idToken } };
    } catch (error) {
      // What was granted cannot be issued any more: its resource or the client's part in it is gone.
      if (error instanceof OAuthError) return { tokens: null };
      throw error;
    }
  }
}
