import { connect, type Socket } from 'node:net';
import { freshKeyPairSync } from '@tessera/jose/key-pair';
import { createLogger, Metrics } from '@tessera/observability';
import type { RequestContract } from '@tessera/contracts';
import { EndpointReply } from '@tessera/protocol/edge';
import type { z } from 'zod';
import type { SealingKey } from '@tessera/protocol/key-lease';
import { type Clock, KeyId, CLIENT_FAILURES_PER_MINUTE_DEFAULT, SOURCE_FAILURES_PER_MINUTE_DEFAULT, SOURCE_PAGES_PER_MINUTE_DEFAULT, SOURCE_REGISTRATIONS_PER_MINUTE_DEFAULT } from '@tessera/vocabulary';
import { Gateway } from './gateway.js';
import type { GatewayParts } from './gateway-parts.js';
import type { EndpointContract } from './http/endpoint-forwarder.js';
import type { OutgoingEdgeRequest } from './http/edge-request.js';
import type { Owners } from './http/owners.js';
import { trustedProxies } from './http/source-address.js';
import { HeldPolls } from './token/held-polls.js';

export const ISSUER = 'https://as.example.com';
export const TOKEN_REPLY: EndpointReply = {
  status: 200,
  body: { access_token: 'mF_9.B5f-4.1JqM', token_type: 'Bearer', expires_in: 600 },
  headers: {},
};

/** What the deployment of the tests switched on. */
export const FEATURES = { passwordGrant: true, requirePushedAuthorizationRequests: false, requestUri: false, clientRegistration: true, approvalCompletion: true };

const transport = freshKeyPairSync('ec', { namedCurve: 'P-256' });
/** Opens what the gateway sealed. */
export const OPENING_KEY = { kid: 'transport-1', jwk: transport.privateKey.export({ format: 'jwk' }) as Record<string, unknown> };
/** One signature key, and the key human secrets are sealed to. */
export const PUBLISHED = {
  jwks: () => ({ keys: [{ kty: 'EC', kid: 'kid-1', use: 'sig', alg: 'ES256' }] }),
  sealingKey: () => ({ kid: KeyId.parse('transport-1'), jwk: transport.publicKey.export({ format: 'jwk' }) as SealingKey['jwk'] }),
};

/** A clock that stands until it is told to move. */
export class StandingClock implements Clock {
  constructor(private ms = 1_000_000) {}
  epochSeconds(): number {
    return Math.floor(this.ms / 1_000);
  }
  monotonicMs(): number {
    return this.ms;
  }
  advance(ms: number): void {
    this.ms += ms;
  }
}

type Answer = (contract: EndpointContract, request: OutgoingEdgeRequest) => Promise<EndpointReply> | EndpointReply;

/** Where the answers to one contract are told. */
interface Answering<Request extends z.ZodType, Reply extends z.ZodType> {
  reply(answer: (request: z.output<Request>) => z.input<Reply> | Promise<z.input<Reply>>): void;
}

/** The owners of the endpoints: remembers what it was asked and answers as told; what is asked and answered fits the contracts. */
export class FakeOwners implements Owners {
  readonly asked: { subject: string; request: OutgoingEdgeRequest; requestId: string }[] = [];
  answer: Answer = () => TOKEN_REPLY;
  /** Answers of owners that are no endpoint's, by contract; without one it is the first example of the contract. */
  private readonly replies = new Map<RequestContract, (request: never) => unknown>();

  /** Tells how questions of a contract are answered from now on. */
  to<Request extends z.ZodType, Reply extends z.ZodType>(contract: RequestContract<Request, Reply>): Answering<Request, Reply> {
    return { reply: (answer) => void this.replies.set(contract, answer as (request: never) => unknown) };
  }

  forget(): void {
    this.asked.length = 0;
    this.replies.clear();
    this.answer = () => TOKEN_REPLY;
  }

  /** Every question of a contract, in the order they came. */
  questions<Request extends z.ZodType, Reply extends z.ZodType>(contract: RequestContract<Request, Reply>): z.output<Request>[] {
    return this.asked.filter(({ subject }) => subject === contract.subject).map(({ request }) => contract.request.parse(request));
  }

  async call(contract: RequestContract, request: unknown, context: { requestId: string }): Promise<never> {
    this.asked.push({ subject: contract.subject, request: request as OutgoingEdgeRequest, requestId: context.requestId });
    const answer = this.replies.get(contract);
    if (answer !== undefined) return contract.reply.parse(await answer(contract.request.parse(request) as never)) as never;
    if (contract.reply === EndpointReply) return (await this.answer(contract as EndpointContract, request as OutgoingEdgeRequest)) as never;
    return contract.reply.parse(contract.examples[0]?.reply) as never;
  }
}

