import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
// The launcher is plain JavaScript, because it runs before anything is installed; these are the parts of it the tests use.
import { startStack } from '../../tools/launcher/stack.mjs';

/** A server the launcher runs privately. */
export interface FaultyServer {
  kill(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  suspend(): void;
  resume(): void;
  reload(): void;
}

/** One of the services. */
export interface FaultyProcess {
  readonly pid: number | null;
  readonly opsUrl: string;
  /** What it is started with. */
  readonly env: Readonly<Record<string, string>>;
  /** The last lines of its log. */
  logs(count?: number): readonly string[];
  probe(path: string): Promise<boolean>;
  ready(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<{ code: number | null; signal: string | null } | undefined>;
  kill(signal?: string): void;
  restart(): Promise<void>;
}

interface Stack {
  readonly issuer: string;
  readonly demo: { clients: { client_id: string; client_secret?: string; private_key_jwk?: Record<string, unknown> }[]; addresses: { postgres: string } };
  readonly processes: Readonly<Record<string, FaultyProcess>>;
  readonly infra: Readonly<Record<'postgres' | 'redis' | 'nats', FaultyServer>>;
  stop(): Promise<void>;
}

/** A whole system of its own, to be broken: private data, free ports, nothing left behind. */
export class System {
  private constructor(
    private readonly stack: Stack,
    readonly dataDirectory: string,
  ) {}

  static async start(options: Readonly<Record<string, unknown>> = {}, dataDirectory = mkdtempSync(path.join(tmpdir(), 'tessera-fault-'))): Promise<System> {
    return new System(await startStack({ dataDir: dataDirectory, ...options }), dataDirectory);
  }

  async stop(): Promise<void> {
    await this.stack.stop();
    rmSync(this.dataDirectory, { recursive: true, force: true });
  }

  get issuer(): string {
    return this.stack.issuer;
  }

  get database(): string {
    return this.stack.demo.addresses.postgres;
  }

  get infra(): Stack['infra'] {
    return this.stack.infra;
  }

  process(name: string): FaultyProcess {
    const found = this.stack.processes[name];
    if (found === undefined) throw new Error(`there is no process ${name}`);
    return found;
  }

  get processes(): readonly FaultyProcess[] {
    return Object.values(this.stack.processes);
  }

  client(clientId: string) {
    const found = this.stack.demo.clients.find((one) => one.client_id === clientId);
    if (found === undefined) throw new Error(`the demo has no client ${clientId}`);
    return found;
  }

  /** RFC 6749 §2.3.1 credentials of a demo client. */
  basic(clientId: string): string {
    const client = this.client(clientId);
    return `Basic ${Buffer.from(`${clientId}:${client.client_secret ?? ''}`).toString('base64')}`;
  }

  /** Runs the command line against this system; resolves with its exit status and output. */
  tessera(...args: readonly string[]): Promise<{ status: number; output: string }> {
    const operator = path.join(this.dataDirectory, 'operator.json');
    const cli = path.resolve(import.meta.dirname, '../../apps/cli/dist/main.js');
    return new Promise((resolve) => {
      execFile(process.execPath, [cli, ...args], { env: { ...process.env, TESSERA_OPERATOR_FILE: operator } }, (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ status, output: `${stdout}${stderr}` });
      });
    });
  }

  /** Everything the services have logged so far. */
  logs(): string {
    return this.processes.map((one) => ('logFile' in one && typeof one.logFile === 'string' ? readFileSync(one.logFile, 'utf8') : '')).join('');
  }

  async get(at: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${this.issuer}${at}`);
    return { status: response.status, body: await bodyOf(response) };
  }

  async post(at: string, form: Readonly<Record<string, string>>, authorization?: string): Promise<Reply> {
    const began = performance.now();
    const response = await fetch(`${this.issuer}${at}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...(authorization === undefined ? {} : { authorization }) },
      body: new URLSearchParams(form).toString(),
    });
    const body = await bodyOf(response);
    return { status: response.status, body, ms: performance.now() - began };
  }

  /** A client_credentials request of the demo service. */
  token(clientId = 'demo-service', resource?: string): Promise<Reply> {
    return this.post('/token', { grant_type: 'client_credentials', ...(resource === undefined ? {} : { resource }) }, this.basic(clientId));
  }
}

/** An answer and how long it took. */
export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly ms: number;
}

async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text();
  return text === '' ? {} : JSON.parse(text);
}

/** Asks until the answer is as wanted; null after the bound. Waiting is on a condition, never on a guess. */
export async function until<Found>(
  ask: () => Promise<Found>,
  wanted: (found: Found) => boolean,
  boundMs: number,
): Promise<{ found: Found; ms: number } | null> {
  const began = performance.now();
  while (performance.now() - began < boundMs) {
    const found = await ask();
    if (wanted(found)) return { found, ms: performance.now() - began };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return null;
}

/** The trials and the seed of this run; `npm test` runs a sample, `npm run test:faults` the full count. */
export const TRIALS = Number(process.env['TESSERA_FAULT_TRIALS'] ?? '1');
/** Whether of the scenarios that wait for minutes one is enough. */
export const SAMPLE = process.env['TESSERA_FAULT_SAMPLE'] === '1';

/**
 * A source of choices (when to stop, whom to stop) that gives the same ones for the same seed, so that a run that failed can be
 * repeated. Mulberry32: any generator would do, nothing here is secret.
 */
export function choices(seed = Number(process.env['TESSERA_SEED'] ?? '1')): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
