import { type AccountId, type Clock, type KeyId, OAuthError, type TeamName } from '@tessera/vocabulary';
import type { ClientMetadata } from '../client/index.js';
import type { AuthenticatedClient } from '../client-authentication/index.js';
import { type EdgeRequest, type EndpointReply, ok } from '../edge/index.js';
import { type FormParameters, parseFormParameters } from '../form-parameters/index.js';
import type { BackchannelAuthenticationPolicy, BackchannelAuthenticationRequest, FoundPerson, PersonHint } from './backchannel-authentication.js';
import { backchannelHandleHash, deriveBackchannelHandle, type HandleKey } from './handles.js';
import { drawMatchingNumbers, type MatchingNumbers } from './number-matching.js';
import { requestedParameters } from './signed-request.js';
import { type BackchannelValidationPorts, requireDeliveryMode, validateBackchannelAuthenticationRequest } from './validate-request.js';

/** One way to tell a person that a request waits: a kind of delivery, and where it goes. */
export interface WayToReach {
  readonly kind: 'email' | 'webhook';
  /** Null where the kind itself says where it goes. */
  readonly recipient: string | null;
}

/** A person as far as a way to reach them needs to know. */
export interface ReachablePerson {
  readonly accountId: AccountId;
  readonly email: string | null;
}

/**
 * An authentication device (CIBA Core §1.1): how a person comes to see a request. The approval inbox needs no message; every other
 * device is an entry of a list, and says for each person whether it can reach them.
 */
export interface AuthenticationDevice {
  reach(person: ReachablePerson): WayToReach | null;
}

/** A letter to an address that is known to be theirs. */
export const EMAIL_DEVICE: AuthenticationDevice = { reach: ({ email }) => (email === null ? null : { kind: 'email', recipient: email }) };

/** A call to the deployment's own authenticator, which knows how to reach everybody. */
export const WEBHOOK_DEVICE: AuthenticationDevice = { reach: () => ({ kind: 'webhook', recipient: null }) };

/** A request as it is stored: nothing in it can be redeemed. */
export interface NewBackchannelRequest {
  readonly id: string;
  /** The key its handles are derived with. */
  readonly kid: KeyId;
  readonly authReqIdHash: Buffer;
  readonly approvalHash: Buffer;
  readonly request: BackchannelAuthenticationRequest;
  readonly accountId: AccountId;
  /** What tells the person that it waits, beside the inbox, where it always is. */
  readonly tell: readonly WayToReach[];
  readonly numbers: MatchingNumbers | null;
  /** Whether polls of this client wait for the decision. */
  readonly longPolling: boolean;
  readonly sourceAddress: string;
  /** The team that asks for the client; absent where the client does itself. */
  readonly team?: TeamName;
}

/** What became of storing one. */
export type StoredOutcome = 'stored' | 'replayed' | 'too_many_for_person' | 'too_many_of_client' | 'silenced';

/** The requests of the service that owns them. */
export interface BackchannelRequests {
  /** Stores a request within the caps of its person and its client, together with what tells the person of it (CIB-4). */
  store(request: NewBackchannelRequest, intervalSeconds: number): Promise<StoredOutcome>;
}

/** The people of the service that owns the accounts. */
export interface People<Call> {
  /** Who is meant; a user code is opened once and counted. */
  find(
    sought: {
      readonly clientId: ClientMetadata['clientId'];
      readonly hint: PersonHint;
      readonly sealedUserCode: string | null;
      readonly userCodes: boolean;
      readonly sourceAddress: string;
      readonly requestId: string;
    },
    call: Call,
  ): Promise<FoundPerson>;
}

/** Everything outside that the endpoint needs. */
export interface BackchannelAuthenticationPorts<Call> extends BackchannelValidationPorts {
  authenticate(request: EdgeRequest, parameters: FormParameters): Promise<AuthenticatedClient>;
  readonly people: People<Call>;
  readonly requests: BackchannelRequests;
  /** How people are reached beside the inbox. */
  readonly devices: readonly AuthenticationDevice[];
  /** The key that makes handles now. @throws {Outage} without a valid lease. */
  handleKey(): HandleKey & { readonly kid: KeyId };
  newId(): string;
  /** A random whole number below its argument. */
  drawBelow(bound: number): number;
  readonly clock: Clock;
}

/**
 * Answers a backchannel authentication request (CIBA Core §7.2, §7.3).
 *
 * @throws {OAuthError} with a code of CIBA Core §13. @throws {Outage} when a port cannot answer.
 */
