import { createHash, randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import { freshKeyPairSync } from '@tessera/jose/key-pair';
import {
  ApplyDeclaration,
  GetClient,
  ListClients,
  type RequestContract,
  RotateClientSecret,
  SealedClientSecret,
  SealedPassword,
} from '@tessera/contracts';
import type { ServiceClient } from '@tessera/messaging';
import { applyDeclaration, type OfferedPassword } from '@tessera/protocol/declaration';
import { InMemoryDeclaredState } from '@tessera/protocol/declaration/testing';
import type { SealingKey } from '@tessera/protocol/key-lease';
import { run } from './run.js';
import type { OperatorSession, Surroundings } from './surroundings.js';

/** The key client secrets are sealed to in tests, and the private part that opens them. */
export function sealingKeyPair() {
  const { privateKey, publicKey } = freshKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
  const sealing = { purpose: 'client-secret', kid: 'cs-1', jwk: { kty, crv, x, y } } as SealingKey;
  return { sealing, opening: { kid: 'cs-1', jwk: privateKey.export({ format: 'jwk' }) as Record<string, unknown> } };
}

type Answer = (request: unknown) => unknown;

/** A provider that answers by contract; every request is first parsed, every answer too, as on the bus. */
export function fakeServices(
  answers: ReadonlyMap<RequestContract, Answer>,
): Pick<ServiceClient, 'call'> & { readonly asked: unknown[] } {
  const asked: unknown[] = [];
  const call = async (contract: RequestContract, request: unknown) => {
    const parsed = contract.request.parse(JSON.parse(JSON.stringify(request)));
    asked.push(parsed);
    const answer = answers.get(contract);
    if (answer === undefined) throw new Error(`nobody answers ${contract.subject}`);
    return contract.reply.parse(JSON.parse(JSON.stringify(await answer(parsed))));
  };
  return { asked, call: call as ServiceClient['call'] };
}

/** Opens a sealed value: `openSealed` of the jose library, which only specs of this project may import. */
type Open = (sealed: string, keys: readonly ReturnType<typeof sealingKeyPair>['opening'][]) => unknown;

/** Authorization as far as declarations go: the real rules over clients in memory. */
export function fakeAuthorization(open: Open, state = new InMemoryDeclaredState()) {
  const { sealing, opening } = sealingKeyPair();
  const hashed: SealedPassword[] = [];
  const seals = {
    open: async (sealed: string, clientId: string) => {
      const payload = SealedClientSecret.parse(await open(sealed, [opening]));
      if (payload.clientId !== clientId) return { outcome: 'refused' as const, why: 'sealed for another client' };
      return { outcome: 'opened' as const, fingerprint: createHash('sha256').update(payload.secret).digest('base64url') };
    },
  };
  const passwords = {
    hash: async ({ sealed, requestId }: OfferedPassword, account: string) => {
      const payload = SealedPassword.parse(await open(sealed, [opening]));
      if (payload.account !== account || payload.rid !== requestId) return { outcome: 'refused' as const, why: 'sealed for somebody else' };
      hashed.push(payload);
      return { outcome: 'hashed' as const, hash: { hash: `hashed:${payload.secret}`, requestId, sealedUntil: payload.exp } };
    },
  };
  const apply: Answer = async (request) => {
    const { dryRun, prune, agreedPlan, ...declaration } = ApplyDeclaration.request.parse(request);
    const applied = await applyDeclaration(declaration, { dryRun, prune, agreedPlan }, { state, seals, passwords });
    const nothing = { plan: [], planDigest: null, changesOmitted: false, secretsInForce: [], passwordsInForce: [], problems: [] };
    if (applied.outcome === 'refused') return { ...nothing, ...applied };
    const { entries, secretsInForce, passwordsInForce } = applied.plan;
    return { ...nothing, outcome: applied.outcome, plan: entries, planDigest: applied.planDigest, secretsInForce, passwordsInForce };
  };
  return { state, sealing, opening, hashed, services: fakeServices(new Map<RequestContract, Answer>([[ApplyDeclaration, apply]])) };
}

/** Answers for the commands about single clients. */
export function fakeClients(client: Record<string, unknown> | null, rotation: Record<string, unknown> = {}) {
  const rotated = { outcome: 'rotated', previousExpiresAt: '2026-01-01T01:00:00.000Z', why: null, ...rotation };
  return fakeServices(
    new Map<RequestContract, Answer>([
      [GetClient, () => ({ client })],
      [ListClients, () => ({ clients: client === null ? [] : [client], next: null })],
      [RotateClientSecret, () => rotated],
    ]),
  );
}

/** What a command may touch, in memory, and what it left behind. */
export class FakeSurroundings implements Surroundings {
  readonly out: string[] = [];
  readonly err: string[] = [];
  readonly written = new Map<string, string>();
  readonly files = new Map<string, string>();
  environment: Record<string, string | undefined> = {};
  readonly actorName = 'ada';
  readonly randomBytes = (count: number): Uint8Array => randomBytes(count);
  readonly randomId = (): string => randomUUID();
  readonly pauses: number[] = [];
  readonly pause = async (milliseconds: number): Promise<void> => void this.pauses.push(milliseconds);
  answer: string | null = null;
  connections = 0;
  closed = 0;
  unwritable = false;

  constructor(private readonly session: Partial<OperatorSession> & Pick<OperatorSession, 'services'>) {}

  get terminal() {
    return {
      out: (line: string) => void this.out.push(...line.split('\n')),
      err: (line: string) => void this.err.push(...line.split('\n')),
      interactive: this.answer !== null,
      ask: async () => this.answer ?? '',
    };
  }

  /** Puts a file where commands find it. */
  file(name: string, text: string): this {
    this.files.set(path.resolve(name), text);
    return this;
  }

  readonly read = async (name: string): Promise<string> => {
    const text = this.written.get(name) ?? this.files.get(path.resolve(name));
    if (text === undefined) throw new Error('ENOENT');
    return text;
  };

  readonly writePrivately = async (name: string, text: string): Promise<void> => {
    if (this.unwritable) throw new Error('EACCES');
    this.written.set(name, text);
  };

  readonly connect = async (): Promise<OperatorSession> => {
    this.connections += 1;
    return {
      sealingKey: () => Promise.reject(new Error('no sealing key')),
      ...this.session,
      close: async () => void (this.closed += 1),
    };
  };

  run(...words: string[]) {
    return run(words, this);
  }
}

/** A declaration of one resource and one client with a secret. */
export const GOOD = `resources:
  - identifier: https://api.example.com/orders
    scope: orders.read orders.write
clients:
  - client_id: shop
    grant_types: [client_credentials]
    scope: orders.read
    resources: [https://api.example.com/orders]
`;

/** What makes a client useful, for {@link clientDeclaration}. */
export const USABLE = ['grant_types: [client_credentials]', 'scope: orders.read', 'resources: [https://api.example.com/orders]'];

/** {@link GOOD}, its client with other lines; the first of them is line 6. */
export function clientDeclaration(...lines: string[]): string {
  return `${GOOD.slice(0, GOOD.indexOf('clients:'))}clients:\n  - client_id: shop\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

/** Everything `tessera apply d.yaml` needs, with this text as the file. */
export function applying(open: Open, text: string, state?: InMemoryDeclaredState) {
  const authorization = fakeAuthorization(open, state);
  const session = { services: authorization.services, sealingKey: async () => authorization.sealing };
  return { at: new FakeSurroundings(session).file('d.yaml', text), authorization, state: authorization.state };
}
