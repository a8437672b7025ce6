import {
  type AuthorizationRequestSources,
  type ResolvedAuthorizationRequest,
  resolveAuthorizationRequest,
} from '@tessera/protocol/authorization-request';
import type { EdgeRequest } from '@tessera/protocol/edge';

/** The requests that come to the authorization endpoint, with what judges them in this process. */
export class AuthorizationRequests {
  constructor(
    private readonly sources: AuthorizationRequestSources,
    /** Whether every client has to push its requests (RFC 9126 §5). */
    private readonly policy: { readonly requirePushed: boolean },
  ) {}

  /** @throws {OAuthError} for a page (AUT-2), @throws {AuthorizationRefusal} for a redirect, @throws {Outage}. */
  resolve({ parameters }: Pick<EdgeRequest, 'parameters'>): Promise<ResolvedAuthorizationRequest> {
    return resolveAuthorizationRequest(parameters, this.sources, this.policy);
  }
}
