import {
  ACR_VALUES_MAX,
  type AccountId,
  CLAIMS_PARAMETER_LENGTH_MAX,
  IDENTIFIER_LENGTH_MAX,
  LANGUAGE_TAG_LENGTH_MAX,
  NONCE_LENGTH_MAX,
  OAuthError,
} from '@tessera/vocabulary';
import { z } from 'zod';
import type { ClientMetadata } from '../client/index.js';
import { ClaimsRequest, Prompt } from './authorization-request.js';

type Values = ReadonlyMap<string, string>;

/** The users behind ID tokens that clients hold. */
export interface IdTokenHints {
  /**
   * The account an ID token of this issuer for this client speaks of, whether it has expired or not; null for anything else.
   * Throws an Outage when it cannot be known.
   */
  accountOf(idTokenHint: string, client: ClientMetadata): Promise<AccountId | null>;
}

/** OIDC Core §3.1.2.1: a number of seconds. A longer one is older than anything that could be asked about. */
const MAX_AGE = /^\d{1,15}$/;
/** BCP 47 §2.1, roughly: what is not even that is no language of ours. */
const LANGUAGE_TAG = /^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/;
const NO_CLAIMS: ClaimsRequest = { userinfo: {}, id_token: {} };
/** RFC 8259: text → value; what is no JSON is no value of any schema behind it. */
const Json = z.string().max(CLAIMS_PARAMETER_LENGTH_MAX).transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'no JSON' });
    return z.NEVER;
  }
});
const ClaimsParameter = Json.pipe(ClaimsRequest);

/** `nonce` comes back as it is (OIDC Core §2), up to a length that fits a token. */
export function requestedNonce(values: Values): string | null {
  const nonce = values.get('nonce') ?? null;
  if (nonce !== null && nonce.length > NONCE_LENGTH_MAX) throw new OAuthError('authorization_request.nonce', { length: nonce.length });
  return nonce;
}

/** OIDC Core §3.1.2.1: `none` MUST stand alone. Values nobody defined here ask for something that would not happen. */
export function requestedPrompt(values: Values): Prompt[] {
  const value = values.get('prompt');
  if (value === undefined) return [];
  const prompt = z.array(Prompt).safeParse([...new Set(value.split(' '))]);
  if (!prompt.success || (prompt.data.includes('none') && prompt.data.length > 1)) {
    throw new OAuthError('authorization_request.prompt', { prompt: value.slice(0, 64) });
  }
  return prompt.data;
}

/** OIDC Core §3.1.2.1, and `default_max_age` (OIDC Registration §2) where the request has none. */
export function requestedMaxAge(values: Values, { registration }: ClientMetadata): number | null {
  const value = values.get('max_age');
  if (value === undefined) return registration.defaultMaxAgeSeconds;
  if (!MAX_AGE.test(value)) throw new OAuthError('authorization_request.max_age', { maxAge: value.slice(0, 64) });
  return Number(value);
}

/** OIDC Core §3.1.2.1, and `default_acr_values` (OIDC Registration §2). A preference: unknown ones are no error (§5.5.1.1). */
export function requestedAcrValues(values: Values, { registration }: ClientMetadata): string[] {
  const value = values.get('acr_values');
  if (value === undefined) return registration.defaultAcrValues;
  const asked = [...new Set(value.split(' '))].filter((one) => one !== '');
  if (asked.length > ACR_VALUES_MAX) throw new OAuthError('authorization_request.acr_values', { count: asked.length });
  return asked;
}

/** OIDC Core §3.1.2.1, AUT-7: a hint that names nobody would let anybody answer, so it is refused. */
export async function hintedAccount(values: Values, client: ClientMetadata, hints: IdTokenHints): Promise<AccountId | null> {
  const hint = values.get('id_token_hint');
  if (hint === undefined) return null;
  const account = await hints.accountOf(hint, client);
  if (account === null) throw new OAuthError('authorization_request.id_token_hint', { clientId: client.clientId });
  return account;
}

/** OIDC Core §3.1.2.1: a hint, used or not, never an error: one that is nobody's identifier is dropped. */
export function requestedLoginHint(values: Values): string | null {
  const hint = values.get('login_hint') ?? null;
  return hint === null || hint.length > IDENTIFIER_LENGTH_MAX ? null : hint;
}

/** OIDC Core §3.1.2.1: an error SHOULD NOT result from languages that are not supported. */
export function requestedUiLocales(values: Values): string[] {
  const tags = values.get('ui_locales')?.split(' ') ?? [];
  return tags.filter((tag) => tag.length <= LANGUAGE_TAG_LENGTH_MAX && LANGUAGE_TAG.test(tag)).slice(0, ACR_VALUES_MAX);
}

/** OIDC Core §5.5: a JSON object. A request that is not an OpenID request has no claims to ask for (§5.5, §3.1.2.1). */
export function requestedClaims(values: Values, scope: readonly string[]): ClaimsRequest {
  const value = values.get('claims');
  if (value === undefined || !scope.includes('openid')) return NO_CLAIMS;
  const claims = ClaimsParameter.safeParse(value);
  if (!claims.success) throw new OAuthError('authorization_request.claims');
  return claims.data;
}
