import { type AccountId, type KeyId, OAuthError } from '@tessera/vocabulary';
import type { ClientMetadata } from '../client/index.js';
import { client, resource } from '../client/testing.js';
import { ClientRegistration } from '../client/index.js';
import { assertionKey, ManualClock, NOW, signed, testSignatures } from '../client-authentication/testing.js';
import type { EdgeRequest, EndpointReply } from '../edge/index.js';
import { edgeRequest } from '../token-request/testing.js';
import {
  answerBackchannelAuthenticationRequest,
  type AuthenticationDevice,
  type AuthReqIdRedemption,
  type AuthReqIdRedemptionRequest,
  type AuthReqIds,
  type BackchannelAuthenticationPolicy,
  type BackchannelAuthenticationPorts,
  type BackchannelRequests,
  type FoundPerson,
  type NewBackchannelRequest,
  type StoredOutcome,
} from './index.js';

/** The issuer of the tests. */
export const ISSUER = 'https://as.example.com';
/** Who is found. */
export const PERSON = 'usr_2iv3d3YcSTm1vE7vTzrWlA' as AccountId;
/** What a deployment decides that changed nothing. */
export const POLICY: BackchannelAuthenticationPolicy = { issuer: ISSUER, lifetimeSeconds: 300, lifetimeSecondsMax: 600, intervalSeconds: 5 };
/** The id every request of the tests gets. */
export const REQUEST_ID = '6f0d2a8e-2f3b-4f5e-9a51-6f8f4c1d2e3f';
/** The key its handles are derived with. */
export const HANDLE_KEY = { kid: 'mac-1' as KeyId, secret: Buffer.alloc(32, 3) };
/** A key of the client that signs. */
export const CLIENT_KEY = assertionKey('client-1');
/** A parameter sent wherever only it is of interest. */
export const VALID = { scope: 'openid', login_hint: 'jane@example.com' } as const;

/** A call centre that polls; a test states only what matters to it. */
export function callCentre(
  registration: Partial<Record<keyof ClientRegistration, unknown>> = {},
  overrides: Partial<Record<keyof ClientMetadata, unknown>> = {},
): ClientMetadata {
  return client({
    grantTypes: ['urn:openid:params:grant-type:ciba'],
    scope: ['openid', 'email', 'orders.read'],
    registration: ClientRegistration.parse({ backchannelTokenDeliveryMode: 'poll', ...registration }),
    ...overrides,
  });
}

/** A client that signs its requests with {@link CLIENT_KEY}. */
export function signingClient(registration: Partial<Record<keyof ClientRegistration, unknown>> = {}, overrides: Partial<Record<keyof ClientMetadata, unknown>> = {}): ClientMetadata {
  return callCentre(
    { backchannelRequestSigningAlgorithm: 'ES256', ...registration },
    { authenticationMethod: 'private_key_jwt', assertionAlgorithm: 'ES256', keys: [CLIENT_KEY.jwk], ...overrides },
  );
}

/** A request object; a member set to undefined is left out. */
export function requestObject(claims: Readonly<Record<string, unknown>> = {}, header: Readonly<Record<string, unknown>> = {}, key = CLIENT_KEY): string {
  return signed(key, { iss: 's6BhdRkqt3', aud: ISSUER, exp: NOW + 300, nbf: NOW, iat: NOW, jti: 'jti-1', ...VALID, ...claims }, header);
}

type Fields = Readonly<Record<string, string | readonly string[]>>;

/** The endpoint with everything around it in memory. */
export class BackchannelEndpoint implements BackchannelRequests {
  readonly stored: { readonly request: NewBackchannelRequest; readonly intervalSeconds: number }[] = [];
  readonly sought: Readonly<Record<string, unknown>>[] = [];
  readonly refreshed: string[] = [];
  readonly clock = new ManualClock();
  outcome: StoredOutcome = 'stored';
  found: FoundPerson = { outcome: 'found', accountId: PERSON, email: 'jane@example.com' };
  devices: readonly AuthenticationDevice[] = [];

  constructor(public client: ClientMetadata = callCentre()) {}

  store(request: NewBackchannelRequest, intervalSeconds: number): Promise<StoredOutcome> {
    if (this.outcome === 'stored') this.stored.push({ request, intervalSeconds });
    return Promise.resolve(this.outcome);
  }

  answer(fields: Fields, overrides: Partial<EdgeRequest> = {}): Promise<EndpointReply> {
    return answerBackchannelAuthenticationRequest(edgeRequest(fields, overrides), this.ports(), POLICY, null);
  }

  /** The reason a request is refused for. */
  async refusal(fields: Fields): Promise<string> {
    try {
      await this.answer(fields);
    } catch (error) {
      if (error instanceof OAuthError) return `${error.reason} ${error.code} ${error.status}`;
      throw error;
    }
    return 'accepted';
  }

  private ports(): BackchannelAuthenticationPorts<null> {
    return {
      authenticate: () => Promise.resolve({ client: this.client }),
      resources: { find: (identifier) => Promise.resolve([resource()].find((one) => one.identifier === identifier) ?? null) },
      clients: { find: () => Promise.resolve(this.client) },
      keySets: {
        refresh: (clientId) => {
          this.refreshed.push(clientId);
          return Promise.resolve();
        },
      },
      signatures: testSignatures,
      people: {
        find: (sought) => {
          this.sought.push(sought);
          return Promise.resolve(this.found);
        },
      },
      requests: this,
      devices: this.devices,
      handleKey: () => HANDLE_KEY,
      newId: () => REQUEST_ID,
      drawBelow: (bound) => bound - 1,
      clock: this.clock,
    };
  }
}

/** Answers every poll with what it is told. */
export class FakeAuthReqIds implements AuthReqIds<null> {
  readonly asked: AuthReqIdRedemptionRequest[] = [];

  constructor(public answer: AuthReqIdRedemption | Error) {}

  redeem(request: AuthReqIdRedemptionRequest): Promise<AuthReqIdRedemption> {
    this.asked.push(request);
    return this.answer instanceof Error ? Promise.reject(this.answer) : Promise.resolve(this.answer);
  }
}
