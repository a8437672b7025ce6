import type { QueryRunner } from '@tessera/database';
import { UserGrant } from '@tessera/protocol/access-token';
import { StandardClaims } from '@tessera/protocol/account';
import type { AuthorizationCodeRedemption, AuthorizationCodeRedemptionRequest } from '@tessera/protocol/authorization-code-grant';
import { selectClaims } from '@tessera/protocol/user-claims';
import { AUTHORIZATION_CODE_ATTEMPTS_MAX } from '@tessera/vocabulary';
import { z } from 'zod';

const RedeemedRow = UserGrant.omit({ idTokenClaims: true }).extend({
  /** Claims wanted in the ID token, by name. */
  wanted: z.record(z.string(), z.unknown()),
  claims: StandardClaims,
});
const RefusedRow = z.object({ outcome: z.enum(['mismatch', 'replayed', 'unknown']) });

/** Authorization codes in PostgreSQL; they are made with the grant, by the interaction. */
export class SqlAuthorizationCodes {
  constructor(private readonly queries: QueryRunner) {}

  /** One UPDATE decides the race; the second statement runs for who lost only, and only explains and punishes. */
  async redeem(request: AuthorizationCodeRedemptionRequest): Promise<AuthorizationCodeRedemption> {
    const codeHash = Buffer.from(request.codeHash, 'base64url');
    const { clientId, redirectUri, codeChallenge, confirmation, redemptionId } = request;
    const [won] = await this.queries.run('redeem-authorization-code', [
      codeHash, clientId, redirectUri, codeChallenge, confirmation && JSON.stringify(confirmation), redemptionId, AUTHORIZATION_CODE_ATTEMPTS_MAX,
    ]);
    if (won !== undefined) {
      const { wanted, claims, ...grant } = RedeemedRow.parse(won);
      return { outcome: 'redeemed', grant: { ...grant, idTokenClaims: selectClaims(claims, Object.keys(wanted)) } };
    }
    const [lost] = await this.queries.run('explain-refused-code', [codeHash, clientId, redemptionId, AUTHORIZATION_CODE_ATTEMPTS_MAX]);
    return lost === undefined ? { outcome: 'unknown' } : RefusedRow.parse(lost);
  }
}
