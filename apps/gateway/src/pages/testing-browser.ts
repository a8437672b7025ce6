import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { RunningEdge } from '../testing.js';
import { freePort } from './testing.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Chromium over a gateway that listens at its own issuer. */
export class BrowsedEdge {
  private constructor(
    readonly edge: RunningEdge,
    readonly origin: string,
    private readonly browser: Browser,
  ) {}

  /** @param executablePath the browser; TESSERA_CHROMIUM names it where it is not in its usual place. */
  static async start(executablePath = '/usr/bin/chromium'): Promise<BrowsedEdge> {
    const port = await freePort();
    const origin = `http://localhost:${port}`;
    const edge = await RunningEdge.start({ issuer: origin }, port);
    // The sandbox of Chromium does not start as root, which is what containers that run tests are.
    const args = ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
    return new BrowsedEdge(edge, origin, await chromium.launch({ executablePath, args }));
  }

  /** A fresh profile. */
  open(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    return this.browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.edge.close();
  }
}

/** What axe-core finds on a page (WCAG 2.2 A and AA, and best practices), a line for each element. */
export async function findings(page: Page): Promise<string[]> {
  const violations = await page.evaluate(`${AXE}; axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) => violations)`);
  return (violations as { id: string; nodes: { html: string; failureSummary: string }[] }[]).flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
  );
}

/** A client on another origin: remembers what reaches its redirect URI. */
export class FakeClient {
  readonly received: { method: string; url: string; body: string }[] = [];
  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeClient> {
    const server = createServer();
    const client = new FakeClient(server);
    server.on('request', async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      if (request.url?.startsWith('/cb') === true) client.received.push({ method: request.method ?? '', url: request.url, body });
      response.end('<!doctype html><title>Client</title><p>Back at the client');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return client;
  }

  get origin(): string {
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
