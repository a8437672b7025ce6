import type { Clock, EpochSeconds, GrantId, IssuerSignatureAlgorithm, KeyId } from '@tessera/vocabulary';
import type { GrantType, ResourceMetadata } from '../client/index.js';
import type { Confirmation, Entitlement, Subject } from './entitlement.js';

/** RFC 9068 §2.1. */
export const ACCESS_TOKEN_TYPE = 'at+jwt';

/** A token as it is said to the client, once. */
export interface IssuedAccessToken {
  readonly token: string;
  readonly lifetimeSeconds: number;
  readonly scope: readonly string[];
  /** What it is signed with; null for a handle. */
  readonly algorithm: IssuerSignatureAlgorithm | null;
}

/** Hears of each access token that was made, by what its client was granted it for: for counting, no record (decision 19). */
export type IssuanceCount<Granted = GrantType> = (granted: Granted, algorithm: IssuerSignatureAlgorithm | null) => void;

/** What a live access token says, whatever its format. */
export interface AccessTokenFacts {
  /** Public id of the token; for JWTs the `jti` claim. */
  readonly jti: string;
  readonly clientId: string;
  readonly subject: string;
  /** The resources it is for; the issuer itself is the userinfo endpoint. */
  readonly audience: readonly string[];
  readonly scope: readonly string[];
  readonly issuedAt: EpochSeconds;
  readonly expiresAt: EpochSeconds;
  /** The grant it lives with; null for the token of a client by itself. */
  readonly grantId: string | null;
  /** The key it is bound to; null for a bearer token. */
  readonly confirmation: Confirmation | null;
}

/** The declared resources, and the userinfo endpoint, whose identifier is the issuer's. */
export interface Resources {
  /** Null when there is no such resource. Throws an Outage when it cannot be known. */
  find(identifier: string): Promise<ResourceMetadata | null>;
}

/** Signs with the issuer's leased keys. */
export interface AccessTokenSigner {
  /** Throws an Outage without a valid lease (decision 1). */
  sign(algorithm: IssuerSignatureAlgorithm, typ: string, claims: Readonly<Record<string, unknown>>): { readonly token: string; readonly kid: KeyId };
}

/** Values nobody can guess, from the system's generator (GEN-3). */
export interface TokenValues {
  /** A `jti`: at least 128 bits, base64url. */
  jti(): string;
  /** An opaque handle: 256 bits, 43 characters base64url. */
  handle(): string;
}

/** A handle as it is stored: by its SHA-256 (GEN-5). Issue and expiry instants are the database's own (decision 5). */
export interface NewOpaqueAccessToken {
  readonly tokenHash: Uint8Array;
  readonly jti: string;
  readonly clientId: string;
  readonly subject: Subject;
  readonly grantId: GrantId | null;
  /** Its `resources` are the audience of the token. */
  readonly authority: Entitlement['authority'];
  readonly confirmation: Confirmation | null;
  readonly lifetimeSeconds: number;
}

/** Opaque access tokens. */
export interface OpaqueAccessTokens {
  /** Resolves when the row is committed; nothing may be said before (I2). */
  insert(token: NewOpaqueAccessToken): Promise<void>;
}

/** The record of tokens that leave no row (decision 19). */
export interface StatelessIssuance {
  issued(token: { readonly jti: string; readonly clientId: string; readonly scope: readonly string[]; readonly kid: string }): void;
}

/** Everything outside that issuing needs. */
export interface IssuingPorts {
  readonly issuer: string;
  readonly resources: Resources;
  readonly signer: AccessTokenSigner;
  readonly values: TokenValues;
  readonly opaqueAccessTokens: OpaqueAccessTokens;
  readonly statelessIssuance: StatelessIssuance;
  readonly clock: Clock;
}
