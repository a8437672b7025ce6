import { CLOCK_SKEW_SECONDS, type EpochSeconds, JTI_LENGTH_MAX, OAuthError, REQUEST_OBJECT_LIFETIME_SECONDS_MAX } from '@tessera/vocabulary';
import type { ClientMetadata } from '../client/index.js';

type Claims = Readonly<Record<string, unknown>>;

/** By what a request object is judged. */
interface Judgement {
  readonly issuer: string;
  readonly now: EpochSeconds;
}

/**
 * RFC 9101 §4, §6.3, §10.8: what the claims of a request object say about itself. RFC 9101 makes `iss`, `aud` and the instants
 * optional, so profile `openid` judges them where they are; FAPI profiles need them all (docs/spec/choices.md#request-object-claims).
 *
 * @throws {OAuthError} `request_object.nested`, `.client_id`, `.subject`, `.issuer`, `.audience`, `.expired`, `.not_yet_valid`,
 * `.lifetime`, `.jti`.
 */
export function validateRequestObject(claims: Claims, { clientId, profile }: ClientMetadata, { issuer, now }: Judgement): void {
  const strict = profile !== 'openid';
  if ('request' in claims || 'request_uri' in claims) throw new OAuthError('request_object.nested', { clientId });
  if (claims['client_id'] !== undefined && claims['client_id'] !== clientId) throw new OAuthError('request_object.client_id', { clientId });
  if (claims['sub'] === clientId) throw new OAuthError('request_object.subject', { clientId });
  if (absentOr(claims, 'iss', strict, (iss) => iss === clientId)) throw new OAuthError('request_object.issuer', { clientId });
  if (absentOr(claims, 'aud', strict, (aud) => isFor(aud, issuer))) throw new OAuthError('request_object.audience', { clientId });
  if (absentOr(claims, 'jti', false, isJti)) throw new OAuthError('request_object.jti', { clientId });
  validateTimes(claims, strict, now);
}

/** Whether a claim is at fault: not as it has to be, or absent where it is needed. */
function absentOr(claims: Claims, name: string, needed: boolean, good: (value: unknown) => boolean): boolean {
  const value = claims[name];
  return value === undefined ? needed : !good(value);
}

function isFor(audience: unknown, issuer: string): boolean {
  return Array.isArray(audience) ? audience.includes(issuer) : audience === issuer;
}

/** It is not spent: a person may reload the page it leads to (AUT-10), and what is asked is decided anew each time. */
function isJti(jti: unknown): boolean {
  return typeof jti === 'string' && jti.length > 0 && jti.length <= JTI_LENGTH_MAX;
}

/** GEN-8: another party's clock may be ahead of ours by 10 seconds. FAPI 1 Advanced §5.2.2 (13), (14), (17): one hour at most. */
function validateTimes(claims: Claims, strict: boolean, now: EpochSeconds): void {
  const ahead = (value: unknown) => typeof value === 'number' && value <= now + CLOCK_SKEW_SECONDS;
  if (absentOr(claims, 'exp', strict, (exp) => typeof exp === 'number' && exp > now)) throw new OAuthError('request_object.expired');
  if (absentOr(claims, 'nbf', strict, ahead) || absentOr(claims, 'iat', false, ahead)) throw new OAuthError('request_object.not_yet_valid');
  if (!strict) return;
  const [exp, nbf] = [Number(claims['exp']), Number(claims['nbf'])];
  if (exp - nbf > REQUEST_OBJECT_LIFETIME_SECONDS_MAX || now - nbf > REQUEST_OBJECT_LIFETIME_SECONDS_MAX) throw new OAuthError('request_object.lifetime');
}
