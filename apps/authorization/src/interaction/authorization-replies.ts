import type { ResponseTarget } from '@tessera/protocol/authorization-request';
import { refusalParameters } from '@tessera/protocol/authorization-response';
import type { InteractionReply } from '@tessera/protocol/interaction';
import type { OAuthError } from '@tessera/vocabulary';
import type { Cookies } from './open-interaction.js';

/** RFC 6749 §4.1.2.1: a refusal, to the proven redirect URI. */
export function refusalReply(target: ResponseTarget, refusal: OAuthError, issuer: string, cookies: Cookies): InteractionReply {
  const { responseMode: mode, redirectUri, state } = target;
  return { kind: 'response', mode, redirectUri, parameters: refusalParameters(refusal, state, issuer), reason: refusal.reason, ...cookies };
}
