import type { ClientId, Clock, EpochSeconds } from '@tessera/vocabulary';
import type { ClientMetadata, PublicJwk } from '../client/index.js';
import { type EndpointName, endpointUrl } from '../edge/index.js';

/** A client that proved to be itself. Only {@link authenticateClient} makes one. */
export interface AuthenticatedClient {
  readonly client: ClientMetadata;
}

/** The registered clients. */
export interface Clients {
  /** Null when there is no such client. Throws an Outage when it cannot be known. */
  find(clientId: string): Promise<ClientMetadata | null>;
}

/** Secrets that are kept in usable form because a MAC needs them (CLI-3). */
export interface ClientSecrets {
  /**
   * The secret inside a sealed value of {@link ClientMetadata.sealedSecrets}; null when it cannot be opened any more or was not
   * sealed for this client. Throws an Outage when the key to open it with is not here (yet).
   */
  open(sealed: string, clientId: string): Promise<string | null>;
}

/** Key sets that clients publish at a `jwks_uri`. */
export interface ClientKeySets {
  /**
   * Has the key set of a client fetched again and resolves when {@link Clients} answers with what was found. Resolves as well
   * when nothing new was found; throws an Outage only when nobody could be asked, or the answer is not known in time.
   */
  refresh(clientId: ClientId): Promise<void>;
}

/**
 * What became of presenting something once. `spent`: this caller is the one. `replayed`: somebody was before. The other two are
 * judged by the ledger's own clock, and nothing was recorded: `past`, it cannot be presented any more; `beyond`, it could be
 * presented for longer than the ledger remembers.
 */
export type Spending = 'spent' | 'replayed' | 'past' | 'beyond';

/** Single use of what may be presented once (CLI-7). */
export interface ReplayLedger {
  /**
   * `spent` for exactly one caller per digest, whatever the number of processes, until `expiresAt` has passed. Throws an Outage
   * when that cannot be decided: a missing ledger never counts as "not seen" (I7).
   */
  spend(digest: Uint8Array, expiresAt: EpochSeconds): Promise<Spending>;
}

/** A decoded, not yet verified JWS. */
export interface DecodedJws {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The cryptography of assertions. Algorithm and key come from the registration of the client, never from the token (CLI-4). */
export interface AssertionSignatures {
  /** Null unless it is a compact JWS of acceptable size whose header and claims are JSON objects. */
  decode(compact: string): DecodedJws | null;
  verifySignature(compact: string, key: PublicJwk, algorithm: string): boolean;
  verifyMac(compact: string, secret: string, algorithm: string): boolean;
}

/** Everything outside that client authentication needs. */
export interface ClientAuthenticationPorts {
  readonly clients: Clients;
  readonly secrets: ClientSecrets;
  readonly keySets: ClientKeySets;
  readonly replay: ReplayLedger;
  readonly signatures: AssertionSignatures;
  readonly clock: Clock;
}

/**
 * Who this server is, as an assertion may call it. All of it follows from the configured issuer; what a request or the gateway
 * says about where it was sent is no audience (KEY-1).
 */
export interface ClientAuthenticationPolicy {
  /** The issuer identifier. */
  readonly issuer: string;
  /** The published URL of the token endpoint: RFC 7523 §3 item 3 allows it as audience at every endpoint. */
  readonly tokenEndpoint: string;
  /** The published URL of the endpoint the client calls. */
  readonly endpoint: string;
}

/** What an endpoint of this issuer is called by the assertions that are sent to it. */
export function clientAuthenticationPolicy(issuer: string, endpoint: EndpointName): ClientAuthenticationPolicy {
  return { issuer, tokenEndpoint: endpointUrl(issuer, 'token'), endpoint: endpointUrl(issuer, endpoint) };
}
