import { hash } from 'node:crypto';
import type { UserGrant } from '../access-token/index.js';
import type { AuthorizationCodeRedemption, AuthorizationCodeRedemptionRequest, AuthorizationCodes } from './index.js';

interface IssuedCode {
  readonly grant: UserGrant;
  readonly redirectUri: string | null;
  readonly codeChallenge: string | null;
  redemptionId: string | null;
}

/** Codes in memory, by the rules of the owner's statement. */
export class InMemoryAuthorizationCodes implements AuthorizationCodes<unknown> {
  readonly asked: AuthorizationCodeRedemptionRequest[] = [];
  readonly calls: unknown[] = [];
  /** Grants that a replay revoked (COD-2). */
  readonly revoked: string[] = [];
  private readonly codes = new Map<string, IssuedCode>();

  issue(code: string, issued: Omit<IssuedCode, 'redemptionId'>): void {
    this.codes.set(hash('sha256', code, 'base64url'), { ...issued, redemptionId: null });
  }

  redeem(request: AuthorizationCodeRedemptionRequest, call: unknown): Promise<AuthorizationCodeRedemption> {
    this.asked.push(request);
    this.calls.push(call);
    return Promise.resolve(this.decide(request));
  }

  private decide({ codeHash, clientId, redirectUri, codeChallenge, redemptionId }: AuthorizationCodeRedemptionRequest): AuthorizationCodeRedemption {
    const code = this.codes.get(codeHash);
    if (code === undefined || code.grant.clientId !== clientId) return { outcome: 'unknown' };
    if (code.redemptionId !== null && code.redemptionId !== redemptionId) {
      this.revoked.push(code.grant.grantId);
      return { outcome: 'replayed' };
    }
    if (code.redirectUri !== redirectUri || code.codeChallenge !== codeChallenge) return { outcome: 'mismatch' };
    code.redemptionId = redemptionId;
    return { outcome: 'redeemed', grant: code.grant };
  }
}