/** A real gateway on a free port, with everything behind it faked, its log and its metrics to read. */
export class RunningEdge {
  private constructor(
    readonly gateway: Gateway,
    readonly owners: FakeOwners,
    readonly clock: StandingClock,
    readonly log: string[],
    private readonly metrics: Metrics,
  ) {}

  static async start(overrides: Partial<GatewayParts> = {}, port = 0): Promise<RunningEdge> {
    const owners = new FakeOwners();
    const clock = new StandingClock();
    const log: string[] = [];
    const metrics = new Metrics('gateway');
    let minted = 0;
    const gateway = await Gateway.listen(
      {
        issuer: ISSUER,
        allowedHosts: [],
        proxies: trustedProxies([]),
        tls: null,
        failureLimits: { perClient: CLIENT_FAILURES_PER_MINUTE_DEFAULT, perSource: SOURCE_FAILURES_PER_MINUTE_DEFAULT },
        pagesPerMinute: SOURCE_PAGES_PER_MINUTE_DEFAULT,
        registrationsPerMinute: SOURCE_REGISTRATIONS_PER_MINUTE_DEFAULT,
        sharedCounts: { add: () => {} },
        owners,
        published: PUBLISHED,
        heldPolls: new HeldPolls({ owners, wait: () => Promise.resolve(), monotonicMs: () => performance.now() }),
        features: FEATURES,
        clock,
        logger: createLogger({ process: 'gateway', instance: 'test', level: 'debug', destination: { write: (line) => void log.push(line) } }),
        metrics,
        newCallContext: (budgetMs) => {
          minted += 1;
          return { requestId: `request-${minted}`, traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`, deadline: performance.now() + budgetMs };
        },
        ...overrides,
      },
      '127.0.0.1',
      port,
    );
    return new RunningEdge(gateway, owners, clock, log, metrics);
  }

  get port(): number {
    return this.gateway.port;
  }

  /** As if nothing had been asked, told or logged yet: for specs that share an edge. */
  forget(): void {
    this.owners.forget();
    this.log.length = 0;
  }

  close(): Promise<void> {
    return this.gateway.close();
  }

  exposition(): Promise<string> {
    return this.metrics.exposition();
  }

  /** Resolves when that many lines were logged; a spec that waits in vain ends by its time limit. */
  async logged(count: number): Promise<void> {
    while (this.log.length < count) await new Promise((resolve) => setImmediate(resolve));
  }

  lines(): Record<string, unknown>[] {
    return this.log.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Sends bytes as they are on a connection of their own and reads until the server closes it. */
  raw(bytes: string | Buffer): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write(bytes));
      collect(socket).then(resolve, reject);
    });
  }

  /** One request with `Connection: close`; the header lines are written exactly as given. */
  send(method: string, target: string, headers: readonly string[] = [], body: string | Buffer = ''): Promise<RawAnswer> {
    const fields = headers.some((one) => /^host:/i.test(one)) ? headers : ['Host: as.example.com', ...headers];
    const length = body.length > 0 || method === 'POST' ? [`Content-Length: ${Buffer.byteLength(body)}`] : [];
    const chunked = headers.some((one) => /^transfer-encoding:/i.test(one));
    const head = [`${method} ${target} HTTP/1.1`, ...fields, ...(chunked ? [] : length), 'Connection: close', '', ''].join('\r\n');
    return this.raw(Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]));
  }

  /** A form to an endpoint. */
  form(path: string, body: string | Buffer, headers: readonly string[] = []): Promise<RawAnswer> {
    return this.send('POST', path, ['Content-Type: application/x-www-form-urlencoded', ...headers], body);
  }
}

/** An HTTP answer as it stood on the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly wire: string;
}

function collect(socket: Socket): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.once('error', (error) => (chunks.length > 0 ? resolve(parseAnswer(chunks)) : reject(error)));
    socket.once('close', () => resolve(parseAnswer(chunks)));
  });
}

function parseAnswer(chunks: readonly Buffer[]): RawAnswer {
  const wire = Buffer.concat(chunks).toString('latin1');
  const end = wire.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = wire.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return { status: Number(statusLine.split(' ')[1] ?? 0), headers, body: wire.slice(end + 4), wire };
}