export async function answerBackchannelAuthenticationRequest<Call>(
  edge: EdgeRequest,
  ports: BackchannelAuthenticationPorts<Call>,
  policy: BackchannelAuthenticationPolicy,
  call: Call,
): Promise<EndpointReply> {
  const form = parseFormParameters(edge.parameters);
  const { client } = await ports.authenticate(edge, form);
  const { authReqId, request, numbers } = await beginBackchannelAuthentication({ client, form, asked: edge }, ports, policy, call);
  return ok({
    auth_req_id: authReqId,
    expires_in: request.lifetimeSeconds,
    ...(request.deliveryMode === 'push' ? {} : { interval: policy.intervalSeconds }),
    ...(numbers === null ? {} : { tessera_number: numbers.number }),
  });
}

/** A request, and who makes it: the client itself has authenticated, or a team asks for it. */
export interface AskedFor {
  readonly client: ClientMetadata;
  readonly form: FormParameters;
  readonly asked: { readonly sourceAddress: string; readonly requestId: string };
  readonly team?: TeamName;
}

/**
 * Validates a request, has its person found, and stores it within the caps. What it answers with is told once.
 *
 * @throws {OAuthError} with a code of CIBA Core §13. @throws {Outage} when a port cannot answer.
 */
export async function beginBackchannelAuthentication<Call>(
  { client, form, asked, team }: AskedFor,
  ports: Omit<BackchannelAuthenticationPorts<Call>, 'authenticate'>,
  policy: BackchannelAuthenticationPolicy,
  call: Call,
): Promise<{ readonly id: string; readonly authReqId: string; readonly request: BackchannelAuthenticationRequest; readonly numbers: MatchingNumbers | null }> {
  requireDeliveryMode(client);
  const context = { ...policy, now: ports.clock.epochSeconds() };
  const request = await validateBackchannelAuthenticationRequest(await requestedParameters(form, client, ports, context), client, ports, context);
  const person = await findPerson(request, client, asked, ports, call);
  const { kid, ...key } = ports.handleKey();
  const id = ports.newId();
  const authReqId = deriveBackchannelHandle('auth_req_id', id, key);
  const approvalHash = backchannelHandleHash(deriveBackchannelHandle('approval', id, key));
  const numbers = client.registration.backchannelNumberMatching ? drawMatchingNumbers((bound) => ports.drawBelow(bound)) : null;
  const { backchannelLongPolling: longPolling } = client.registration;
  const { sourceAddress } = asked;
  const tell = ports.devices.map((device) => device.reach(person)).filter((way) => way !== null);
  const known = { id, kid, authReqIdHash: backchannelHandleHash(authReqId), approvalHash, request, accountId: person.accountId, tell, numbers, longPolling, sourceAddress };
  requireStored(await ports.requests.store(team === undefined ? known : { ...known, team }, policy.intervalSeconds), client);
  return { id, authReqId, request, numbers };
}

async function findPerson<Call>(
  { hint, sealedUserCode }: BackchannelAuthenticationRequest,
  { clientId, registration }: ClientMetadata,
  { sourceAddress, requestId }: AskedFor['asked'],
  { people }: Pick<BackchannelAuthenticationPorts<Call>, 'people'>,
  call: Call,
): Promise<ReachablePerson> {
  const userCodes = registration.backchannelUserCodeParameter;
  const found = await people.find({ clientId, hint, sealedUserCode, userCodes, sourceAddress, requestId }, call);
  switch (found.outcome) {
    case 'found':
      return { accountId: found.accountId, email: found.email };
    case 'unknown':
      throw new OAuthError('backchannel_authentication.unknown_user', { clientId, hint: hint.kind });
    case 'missing_user_code':
      throw new OAuthError('backchannel_authentication.missing_user_code', { clientId });
    case 'invalid_user_code':
      throw new OAuthError('backchannel_authentication.invalid_user_code', { clientId });
  }
}

function requireStored(outcome: StoredOutcome, { clientId }: ClientMetadata): void {
  switch (outcome) {
    case 'stored':
      return;
    case 'replayed':
      throw new OAuthError('backchannel_authentication.signed_request_replayed', { clientId });
    case 'too_many_for_person':
      throw new OAuthError('backchannel_authentication.too_many_for_person', { clientId });
    case 'too_many_of_client':
      throw new OAuthError('backchannel_authentication.too_many_of_client', { clientId });
    case 'silenced':
      throw new OAuthError('backchannel_authentication.silenced', { clientId });
  }
}
