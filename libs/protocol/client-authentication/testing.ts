import assert from 'node:assert/strict';
import { createHmac, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import type { Clock } from '@tessera/vocabulary';
import type { ClientMetadata, PublicJwk } from '../client/index.js';
import {
  type AssertionSignatures,
  clientAuthenticationPolicy,
  type ClientAuthenticationPolicy,
  type ClientAuthenticationPorts,
  type DecodedJws,
  type ReplayLedger,
  type Spending,
} from './client-authentication.js';
import { freshKeyPairSync } from '../../jose/src/key-pair/index.js';

/** A moment every test of this feature stands at. */
export const NOW = 1_700_000_000;
/** The server under test. */
export const POLICY: ClientAuthenticationPolicy = clientAuthenticationPolicy('https://as.example.com', 'token');
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
  const { privateKey, publicKey } = freshKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid } as PublicJwk };
}

/** A fresh RSA key. */
export function rsaAssertionKey(kid: string): AssertionKey {
  const { privateKey, publicKey } = freshKeyPairSync('rsa', { modulusLength: 2048 });
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

/** Seconds ahead of its own clock that the ledger remembers. */
const REMEMBERED_SECONDS = 600;

/** Single use within one process; several instances over one set are several processes over one table. */
export class InMemoryReplayLedger implements ReplayLedger {
  /** Seconds the ledger's clock is ahead of the one it was given. */
  aheadSeconds = 0;

  constructor(
    private readonly spent = new Set<string>(),
    private readonly clock: Pick<Clock, 'epochSeconds'> = new ManualClock(),
  ) {}

  spend(digest: Uint8Array, expiresAt: number): Promise<Spending> {
    const now = this.clock.epochSeconds() + this.aheadSeconds;
    if (expiresAt < now - 1) return Promise.resolve('past');
    if (expiresAt >= now + REMEMBERED_SECONDS) return Promise.resolve('beyond');
    const entry = Buffer.from(digest).toString('hex');
    const first = !this.spent.has(entry);
    this.spent.add(entry);
    return Promise.resolve(first ? 'spent' : 'replayed');
  }

  get size(): number {
    return this.spent.size;
  }
}

/** Ports over a list of clients; `sealed:x` opens to `x`, anything else not at all; `onRefresh` may replace a client's keys. */
export function authenticationPorts(
  clients: readonly ClientMetadata[],
  options: { readonly onRefresh?: (clientId: string, replace: (client: ClientMetadata) => void) => void } = {},
): ClientAuthenticationPorts & { readonly replay: InMemoryReplayLedger; readonly clock: ManualClock; readonly refreshed: readonly string[]; readonly looked: readonly string[] } {
  const registered = new Map<string, ClientMetadata>(clients.map((one) => [one.clientId, one]));
  const refreshed: string[] = [];
  const looked: string[] = [];
  const clock = new ManualClock();
  return {
    clients: {
      find: (clientId) => {
        looked.push(clientId);
        return Promise.resolve(registered.get(clientId) ?? null);
      },
    },
    secrets: { open: (sealed) => Promise.resolve(sealed.startsWith('sealed:') ? sealed.slice('sealed:'.length) : null) },
    keySets: {
      refresh: (clientId) => {
        refreshed.push(clientId);
        options.onRefresh?.(clientId, (client) => registered.set(client.clientId, client));
        return Promise.resolve();
      },
    },
    replay: new InMemoryReplayLedger(new Set(), clock),
    signatures: testSignatures,
    clock,
    refreshed,
    looked,
  };
}

/** One process over the ledger under test, and the time there. */
export type OpenLedger = () => Promise<{ readonly ledger: ReplayLedger; readonly now: number }>;

const entry = (text: string) => hash('sha256', text, 'buffer');

/** What every replay ledger must do (CLI-7, I1). `open` gives one more process over the same store, which is empty at first. */
export const REPLAY_LEDGER_LAWS: readonly { readonly title: string; check(open: OpenLedger): Promise<void> }[] = [
  {
    title: 'lets an entry in once, and others beside it',
    async check(open) {
      const { ledger, now } = await open();
      assert.equal(await ledger.spend(entry('once'), now + 60), 'spent');
      assert.equal(await ledger.spend(entry('once'), now + 60), 'replayed');
      assert.equal(await ledger.spend(entry('another'), now + 60), 'spent');
    },
  },
  {
    title: 'MUST have exactly one winner among 40 in parallel, in two processes',
    async check(open) {
      const processes = [await open(), await open()];
      const racing = Array.from({ length: 20 }, () => processes.map(({ ledger, now }) => ledger.spend(entry('raced'), now + 60))).flat();
      const outcomes = await Promise.all(racing);
      assert.equal(outcomes.filter((one) => one === 'spent').length, 1);
      assert.equal(outcomes.filter((one) => one === 'replayed').length, 39);
    },
  },
  {
    title: 'keeps its answer through a restart',
    async check(open) {
      const before = await open();
      assert.equal(await before.ledger.spend(entry('restart'), before.now + 60), 'spent');
      const after = await open();
      assert.equal(await after.ledger.spend(entry('restart'), before.now + 60), 'replayed');
    },
  },
  {
    title: 'judges many entries of one turn each by itself',
    async check(open) {
      const { ledger, now } = await open();
      const wanted = Array.from({ length: 30 }, (_, i) => ledger.spend(entry(`turn ${i % 20}`), now + 60));
      assert.equal((await Promise.all(wanted)).filter((one) => one === 'spent').length, 20);
    },
  },
  {
    title: 'MUST tell what its clock does not let it take from what was presented before',
    async check(open) {
      const { ledger, now } = await open();
      const outcomes = [now - 3_600, now - 5, now + 60, now + 60, now + 700, now + 86_400].map((expiry) => ledger.spend(entry('by its time'), expiry));
      assert.deepEqual(await Promise.all(outcomes), ['past', 'past', 'spent', 'replayed', 'beyond', 'beyond']);
    },
  },
];
