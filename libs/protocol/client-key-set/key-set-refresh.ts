import type { ClientId } from '@tessera/vocabulary';
import type { PublicJwk } from '../client/index.js';
import { parseClientKeySet } from './client-key-set.js';

/** The right to fetch one key set now, given to one replica. */
export interface KeySetClaim {
  readonly clientId: ClientId;
  readonly jwksUri: string;
  /** Names this claim; a result under an older one is dropped. Opaque. */
  readonly claim: string;
}

/** Whether a key set may be fetched now, and by whom: the one who asked. */
export type KeySetClaimOutcome =
  ({ readonly outcome: 'claimed' } & KeySetClaim) | { readonly outcome: 'too_soon' | 'under_way' | 'no_uri' | 'unknown_client' };

/** The stored key sets. One statement decides each method. */
export interface ClientKeySets {
  /**
   * At most one claim per client and minute over all replicas (OUT-5). `under_way` while the claim of somebody else is a few
   * seconds old and has no result.
   */
  claim(clientId: ClientId): Promise<KeySetClaimOutcome>;
  /** Claims sets whose time has come: never fetched, an hour old, failed five minutes ago, or named in `early`. */
  claimDue(limit: number, early: readonly ClientId[]): Promise<readonly KeySetClaim[]>;
  /** `superseded`: the client has another `jwks_uri` by now, or a later claim was given; nothing is stored. */
  store(claim: KeySetClaim, keys: readonly PublicJwk[]): Promise<'refreshed' | 'unchanged' | 'superseded'>;
  /** Remembers why, for the operator. The keys stay. */
  recordFailure(claim: KeySetClaim, failure: string): Promise<void>;
}

/** What came from a `jwks_uri`. */
export type FetchedKeySet =
  | { readonly outcome: 'fetched'; readonly value: unknown; readonly freshSeconds: number }
  /** `why` is shown to the operator: bounded words of ours, nothing of what the other side sent. */
  | { readonly outcome: 'failed'; readonly why: string };

/** The other side of `jwks_uri`. Never rejects for what the other side does. */
export interface KeySetSource {
  fetch(jwksUri: string): Promise<FetchedKeySet>;
}

/** What a refresh needs. */
export interface KeySetPorts {
  readonly keySets: ClientKeySets;
  readonly source: KeySetSource;
}

/** What became of a refresh; `freshSeconds` says when to come again. */
export type KeySetRefresh =
  | { readonly outcome: 'refreshed' | 'unchanged'; readonly freshSeconds: number }
  | { readonly outcome: 'failed' | 'too_soon' | 'under_way' | 'no_uri' | 'unknown_client' };

/** Fetches the key set of one client, unless somebody did within the last minute. */
export async function refreshClientKeySet(clientId: ClientId, ports: KeySetPorts): Promise<KeySetRefresh> {
  const claim = await ports.keySets.claim(clientId);
  return claim.outcome === 'claimed' ? await fetchClaimed(claim, ports) : { outcome: claim.outcome };
}

/**
 * Fetches under a claim. A set with a dangerous fault counts as a failed fetch (OUT-5: the good keys stay until their time); a
 * valid set without any key for us is stored, because withdrawing its keys is what a client does after a theft.
 */
export async function fetchClaimed(claim: KeySetClaim, { keySets, source }: KeySetPorts): Promise<KeySetRefresh> {
  const fetched = await source.fetch(claim.jwksUri);
  if (fetched.outcome === 'failed') return await failed(claim, fetched.why, keySets);
  const { keys, faults } = parseClientKeySet(fetched.value);
  const fault = faults.find((one) => one.scope === 'set');
  if (fault !== undefined) return await failed(claim, fault.message, keySets);
  const outcome = await keySets.store(claim, keys);
  return outcome === 'superseded' ? { outcome: 'failed' } : { outcome, freshSeconds: fetched.freshSeconds };
}

async function failed(claim: KeySetClaim, why: string, keySets: ClientKeySets): Promise<KeySetRefresh> {
  await keySets.recordFailure(claim, why);
  return { outcome: 'failed' };
}
