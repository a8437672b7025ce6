import { AccountId, ClientId } from '@tessera/vocabulary';
import { z } from 'zod';
import { ResponseMode, ResponseType } from '../client/index.js';

/** `prompt` (OIDC Core §3.1.2.1). */
export const Prompt = z.enum(['none', 'login', 'consent', 'select_account']);
/** One value of `prompt`. */
export type Prompt = z.infer<typeof Prompt>;

/** What is asked of one claim (OIDC Core §5.5.1); null asks for it without more. */
export const ClaimRequest = z
  .object({ essential: z.boolean().optional(), value: z.unknown().optional(), values: z.array(z.unknown()).optional() })
  .nullable();
/** What is asked of one claim. */
export type ClaimRequest = z.infer<typeof ClaimRequest>;

/** The `claims` parameter (OIDC Core §5.5), members it does not define dropped. */
export const ClaimsRequest = z.object({
  userinfo: z.record(z.string(), ClaimRequest).default({}),
  id_token: z.record(z.string(), ClaimRequest).default({}),
});
/** The `claims` parameter. */
export type ClaimsRequest = z.infer<typeof ClaimsRequest>;

/**
 * A valid authorization request (RFC 6749 §4.1.1, OIDC Core §3.1.2.1), with the client's registered defaults filled in. It is
 * stored with the interaction or the pushed request and never validated again against another text.
 */
export const AuthorizationRequest = z.object({
  clientId: ClientId,
  redirectUri: z.string(),
  /** Whether `redirect_uri` was sent: then it must come again at the token endpoint (RFC 6749 §4.1.3). */
  redirectUriSent: z.boolean(),
  responseType: ResponseType,
  responseMode: ResponseMode,
  /** Each once, in the order asked. */
  scope: z.array(z.string()),
  state: z.string().nullable(),
  nonce: z.string().nullable(),
  /** S256 challenge (RFC 7636 §4.2); null where the client need not send one, or there is no code. */
  codeChallenge: z.string().nullable(),
  prompt: z.array(Prompt),
  maxAgeSeconds: z.number().int().nonnegative().nullable(),
  acrValues: z.array(z.string()),
  /** The user of a verified `id_token_hint`: nobody else may answer (AUT-7). */
  hintedAccount: AccountId.nullable(),
  loginHint: z.string().nullable(),
  uiLocales: z.array(z.string()),
  claims: ClaimsRequest,
  /** RFC 8707 §2: each allowed to the client. Empty: the provider's own userinfo endpoint. */
  resources: z.array(z.string()),
  /** The key the code is bound to (RFC 9449 §10, RFC 7800); null while nothing binds it. */
  confirmation: z.object({ jkt: z.string() }).nullable(),
});
/** A valid authorization request. */
export type AuthorizationRequest = z.infer<typeof AuthorizationRequest>;
