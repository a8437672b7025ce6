import { Agent, request as httpRequest } from 'node:http';

/** RFC 9112 §9.6: what a client sees when the other side of its connection is gone. */
const RESET = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE']);

/** An answer as the load looks at it. */
export interface Answered {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: Record<string, unknown>;
}

/** An answer that is not the expected one, or none. */
export class Unexpected extends Error {
  constructor(
    readonly status: number | string,
    readonly error: unknown,
  ) {
    super(`${status} ${JSON.stringify(error)}`);
  }
}

/** The connections of one client, kept alive as those of a client library are. */
export class LoadClient {
  /** As many as one source may have at one gateway: who waits for a connection here would be counted as waiting for an answer. */
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 500, maxFreeSockets: 32, scheduling: 'fifo' });

  /** `reset` hears of each connection that broke. */
  constructor(
    private readonly port: number,
    private readonly host: string,
    private readonly reset: () => void,
  ) {}

  close(): void {
    this.agent.destroy();
  }

  /** A request whose connection broke is sent once more, on a new connection: what every client library does or should. */
  async exchange(method: string, path: string, headers: Readonly<Record<string, string>>, body = ''): Promise<Answered> {
    try {
      return await this.send(method, path, headers, body, this.agent);
    } catch (error) {
      if (!isReset(error)) throw error;
    }
    this.reset();
    try {
      return await this.send(method, path, headers, body, false);
    } catch (error) {
      throw isReset(error) ? new Unexpected('reset twice', null) : error;
    }
  }

  private send(method: string, path: string, headers: Readonly<Record<string, string>>, body: string, agent: Agent | false): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const { host } = this;
      const sent = httpRequest({ host: '127.0.0.1', port: this.port, method, path, agent, headers: { ...headers, host, 'content-length': Buffer.byteLength(body) } }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.once('error', reject);
        response.once('end', () => resolve({ status: response.statusCode ?? 0, location: response.headers.location, body: parsed(text) }));
      });
      sent.once('error', reject);
      sent.end(body);
    });
  }
}

/** Not by `instanceof`: the errors of node:http are of another realm than the specs. */
const isReset = (error: unknown): boolean => typeof error === 'object' && error !== null && 'code' in error && RESET.has(String(error.code));

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return { text: text.slice(0, 200) };
  }
}
