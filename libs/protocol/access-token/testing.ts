import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { type Clock, authorityOver, type ClientId, type GrantId, type IssuerSignatureAlgorithm, type KeyId, type ResourceIdentifier } from '@tessera/vocabulary';
import type { ResourceMetadata } from '../client/index.js';
import { resource } from '../client/testing.js';
import type { PublishedJwk } from '../key-lease/index.js';
import type { AccessTokenFacts, IssuingPorts, NewOpaqueAccessToken, OpaqueAccessTokens, StatelessIssuance, TokenValues } from './access-token.js';
import type { Entitlement, UserGrant } from './entitlement.js';
import type { AccessTokenVerifier } from './verify-access-token.js';
import { freshKeyPairSync } from '../../jose/src/key-pair/index.js';

/** A moment every test of this feature stands at. */
export const NOW = 1_700_000_000;
/** The issuer under test. */
export const ISSUER = 'https://as.example.com';

/** What client_credentials entitles the example client to. */
export function entitlement(overrides: Partial<Record<keyof Entitlement, unknown>> = {}): Entitlement {
  return {
    clientId: 's6BhdRkqt3' as ClientId,
    subject: { kind: 'client', id: 's6BhdRkqt3' },
    grantId: null,
    actor: null,
    sourceGrant: null,
    authority: authorityOver(['orders.read', 'orders.write'], ['https://api.example.com/orders']),
    resource: 'https://api.example.com/orders' as ResourceIdentifier,
    lifetimeSeconds: 600,
    confirmation: null,
    ...overrides,
  } as Entitlement;
}

/** The grant of the examples. */
export const GRANT_ID = '0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01' as GrantId;

/** What a person allowed the example client. */
export function userGrant(overrides: Partial<Record<keyof UserGrant, unknown>> = {}): UserGrant {
  return {
    grantId: GRANT_ID,
    clientId: 's6BhdRkqt3',
    subject: 'usr_2iv3d3YcSTm1vE7vTzrWlA',
    authority: authorityOver(['openid', 'profile', 'email'], []),
    offline: false,
    confirmation: null,
    sid: 'qGZ1nJ0Yx7w',
    authTime: NOW - 30,
    acr: '1',
    amr: ['pwd'],
    nonce: 'n-0S6_WzA2Mj',
    idTokenClaims: {},
    ...overrides,
  } as UserGrant;
}

/** The facts of a token the example client holds. */
export function facts(overrides: Partial<Record<keyof AccessTokenFacts, unknown>> = {}): AccessTokenFacts {
  return {
    jti: 'JjnqVCtBMbEbCXcs2cDkPw',
    clientId: 's6BhdRkqt3',
    subject: 's6BhdRkqt3',
    audience: ['https://api.example.com/orders'],
    scope: ['orders.read'],
    issuedAt: NOW - 60,
    expiresAt: NOW + 540,
    grantId: null,
    confirmation: null,
    ...overrides,
  } as AccessTokenFacts;
}

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  constructor(public now: number = NOW) {}
  epochSeconds(): number {
    return this.now;
  }
  monotonicMs(): number {
    return this.now * 1000;
  }
}

/** Values that can be told apart in a test: numbered, of the length of real ones. */
export class NumberedTokenValues implements TokenValues {
  private count = 0;
  jti(): string {
    return this.next(22);
  }
  handle(): string {
    return this.next(43);
  }
  private next(length: number): string {
    this.count += 1;
    return String(this.count).padStart(length, 'v');
  }
}

/** Keeps what was inserted and recorded. */
export class InMemoryIssuance implements OpaqueAccessTokens, StatelessIssuance {
  readonly opaque: NewOpaqueAccessToken[] = [];
  readonly stateless: Parameters<StatelessIssuance['issued']>[0][] = [];
  insert(token: NewOpaqueAccessToken): Promise<void> {
    this.opaque.push(token);
    return Promise.resolve();
  }
  issued(token: Parameters<StatelessIssuance['issued']>[0]): void {
    this.stateless.push(token);
  }
}

/** One ES256 key of the issuer, by plain node:crypto. */
export class TestIssuerKey {
  private readonly privateKey: KeyObject;
  readonly jwk: PublishedJwk;

  constructor(kid = 'issuer-1') {
    const { privateKey, publicKey } = freshKeyPairSync('ec', { namedCurve: 'P-256' });
    this.privateKey = privateKey;
    this.jwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' } as PublishedJwk;
  }

  sign(algorithm: IssuerSignatureAlgorithm, typ: string, claims: Readonly<Record<string, unknown>>): { token: string; kid: KeyId } {
    return { token: this.signWith({ alg: algorithm, typ, kid: this.jwk.kid }, claims), kid: this.jwk.kid };
  }

  /** A JWS with any header: for tokens this issuer would never make. */
  signWith(header: Readonly<Record<string, unknown>>, claims: Readonly<Record<string, unknown>>): string {
    const input = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${input}.${sign('sha256', Buffer.from(input), { key: this.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  }
}

/** Verifies tokens of the given published keys. */
export function verifierOf(keys: readonly PublishedJwk[], clock: Clock = new ManualClock()): AccessTokenVerifier {
  return {
    issuer: ISSUER,
    clock,
    decode: (compact) => {
      try {
        const [header, claims] = compact.split('.').slice(0, 2).map((part): unknown => JSON.parse(Buffer.from(part, 'base64url').toString()));
        return { header: header as Record<string, unknown>, claims: claims as Record<string, unknown> };
      } catch {
        return null;
      }
    },
    findKey: (kid) => Promise.resolve(keys.find((key) => key.kid === kid) ?? null),
    verifySignature: (compact, key) => {
      const dot = compact.lastIndexOf('.');
      const publicKey = { key: createPublicKey({ key: key as never, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const;
      return verify('sha256', Buffer.from(compact.slice(0, dot)), publicKey, Buffer.from(compact.slice(dot + 1), 'base64url'));
    },
  };
}

/** Everything issuing needs, over a list of resources. */
export function issuingPorts(resources: readonly ResourceMetadata[] = [resource()]): IssuingPorts & { readonly key: TestIssuerKey; readonly issuance: InMemoryIssuance } {
  const key = new TestIssuerKey();
  const issuance = new InMemoryIssuance();
  return {
    issuer: ISSUER,
    resources: { find: (identifier) => Promise.resolve(resources.find((one) => one.identifier === identifier) ?? null) },
    signer: key,
    values: new NumberedTokenValues(),
    opaqueAccessTokens: issuance,
    statelessIssuance: issuance,
    clock: new ManualClock(),
    key,
    issuance,
  };
}

/** SHA-256 of a text, as a table would hold it. */
export function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
