import type { Confirmation, UserGrant } from '../access-token/index.js';

/** A symmetric key handles are derived with. */
export interface DerivationKey {
  readonly kid: string;
  readonly secret: Uint8Array;
}

/** The keys handles are derived with, the active one first. */
export interface DerivationKeys {
  /** Throws an Outage without a valid lease (decision 1). */
  keys(): readonly [DerivationKey, ...DerivationKey[]];
}

/** A family as it begins: the first refresh token of a grant, by its SHA-256 (GEN-5). */
export interface NewRefreshFamily {
  readonly tokenHash: Uint8Array;
  readonly grant: UserGrant;
  /** Seconds it lives without being used, and however often it is used (REF-6). The database's clock counts them. */
  readonly idleSeconds: number;
  readonly lifetimeSeconds: number;
}

/** One use of a refresh token, with everything the statement judges together. */
export interface RefreshTokenUse {
  readonly tokenHash: Uint8Array;
  readonly clientId: string;
  /** The key the client proved; null without one. */
  readonly confirmation: Confirmation | null;
  /** All of these must have been granted; empty asks for no less than everything. */
  readonly scope: readonly string[];
  readonly resources: readonly string[];
  readonly idleSeconds: number;
}

/** A successor to be: derived, not yet anybody's. */
export interface Successor {
  readonly tokenHash: Uint8Array;
  readonly derivationKid: string;
}

/**
 * Why a use had no effect. `retry`: the preceding generation within the window; the client has the successor that was derived with
 * this key. `reused`: the family has ended with this statement, or had before for that reason. Of the others nothing changed.
 */
export type RefusedUse =
  | { readonly outcome: 'retry'; readonly grant: UserGrant; readonly derivationKid: string }
  | { readonly outcome: 'reused' | 'foreign' | 'wrong_key' | 'ended' | 'scope' | 'resource' | 'unknown' };

/** Families of refresh tokens. Every decision is one statement by the database's clock. */
export interface RefreshFamilies {
  /** Begins a family. Resolves when it is committed (I2). */
  begin(family: NewRefreshFamily): Promise<void>;
  /** Replaces the current token by its successor: what was granted, or null for all but one of many callers. */
  rotate(use: RefreshTokenUse, successor: Successor): Promise<UserGrant | null>;
  /** Extends the idle time of the current token: what was granted, or null. */
  extend(use: RefreshTokenUse): Promise<UserGrant | null>;
  /** Says why a use had no effect, and ends the family when it was reuse (REF-4). */
  explain(use: RefreshTokenUse, retryWindowSeconds: number): Promise<RefusedUse>;
}
