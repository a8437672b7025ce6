import { hash } from 'node:crypto';
import { ClientId, CLOCK_SKEW_SECONDS, OAuthError, Outage } from '@tessera/vocabulary';
import type { ClientAuthenticationMethod, ClientMetadata } from '../client/index.js';
import type { EdgeRequest } from '../edge/index.js';
import type { FormParameters } from '../form-parameters/index.js';
import { selectAssertionKey } from './assertion-key.js';
import { parseAssertion, type ParsedAssertion, type ValidatedAssertion, validateAssertion } from './client-assertion.js';
import type { AuthenticatedClient, ClientAuthenticationPolicy, ClientAuthenticationPorts, Clients } from './client-authentication.js';
import { matchesSecret } from './client-secret.js';
import { type PresentedCredentials, presentedCredentials } from './presented-credentials.js';

/** The request a client authenticates itself for. */
export type AuthenticatedRequest = Pick<EdgeRequest, 'authorization'>;

/**
 * Authenticates the client of a request (RFC 6749 §3.2.1).
 *
 * @throws {OAuthError} `client_authentication.*`: `invalid_client`, or `invalid_request` for several methods at once.
 * @throws {Outage} when a port cannot answer: nothing is decided without it (CLI-7).
 */
export async function authenticateClient(
  request: AuthenticatedRequest,
  parameters: FormParameters,
  ports: ClientAuthenticationPorts,
  policy: ClientAuthenticationPolicy,
): Promise<AuthenticatedClient> {
  const presented = presentedCredentials(request.authorization, parameters);
  switch (presented.kind) {
    case 'secret':
      return authenticateBySecret(presented, ports.clients);
    case 'assertion':
      return authenticateByAssertion(presented, ports, policy);
    case 'none':
      return { client: requireUsable(await find(ports.clients, presented.clientId), ['none'], presented.clientId) };
  }
}

async function authenticateBySecret(
  { clientId, secret, method }: Extract<PresentedCredentials, { kind: 'secret' }>,
  clients: Clients,
): Promise<AuthenticatedClient> {
  const found = await find(clients, clientId);
  // CLI-2: compared first and whatever was found, so that an unknown client takes as long as a wrong secret.
  const matches = matchesSecret(secret, found?.secretDigests ?? []);
  const client = requireUsable(found, [method], clientId);
  if (!matches) throw new OAuthError('client_authentication.wrong_secret', { clientId });
  return { client };
}

async function authenticateByAssertion(
  presented: Extract<PresentedCredentials, { kind: 'assertion' }>,
  ports: ClientAuthenticationPorts,
  policy: ClientAuthenticationPolicy,
): Promise<AuthenticatedClient> {
  const parsed = parseAssertion(presented.assertion, ports.signatures.decode);
  // RFC 7521 §4.2: client_id is unnecessary, and must name the same client when it is there.
  if (presented.clientId !== null && presented.clientId !== parsed.clientId) {
    throw new OAuthError('client_authentication.client_id_mismatch');
  }
  const registered = requireUsable(
    await find(ports.clients, parsed.clientId),
    ['client_secret_jwt', 'private_key_jwt'],
    parsed.clientId,
  );
  requireRegisteredAlgorithm(parsed, registered);
  const assertion = validateAssertion(parsed, registered, { now: ports.clock.epochSeconds(), policy });
  const client = await withKeyFor(assertion, registered, ports);
  await verifyAssertion(assertion, client, ports);
  await spendAssertion(assertion, client, ports);
  return { client };
}

/** RFC 8725 §3.1: the registration says how the client signs; the token can only agree. */
function requireRegisteredAlgorithm({ algorithm }: ParsedAssertion, { assertionAlgorithm, clientId }: ClientMetadata): void {
  if (algorithm !== assertionAlgorithm) throw new OAuthError('client_authentication.assertion_algorithm', { clientId });
}

/**
 * OIDC Core §10.1.1: a `kid` that is not in the set may be one that the client has rolled over to; its set is fetched again,
 * once, and looked at once more. Whoever fetches bounds how often (OUT-5).
 */
