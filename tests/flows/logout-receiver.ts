import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeJwt } from 'jose';

/** What came to an address of a client: a logout token, or a notification of backchannel authentication. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly path: string;
  readonly method: string;
  readonly mediaType: string;
  readonly form: readonly (readonly [string, string])[];
  readonly token: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly at: number;
}

type Reaction = number | 'hang' | 'reset' | { readonly status: number; readonly location: string };
/** What a receiver does with the nth request to a path, counted from 1: answers a status, with a header or not, or does not answer. */
export type Behaviour = (n: number) => Reaction | Promise<Reaction>;

/** The certificate all receivers of a run present, for `localhost`; the worker has to be told its authority. */
export class ReceiverCertificate {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'tessera-receiver-'));
  readonly file = path.join(this.folder, 'certificate.pem');
  readonly key: Buffer;
  readonly cert: Buffer;

  constructor() {
    const keyFile = path.join(this.folder, 'key.pem');
    const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-keyout', keyFile, '-out', this.file];
    execFileSync('openssl', ['req', '-x509', ...made, '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'pipe' });
    [this.key, this.cert] = [readFileSync(keyFile), readFileSync(this.file)];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A real https server that clients registered their back-channel addresses at. */
export class LogoutReceiver {
  readonly received: Received[] = [];
  readonly behaviours = new Map<string, Behaviour>();

  private constructor(private readonly server: Server) {}

  static async open(certificate: ReceiverCertificate, port = 0): Promise<LogoutReceiver> {
    const server = createServer({ key: certificate.key, cert: certificate.cert });
    const receiver = new LogoutReceiver(server);
    server.on('request', (request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (part: string) => (text += part));
      request.on('end', async () => {
        const at = request.url ?? '';
        const answer = await receiver.take(at, request.method ?? '', request.headers, text);
        if (answer === 'hang') return;
        if (answer === 'reset') return void request.socket.destroy();
        if (typeof answer === 'object') return void response.writeHead(answer.status, { location: answer.location }).end();
        response.writeHead(answer).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** As an allow-list names it. */
  get host(): string {
    return `localhost:${this.port}`;
  }

  address(at: string): string {
    return `https://${this.host}${at}`;
  }

  at(path: string): readonly Received[] {
    return this.received.filter((one) => one.path === path);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private take(at: string, method: string, headers: IncomingHttpHeaders, body: string): ReturnType<Behaviour> {
    const form = [...new URLSearchParams(body)];
    const token = form.find(([name]) => name === 'logout_token')?.[1] ?? '';
    const mediaType = headers['content-type'] ?? '';
    this.received.push({ path: at, method, headers, body, mediaType, form, token, claims: token === '' ? {} : decodeJwt(token), at: performance.now() });
    return this.behaviours.get(at)?.(this.at(at).length) ?? 200;
  }
}
