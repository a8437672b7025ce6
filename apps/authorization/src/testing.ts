import { createHash, randomUUID } from 'node:crypto';
import { freshKeyPairSync } from '@tessera/jose/key-pair';
import { type ApplyDeclaration, ClientChanged, type EventContract } from '@tessera/contracts';
import { loadStatements, Queries } from '@tessera/database';
import { prismaForAuthorization } from '@tessera/database/prisma';
import { sealTo } from '@tessera/jose/seal';
import { silentLogger } from '@tessera/observability';
import type { OutboundHttp, OutboundOutcome } from '@tessera/outbound-http';
import type { ClientMetadata } from '@tessera/protocol/client';
import type { SealingKey } from '@tessera/protocol/key-lease';
import { KeyId, systemClock } from '@tessera/vocabulary';
import type pg from 'pg';
import type { z } from 'zod';
import { authorizationParts } from './authorization-parts.js';

/** A secret that passes every rule. */
export const SECRET = 'Zk3y0bS0mP1Q9c7Jv5x2LwT8rN4uEiAo';
/** Another one. */
export const OTHER_SECRET = 'q7HcV2nXbE5tKfL9sYwA1dRzU6mJgP3o';

/** What a secret is stored as. */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Who applies in specs. */
export const ACTOR = { kind: 'operator' as const, name: 'ada' };

/** A `client-secret` key pair as key-management leases and publishes it. */
export function clientSecretKey(kid: string) {
  const { privateKey, publicKey } = freshKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
  return {
    sealing: { purpose: 'client-secret', kid, jwk: { kty, crv, x, y } } as SealingKey,
    opening: { kid, jwk: privateKey.export({ format: 'jwk' }) as Record<string, unknown> },
  };
}

/** What the issuer signs with in specs. */
export const SIGNING_KEY = { kid: KeyId.parse('sig-1'), algorithm: 'RS256' as const, ...freshKeyPairSync('rsa', { modulusLength: 2_048 }) };

/** The keys of the process: the first is the active one. */
export class FakeKeys {
  keys = [clientSecretKey('cs-1')];
  renewed = 0;

  openingKeys = () => this.keys.map((key) => key.opening);
  renewNow = () => void (this.renewed += 1);
  refreshNow = () => undefined;
  readonly valid = true;
  signingKey = () => SIGNING_KEY;
  macKeys = (): [{ secret: Buffer }] => [{ secret: Buffer.alloc(32, 7) }];
  find = () => Promise.resolve(null);
  sealingKey = (): SealingKey => {
    const [active] = this.keys;
    if (active === undefined) throw new Error('there is no key');
    return active.sealing;
  };

  /** As the command line seals. */
  seal(clientId: string, secret: string): string {
    return sealTo(this.sealingKey(), { clientId, secret });
  }
}

/** Answers of other hosts by URL. */
export class FakeHosts implements Pick<OutboundHttp, 'send'> {
  readonly asked: string[] = [];
  readonly answers = new Map<string, OutboundOutcome>();

  /** A key set at a URL. */
  keySet(url: string, keys: readonly object[], headers: Record<string, string> = {}): void {
    this.answers.set(url, {
      outcome: 'answered',
      status: 200,
      body: new TextEncoder().encode(JSON.stringify({ keys })),
      headers,
    });
  }

  async send({ url }: { readonly url: string }): Promise<OutboundOutcome> {
    this.asked.push(url);
    return this.answers.get(url) ?? { outcome: 'failed', fault: 'timeout' };
  }
}

/** The service over a real database, with everything around it faked. Signing in knows the clients a test gives. */
export function authorizationOn(pool: pg.Pool, clients: readonly ClientMetadata[] = []) {
  const keys = new FakeKeys();
  const hosts = new FakeHosts();
  const announced: number[] = [];
  const publish = (event: EventContract, payload: unknown) => {
    if (event === ClientChanged) announced.push(ClientChanged.payload.parse(payload).number);
  };
  const queries = new Queries(pool, loadStatements('authorization'));
  const parts = authorizationParts({
    queries,
    prisma: prismaForAuthorization(pool),
    directory: { client: (clientId) => Promise.resolve(clients.find((one) => one.clientId === clientId) ?? null), resource: () => Promise.resolve(null), pollNow: () => undefined },
    services: { publish, call: () => Promise.reject(new Error('nothing is asked of others here')) },
    http: hosts,
    lease: keys,
    publishedKeys: keys,
    policy: { issuer: 'https://as.example.com', sessions: { idleSeconds: 1_000, lifetimeSeconds: 5_000 }, requirePushed: false, fetchRequestUris: false, authenticatorTrusted: true, pushedRequestLifetimeSeconds: 90, registration: { mode: 'token', responseTypes: ['code'], requireProofKey: true, unusedSeconds: 3_600 }, pepper: Buffer.alloc(32) },
    clock: systemClock,
    logger: silentLogger,
  });
  return { ...parts, queries, keys, hosts, announced };
}

/** An apply request: a test states only what matters to it. */
export function applyRequest(
  overrides: Partial<z.output<typeof ApplyDeclaration.request>> = {},
): z.output<typeof ApplyDeclaration.request> {
  return { actor: ACTOR, dryRun: false, prune: false, agreedPlan: null, resources: [], clients: [], users: [], teams: [], ...overrides };
}

/** A rotation request. */
export function rotation(clientId: string, overrides: object = {}) {
  return {
    actor: ACTOR,
    clientId,
    digest: digestOf(OTHER_SECRET),
    sealed: null,
    overlapSeconds: 3_600,
    idempotencyKey: randomUUID(),
    ...overrides,
  };
}