async function withKeyFor({ algorithm, kid }: ValidatedAssertion, client: ClientMetadata, ports: ClientAuthenticationPorts): Promise<ClientMetadata> {
  if (client.jwksUri === null || selectAssertionKey(client.keys, kid, algorithm) !== null) return client;
  await ports.keySets.refresh(client.clientId);
  return requireUsable(await ports.clients.find(client.clientId), [client.authenticationMethod], client.clientId);
}

/** RFC 7523 §3 item 9. What the method is decides which kind of key there can be; the algorithm alone never does (CLI-4). */
async function verifyAssertion(assertion: ValidatedAssertion, client: ClientMetadata, ports: ClientAuthenticationPorts): Promise<void> {
  const verified =
    client.authenticationMethod === 'client_secret_jwt'
      ? await hasGoodMac(assertion, client, ports)
      : hasGoodSignature(assertion, client, ports);
  if (!verified) throw new OAuthError('client_authentication.assertion_signature', { clientId: client.clientId });
}

/**
 * During a rotation two secrets are good (CLI-3). One that cannot be opened now is not in the way of the other; when that one
 * does not fit, it is unknown whether the MAC is good, and unknown is no refusal (I7).
 */
async function hasGoodMac({ compact, algorithm }: ValidatedAssertion, client: ClientMetadata, ports: ClientAuthenticationPorts): Promise<boolean> {
  let unknown: Outage | null = null;
  for (const sealed of client.sealedSecrets) {
    try {
      const secret = await ports.secrets.open(sealed, client.clientId);
      if (secret !== null && ports.signatures.verifyMac(compact, secret, algorithm)) return true;
    } catch (error) {
      if (!(error instanceof Outage)) throw error;
      unknown = error;
    }
  }
  if (unknown !== null) throw unknown;
  return false;
}

function hasGoodSignature({ compact, algorithm, kid }: ValidatedAssertion, client: ClientMetadata, ports: ClientAuthenticationPorts): boolean {
  const key = selectAssertionKey(client.keys, kid, algorithm);
  if (key === null) throw new OAuthError('client_authentication.assertion_key', { clientId: client.clientId });
  return ports.signatures.verifySignature(compact, key, algorithm);
}

/**
 * RFC 7523 §3 item 7, OIDC Core §9: one `jti` of one client, once, at every endpoint and replica, until no clock of ours would
 * accept the assertion any more.
 *
 * The ledger's clock is the one all replicas share. What it calls past has expired, leeway included, however slow our clock is.
 * What it cannot remember for long enough was within 5 minutes by our clock, so ours is minutes
 * ahead: that says nothing about the assertion, and without the ledger nothing is decided (CLI-7).
 */
async function spendAssertion({ jti, expiresAt }: ValidatedAssertion, { clientId }: ClientMetadata, { replay }: ClientAuthenticationPorts): Promise<void> {
  switch (await replay.spend(assertionDigest(clientId, jti), expiresAt + CLOCK_SKEW_SECONDS)) {
    case 'spent':
      return;
    case 'replayed':
      throw new OAuthError('client_authentication.assertion_replayed', { clientId });
    case 'past':
      throw new OAuthError('client_authentication.assertion_expired', { clientId });
    case 'beyond':
      throw new Outage('clock', 'this process and the replay ledger disagree about the time');
  }
}

/** The kind keeps proofs of other kinds apart; a client id has no NUL (RFC 6749 Appendix A.1), so no two pairs read alike. */
function assertionDigest(clientId: ClientId, jti: string): Buffer {
  return hash('sha256', `client-assertion\0${clientId}\0${jti}`, 'buffer');
}

async function find(clients: Clients, clientId: string): Promise<ClientMetadata | null> {
  return ClientId.safeParse(clientId).success ? clients.find(clientId) : null;
}

/** CLI-1, CLI-2: exists, is enabled, has registered this very method. */
function requireUsable(
  client: ClientMetadata | null,
  methods: readonly ClientAuthenticationMethod[],
  claimed: string,
): ClientMetadata {
  if (client === null) throw new OAuthError('client_authentication.unknown_client', { clientId: claimed });
  if (!client.enabled) throw new OAuthError('client_authentication.disabled_client', { clientId: client.clientId });
  if (!methods.includes(client.authenticationMethod)) {
    throw new OAuthError('client_authentication.method_not_registered', { clientId: client.clientId });
  }
  return client;
}
