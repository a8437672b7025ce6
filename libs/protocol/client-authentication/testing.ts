import { createHmac, createPublicKey, generateKeyPairSync, hash, type KeyObject, sign, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Clock } from '@tessera/vocabulary';
import type { ClientMetadata, PublicJwk } from '../client/index.js';
import type {
  AssertionSignatures,
  ClientAuthenticationPolicy,
  ClientAuthenticationPorts,
  DecodedJws,
  ReplayLedger,
} from './client-authentication.js';

/** A moment every test of this feature stands at. */
export const NOW = 1_700_000_000;
/** The server under test. */
export const POLICY: ClientAuthenticationPolicy = { issuer: 'https://as.example.com', tokenEndpoint: 'https://as.example.com/token' };
/** The secret of RFC 6749 §2.3.1's example client. */
export const SECRET = 'gX1fBat3bV';

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

/** The digest a registered secret is stored by. */
export function secretDigest(secret: string): string {
  return hash('sha256', secret, 'buffer').toString('base64url');
}

/** A Basic header; the parts are form-url-encoded as RFC 6749 §2.3.1 wants. */
export function basic(clientId: string, secret: string): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`).toString('base64')}`;
}

/** A signing key of a client with its public JWK. */
export interface AssertionKey {
  readonly privateKey: KeyObject;
  readonly jwk: PublicJwk;
}

/** A fresh P-256 key. */
export function assertionKey(kid: string): AssertionKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid } as PublicJwk };
}

/** A fresh RSA key. */
export function rsaAssertionKey(kid: string): AssertionKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid } as PublicJwk };
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The claims of a good assertion of this client; a member set to undefined is left out. */
export function assertionClaims(clientId: string, overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { iss: clientId, sub: clientId, aud: POLICY.issuer, exp: NOW + 60, iat: NOW, jti: 'bWuo6V2eHyE', ...overrides };
}

/** A compact JWS, ES256 by the key unless the header says RS256. */
export function signed(key: AssertionKey, claims: Readonly<Record<string, unknown>>, header: Readonly<Record<string, unknown>> = {}): string {
  const input = `${encoded({ alg: 'ES256', kid: key.jwk.kid, ...header })}.${encoded(claims)}`;
  return `${input}.${sign('sha256', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** A compact JWS with an HS256 MAC. */
export function authenticated(secret: string, claims: Readonly<Record<string, unknown>>, header: Readonly<Record<string, unknown>> = {}): string {
  const input = `${encoded({ alg: 'HS256', ...header })}.${encoded(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** ES256, RS256 and HS256 by plain node:crypto; enough to judge the feature without the library it runs on. */
export const testSignatures: AssertionSignatures = {
  decode(compact): DecodedJws | null {
    const parts = compact.split('.');
    if (parts.length !== 3) return null;
    try {
      const [header, claims] = parts.slice(0, 2).map((part): unknown => JSON.parse(Buffer.from(part, 'base64url').toString()));
      return { header: header as Record<string, unknown>, claims: claims as Record<string, unknown> };
    } catch {
      return null;
    }
  },
  verifySignature(compact, key, algorithm): boolean {
    if (algorithm !== 'ES256' && algorithm !== 'RS256') return false;
    const [input, signature] = halves(compact);
    return verify('sha256', input, { key: createPublicKey({ key: key as never, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }, signature);
  },
  verifyMac(compact, secret, algorithm): boolean {
    const [input, mac] = halves(compact);
    return algorithm === 'HS256' && createHmac('sha256', secret).update(input).digest().equals(mac);
  },
};

function halves(compact: string): [Buffer, Buffer] {
  const dot = compact.lastIndexOf('.');
  return [Buffer.from(compact.slice(0, dot)), Buffer.from(compact.slice(dot + 1), 'base64url')];
}

/** Single use within one process; several instances over one set are several processes over one table. */
export class InMemoryReplayLedger implements ReplayLedger {
  constructor(private readonly spent = new Set<string>()) {}
  spend(digest: Uint8Array): Promise<boolean> {
    const entry = Buffer.from(digest).toString('hex');
    const first = !this.spent.has(entry);
    this.spent.add(entry);
    return Promise.resolve(first);
  }
  get size(): number {
    return this.spent.size;
  }
}

/** Ports over a list of clients; `sealed:x` opens to `x`; `onRefresh` may replace a client's keys. */
export function authenticationPorts(
  clients: readonly ClientMetadata[],
  options: { readonly onRefresh?: (clientId: string, replace: (client: ClientMetadata) => void) => void } = {},
): ClientAuthenticationPorts & { readonly replay: InMemoryReplayLedger; readonly clock: ManualClock; readonly refreshed: readonly string[]; readonly looked: readonly string[] } {
  const registered = new Map<string, ClientMetadata>(clients.map((one) => [one.clientId, one]));
  const refreshed: string[] = [];
  const looked: string[] = [];
  return {
    clients: {
      find: (clientId) => {
        looked.push(clientId);
        return Promise.resolve(registered.get(clientId) ?? null);
      },
    },
    secrets: { open: (sealed) => Promise.resolve(sealed.replace(/^sealed:/, '')) },
    keySets: {
      refresh: (clientId) => {
        refreshed.push(clientId);
        options.onRefresh?.(clientId, (client) => registered.set(client.clientId, client));
        return Promise.resolve();
      },
    },
    replay: new InMemoryReplayLedger(),
    signatures: testSignatures,
    clock: new ManualClock(),
    refreshed,
    looked,
  };
}

/** What every replay ledger must do (CLI-7, I1). `open` gives one more process over the same store. */
export function replayLedgerLaws(name: string, open: () => Promise<{ ledger: ReplayLedger; now: number }>): void {
  const entry = (text: string) => hash('sha256', `${name} ${text}`, 'buffer');

  describe(`CLI-7 the replay ledger ${name}`, () => {
    it('lets an entry in once, and others beside it', async () => {
      const { ledger, now } = await open();
      expect(await ledger.spend(entry('once'), now + 60)).toBe(true);
      expect(await ledger.spend(entry('once'), now + 60)).toBe(false);
      expect(await ledger.spend(entry('another'), now + 60)).toBe(true);
    });

    it('MUST have exactly one winner among 40 in parallel, in two processes', async () => {
      const [one, two] = [await open(), await open()];
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? one : two).ledger.spend(entry('raced'), one.now + 60)),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
    });

    it('keeps its answer through a restart', async () => {
      const before = await open();
      expect(await before.ledger.spend(entry('restart'), before.now + 60)).toBe(true);
      const after = await open();
      expect(await after.ledger.spend(entry('restart'), before.now + 60)).toBe(false);
    });

    it('judges many different entries of one turn each by itself', async () => {
      const { ledger, now } = await open();
      const wanted = Array.from({ length: 30 }, (_, i) => entry(`turn ${i % 20}`));
      const answers = await Promise.all(wanted.map((digest) => ledger.spend(digest, now + 60)));
      expect(answers.filter(Boolean)).toHaveLength(20);
    });
  });
}
