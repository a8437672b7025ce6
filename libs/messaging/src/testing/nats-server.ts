import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Milliseconds until a nats-server that neither starts nor reloads fails the spec. */
const PATIENCE_MS = 10_000;
const STARTS_MAX = 5;

/** A real nats-server on a free port of 127.0.0.1, with its files in a folder of its own. */
export class NatsServer {
  private child: ChildProcess | null = null;
  private log = '';
  private readonly watchers = new Set<() => void>();

  private constructor(
    private readonly folder: string,
    /** The port, the same after a restart. */
    readonly port: number,
    private readonly config: (port: number) => string,
  ) {}

  /** `config` writes the configuration for a port; without it the server knows no identities. */
  static async start(config: (port: number) => string = (port) => `listen: "127.0.0.1:${port}"`): Promise<NatsServer> {
    const folder = await mkdtemp(join(tmpdir(), 'tessera-nats-'));
    for (let attempt = 1; ; attempt += 1) {
      const server = new NatsServer(folder, await freePort(), config);
      try {
        await server.restart();
        return server;
      } catch (error) {
        // Somebody may have taken the port between our looking and the server's binding.
        if (attempt === STARTS_MAX) throw error;
      }
    }
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Everything the server has said. */
  get output(): string {
    return this.log;
  }

  /** Writes another configuration and has it read (SIGHUP); rejects when the server refuses it. */
  async reload(config: (port: number) => string = this.config): Promise<void> {
    const before = this.log.length;
    await writeFile(this.file, config(this.port));
    this.signal('SIGHUP');
    await this.said(/Reloaded server configuration|Failed to reload/, before);
    if (this.log.slice(before).includes('Failed to reload')) throw new Error(`nats-server refused the configuration: ${this.log.slice(before)}`);
  }

  /** Ends the server as a crash does. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  /** Starts the server again on the same port. */
  async restart(): Promise<void> {
    await writeFile(this.file, this.config(this.port));
    const before = this.log.length;
    const child = spawn('nats-server', ['-c', this.file], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.log += text;
      for (const look of this.watchers) look();
    });
    child.on('exit', () => {
      this.log += '\nexited\n';
      for (const look of this.watchers) look();
    });
    await this.said(/Server is ready|exited/, before);
    if (!this.log.slice(before).includes('Server is ready')) throw new Error(`nats-server did not start: ${this.log.slice(before)}`);
  }

  /** Ends the server and removes its files. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The process stands still without closing anything, as behind a network cut; `SIGCONT` lets it go on. */
  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  private get file(): string {
    return join(this.folder, 'nats.conf');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    this.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  private said(pattern: RegExp, from: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!pattern.test(this.log.slice(from))) return;
        clearTimeout(timer);
        this.watchers.delete(look);
        resolve();
      };
      const timer = setTimeout(() => {
        this.watchers.delete(look);
        reject(new Error(`nats-server did not say ${pattern}: ${this.log.slice(from)}`));
      }, PATIENCE_MS);
      this.watchers.add(look);
      look();
    });
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
