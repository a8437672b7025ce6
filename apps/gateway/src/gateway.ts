import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { nestLogger } from '@tessera/observability';
import { CONNECTIONS_MAX, CONNECTIONS_PER_SOURCE_MAX } from '@tessera/vocabulary';
import { gatewayModule } from './gateway.module.js';
import type { GatewayParts } from './gateway-parts.js';
import { gatewayProviders } from './gateway-providers.js';
import { type Drain, httpAdapter } from './http/http-server.js';
import {
  ClientErrors,
  ConnectionCap,
  type EdgePolicy,
  hostsOf,
  OAuthErrorFilter,
  publishedSurface,
  RefusalRecord,
  RequestMetrics,
} from './http/index.js';
import { PageRequests } from './limits/page-requests.js';
import { Pages, STYLE_SHEET_NAME } from './pages/index.js';

/** Milliseconds a stop leaves clients to finish with their kept connections before idle ones are closed. */
const DRAIN_MS = 1_000;
const DRAIN_CHECK_MS = 20;
/** Milliseconds without a connection after which nobody is on the way: a client whose connection was closed opens its next at once. */
const DRAIN_QUIET_MS = 200;

/** The public HTTP side of the provider while it runs. */
export class Gateway {
  private constructor(
    private readonly app: NestFastifyApplication,
    private readonly connections: ConnectionCap,
    private readonly drain: Drain,
  ) {}

  /** Builds the edge and listens. @throws when the address is taken or not ours. */
  static async listen(parts: GatewayParts, host: string, port: number): Promise<Gateway> {
    const requests = new PageRequests(parts.pagesPerMinute, parts.sharedCounts, parts.clock);
    const policy: EdgePolicy = {
      issuer: parts.issuer,
      hosts: hostsOf(parts.issuer, parts.allowedHosts),
      surface: publishedSurface(parts.issuer, STYLE_SHEET_NAME, parts.features),
      proxies: parts.proxies,
      secondsToWait: (source, method) => requests.secondsToWait(source, method),
      newCallContext: (budgetMs) => parts.newCallContext(budgetMs),
    };
    const record = new RefusalRecord(parts.logger, parts.metrics);
    const drain: Drain = { active: false };
    const adapter = httpAdapter(policy, {
      errors: new ClientErrors(policy, record),
      metrics: new RequestMetrics(parts.metrics),
      tls: parts.tls,
      drain,
    });
    const pages = new Pages(parts.issuer);
    const app = await NestFactory.create<NestFastifyApplication>(gatewayModule(gatewayProviders(parts, pages, record)), adapter, {
      logger: nestLogger(parts.logger),
      bodyParser: false,
      abortOnError: false,
    });
    app.useGlobalFilters(new OAuthErrorFilter(parts.issuer, record, pages));
    const connections = countConnections(app, parts);
    await app.init();
    // Not `app.listen`, which writes an error line of its own before it throws.
    await adapter.getInstance().listen({ port, host });
    return new Gateway(app, connections, drain);
  }

  /** The port, which the system chose when 0 was asked for. */
  get port(): number {
    const address: AddressInfo | string | null = this.app.getHttpServer().address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** The limits in time the server really has. */
  get timeouts(): { readonly headersMs: number; readonly requestMs: number; readonly keepAliveMs: number } {
    const { headersTimeout, requestTimeout, keepAliveTimeout } = this.app.getHttpServer();
    return { headersMs: headersTimeout, requestMs: requestTimeout, keepAliveMs: keepAliveTimeout };
  }

  /**
   * Ends without losing an answer (REL-5): answers close their connections from now on, then the listener closes and what is
   * in flight is finished.
   */
  async close(): Promise<void> {
    this.drain.active = true;
    const until = performance.now() + DRAIN_MS;
    for (let busyAt = performance.now(); performance.now() < Math.min(until, busyAt + DRAIN_QUIET_MS); ) {
      if (this.connections.connections > 0) busyAt = performance.now();
      await new Promise((resolve) => setTimeout(resolve, DRAIN_CHECK_MS));
    }
    await this.app.close();
  }
}

function countConnections(app: NestFastifyApplication, parts: GatewayParts): ConnectionCap {
  const dropped = parts.metrics.counter('http_connections_dropped_total', 'Connections above the cap of their source.', []);
  const connections = new ConnectionCap(parts.connectionsPerSource ?? CONNECTIONS_PER_SOURCE_MAX, parts.proxies, () => dropped.inc());
  const server = app.getHttpServer();
  server.maxConnections = CONNECTIONS_MAX;
  connections.watch(server);
  return connections;
}
