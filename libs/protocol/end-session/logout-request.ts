import { OAuthError } from '@tessera/vocabulary';
import { z } from 'zod';
import type { ClientMetadata } from '../client/index.js';
import { type FormParameters, parseFormParameters } from '../form-parameters/index.js';

/** A valid logout request; stored with the interaction where a person has to confirm it. */
export const LogoutRequest = z.object({
  /** The client that asks; null when the request does not say. */
  clientId: z.string().nullable(),
  /** Registered by that client, exactly so (LOG-1); null: a page of ours is the end. */
  redirectUri: z.string().nullable(),
  /** Null as well when it is not redirected: it is echoed and nothing else. */
  state: z.string().nullable(),
  /** Of a valid `id_token_hint`; null without one. */
  hint: z.object({ subject: z.string(), sid: z.string().nullable() }).nullable(),
  uiLocales: z.array(z.string()),
});
/** A valid logout request. */
export type LogoutRequest = z.infer<typeof LogoutRequest>;

/** What an ID token of ours says, as far as logout asks. */
export interface HintFacts {
  readonly subject: string;
  readonly audience: readonly string[];
  readonly sid: string | null;
}

/** Everything outside that a logout request is judged by. */
export interface LogoutRequestPorts {
  /** Null when there is no such client. Throws an Outage when it cannot be known. */
  client(clientId: string): Promise<ClientMetadata | null>;
  /** Null for what is no ID token of this issuer, whatever its age. Throws an Outage when it cannot be known. */
  hint(idToken: string): Promise<HintFacts | null>;
}

/** Languages taken from one request. */
const UI_LOCALES_MAX = 10;

/**
 * RP-Initiated Logout 1.0 §2, §3: who asks, and where the person goes afterwards.
 *
 * An invalid `id_token_hint` (unsigned, signed by somebody else) is as good as none, and takes the redirect with it: then
 * nothing says that the client is the one that asks. A client that gives its id alone gets its registered address, because the
 * person confirms; the address is never taken from a request that names no client.
 *
 * @throws {OAuthError} for a page: nothing is ended by a request that contradicts itself.
 */
export async function resolveLogoutRequest(
  parameters: readonly (readonly [name: string, value: string])[],
  ports: LogoutRequestPorts,
): Promise<LogoutRequest> {
  const { values } = parseFormParameters(parameters.map(([name, value]): [string, string] => [name, value]));
  const idToken = values.get('id_token_hint');
  const hint = idToken === undefined ? null : await ports.hint(idToken);
  const client = await clientOf(values, hint, ports);
  const uri = values.get('post_logout_redirect_uri');
  if (uri !== undefined && client !== null && !client.registration.postLogoutRedirectUris.includes(uri)) {
    throw new OAuthError('end_session.unregistered_redirect_uri', { clientId: client.clientId });
  }
  const proven = client !== null && (idToken === undefined || hint !== null);
  const redirectUri = proven ? (uri ?? null) : null;
  return {
    clientId: client?.clientId ?? null,
    redirectUri,
    state: redirectUri === null ? null : (values.get('state') ?? null),
    hint: hint && { subject: hint.subject, sid: hint.sid },
    uiLocales: (values.get('ui_locales') ?? '').split(' ').filter((one) => one !== '').slice(0, UI_LOCALES_MAX),
  };
}

/** §2: `client_id` MUST be the audience of the hint, where both come. */
async function clientOf(values: FormParameters['values'], hint: HintFacts | null, ports: LogoutRequestPorts): Promise<ClientMetadata | null> {
  const named = values.get('client_id');
  if (named !== undefined && hint !== null && !hint.audience.includes(named)) throw new OAuthError('end_session.client_mismatch');
  const clientId = named ?? hint?.audience[0];
  const client = clientId === undefined ? null : await ports.client(clientId);
  const usable = client?.enabled === true ? client : null;
  if (named !== undefined && usable === null) throw new OAuthError('end_session.unknown_client');
  return usable;
}
