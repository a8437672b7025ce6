import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger, Metrics } from '@tessera/observability';
import { type Check, type CheckReport, lookAt } from './check.js';

/** What `/startupz` says between two dependencies. */
const STARTING = 'start';

/** Where a process is in its life; `/startupz` and `/readyz` follow from it. */
type LifeStage = 'starting' | 'serving' | 'draining';

/**
 * The operations port: `/livez`, `/readyz`, `/startupz`, `/metrics` (EDG-10: apart from the public one).
 *
 * Liveness looks at nothing but the event loop that answers it: a dependency that is away must not restart the fleet (I11).
 */
export class OpsServer {
  private stage: LifeStage = 'starting';
  private waitingFor = STARTING;
  private checks: readonly Check[] = [];
  private readonly server: Server;

  constructor(
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        this.logger.error('the operations port cannot answer', { error });
        respond(response, 500, { error: 'unexpected' });
      });
    });
  }

  /** Listens; resolves with the port, which the system chose when 0 was asked for. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.off('error', reject);
        // A connection that cannot be accepted, for want of file descriptors, is no reason to end the process.
        this.server.on('error', (error) => this.logger.warn('the operations port refused a connection', { error }));
        resolve(portOf(this.server.address(), port));
      });
    });
  }

  /** While starting: shows the operator who reads `/startupz` what the process is waiting for, until it is there. */
  async whileWaiting<Result>(what: string, wait: () => Promise<Result>): Promise<Result> {
    this.waitingFor = what;
    try {
      return await wait();
    } finally {
      this.waitingFor = STARTING;
    }
  }

  /** The process serves from now on; readiness follows the checks. */
  serve(checks: readonly Check[]): void {
    this.checks = checks;
    this.stage = 'serving';
  }

  /** Readiness goes red so that nothing new is routed here. */
  drain(): void {
    this.stage = 'draining';
  }

  /** Stops listening and lets go of every connection. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer({ method, url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return respond(response, 405, { error: 'method not allowed' });
    }
    switch (url.split('?', 1)[0]) {
      case '/livez':
        return respond(response, 200, { alive: true });
      case '/startupz':
        return this.stage === 'starting'
          ? respond(response, 503, { started: false, waitingFor: this.waitingFor })
          : respond(response, 200, { started: true });
      case '/readyz': {
        const report = await this.readiness();
        return respond(response, report.ready ? 200 : 503, { stage: this.stage, ...report });
      }
      case '/metrics': {
        const exposition = await this.metrics.exposition();
        response.writeHead(200, { 'content-type': this.metrics.contentType });
        response.end(exposition);
        return;
      }
      default:
        return respond(response, 404, { error: 'not found' });
    }
  }

  private async readiness(): Promise<CheckReport> {
    if (this.stage === 'starting') return { ready: false, checks: { [this.waitingFor]: 'failed' } };
    const report = await lookAt(this.checks);
    return { ...report, ready: report.ready && this.stage === 'serving' };
  }
}

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function portOf(address: AddressInfo | string | null, asked: number): number {
  return typeof address === 'object' && address !== null ? address.port : asked;
}
