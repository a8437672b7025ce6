import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AUTHORIZATION_DELIVERIES, DEVICE_CIBA_DELIVERIES, type RequestContract } from '@tessera/contracts';
import type { ServiceClient } from '@tessera/messaging/calling';
import type { OutboundHttp, OutboundOutcome, OutboundRequest } from '@tessera/outbound-http';
import { DeliveryDesk, deskKind, type DeliverySettlement, type Outbox } from '@tessera/protocol/delivery';
import { Outage } from '@tessera/vocabulary';

const PATIENCE_MS = 20_000;

/** A real redis-server on a port it keeps, with its data in a folder of its own. */
export class RedisServer {
  private child: ChildProcess | null = null;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await mkdtemp(path.join(tmpdir(), 'tessera-redis-')), await freePort());
    await server.restart();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async restart(): Promise<void> {
    const settings = { port: this.port, bind: '127.0.0.1', dir: this.folder, appendonly: 'yes', appendfsync: 'always', 'maxmemory-policy': 'noeviction' };
    const child = spawn('redis-server', Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]), { stdio: ['ignore', 'pipe', 'ignore'] });
    this.child = child;
    for await (const text of child.stdout ?? []) if (String(text).includes('Ready to accept connections')) break;
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child === null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Looks again until it is so; the milliseconds it took. */
export async function until(holds: () => boolean | Promise<boolean>, boundMs = PATIENCE_MS): Promise<number> {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > boundMs) throw new Error(`not so after ${boundMs} ms: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - began;
}


interface FakeRow {
  readonly id: string;
  readonly lane: string;
  attempts: number;
  claimId: string | null;
  nextAtMs: number;
  outcome: 'delivered' | 'given-up' | null;
}

/** An owner of deliveries that keeps its rows in memory and judges as the statements do; its leases are short. */
export class FakeOwner implements Pick<ServiceClient, 'call'> {
  readonly rows = new Map<string, FakeRow>();
  readonly settlements: DeliverySettlement[] = [];
  readonly asked: string[] = [];
  /** Which settlements get lost on their way. */
  loses: (settlement: DeliverySettlement) => boolean = () => false;
  private readonly desk: DeliveryDesk;

  constructor(public leaseMs: number) {
    this.desk = new DeliveryDesk({
      'backchannel-logout': deskKind({ outbox: this.outbox(), finish: ({ id, lane }) => ({ transport: 'http', url: `https://${lane}.example/`, headers: {}, body: id }) }),
    });
  }

  /** Writes a row that is due. */
  write(id: string, lane = 'client'): void {
    this.rows.set(id, { id, lane, attempts: 0, claimId: null, nextAtMs: performance.now(), outcome: null });
  }

  get open(): number {
    return [...this.rows.values()].filter((row) => row.outcome === null).length;
  }

  call = (async (contract: RequestContract, request: unknown): Promise<unknown> => {
    const { claim, settle, due } = AUTHORIZATION_DELIVERIES;
    // The other owner has nothing.
    if (contract === DEVICE_CIBA_DELIVERIES.due) return { due: [], backlog: [] };
    this.asked.push(contract.subject);
    if (contract === claim) return claim.reply.parse({ delivery: await this.desk.claim(claim.request.parse(request)) });
    if (contract === due) return due.reply.parse(await this.desk.due(due.request.parse(request)));
    if (contract !== settle) throw new Error(`${contract.subject} is not served here`);
    const settlement = settle.request.parse(request);
    if (this.loses(settlement)) throw new Outage('authorization', 'nobody answered');
    this.settlements.push(settlement);
    return settle.reply.parse(await this.desk.settle(settlement));
  }) as ServiceClient['call'];

  private outbox(): Outbox<FakeRow> {
    return {
      claim: async ({ row: id, attempt, claimId }) => {
        const row = this.rows.get(id);
        if (row === undefined || row.outcome !== null || row.attempts !== attempt - 1 || row.nextAtMs > performance.now()) return null;
        Object.assign(row, { attempts: attempt, claimId, nextAtMs: performance.now() + this.leaseMs });
        return row;
      },
      settle: async ({ row: id, claimId, outcome, retryInSeconds }) => {
        const row = this.rows.get(id);
        if (row === undefined || row.outcome !== null || (row.claimId !== claimId && outcome !== 'delivered')) return 'void';
        if (outcome === 'retry') row.nextAtMs = performance.now() + retryInSeconds * 1_000;
        else row.outcome = outcome;
        return outcome;
      },
      due: async (perLane) => {
        const due = [...this.rows.values()].filter((row) => row.outcome === null && row.nextAtMs <= performance.now());
        const place = new Map<string, number>();
        return due
          .filter(({ lane }) => (place.set(lane, (place.get(lane) ?? 0) + 1), (place.get(lane) ?? 0) <= perLane))
          .map(({ id, lane, attempts }) => ({ row: id, lane, attempt: attempts + 1 }));
      },
      backlog: async () => ({ waiting: this.open, oldestSeconds: 0 }),
      list: async () => [],
    };
  }
}

/** Receivers by host: what each does with a message, and what came. */
export class FakeReceivers implements Pick<OutboundHttp, 'send'> {
  readonly came: { readonly lane: string; readonly id: string }[] = [];
  readonly does = new Map<string, (id: string, n: number) => OutboundOutcome | Promise<OutboundOutcome>>();

  async send({ url, body: sent = '' }: OutboundRequest): Promise<OutboundOutcome> {
    const body = String(sent);
    const lane = new URL(url).hostname.replace('.example', '');
    this.came.push({ lane, id: body });
    const n = this.came.filter((one) => one.id === body).length;
    return (await this.does.get(lane)?.(body, n)) ?? answered(200);
  }

  /** How often each message came. */
  times(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { id } of this.came) counts[id] = (counts[id] ?? 0) + 1;
    return counts;
  }
}

/** An answer with this status. */
export function answered(status: number): OutboundOutcome {
  return { outcome: 'answered', status, body: new Uint8Array(), headers: {} };
}
