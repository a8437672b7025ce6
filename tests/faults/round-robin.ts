import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * What stands before the gateways in a cluster: connections in turn to those that are ready. One that cannot be made goes to the
 * next, as an ingress does, because nothing was sent yet; one that breaks breaks for the client as well.
 */
export class RoundRobin {
  private ready: number[] = [];
  private next = 0;
  private readonly open = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async listen(): Promise<RoundRobin> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const front = new RoundRobin(server, (server.address() as AddressInfo).port);
    server.on('connection', (client) => front.accept(client));
    return front;
  }

  /** The address is an endpoint from now on. */
  add(port: number): void {
    this.ready = [...this.ready.filter((one) => one !== port), port];
  }

  /** No new connection goes there; those that are open stay, as they do in a cluster. */
  drop(port: number): void {
    this.ready = this.ready.filter((one) => one !== port);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.open) socket.destroy();
    await closed;
  }

  private accept(client: Socket): void {
    this.keep(client);
    this.next += 1;
    const turn = this.next % Math.max(1, this.ready.length);
    this.reach(client, [...this.ready.slice(turn), ...this.ready.slice(0, turn)]);
  }

  private reach(client: Socket, [port, ...others]: readonly number[]): void {
    if (port === undefined) {
      client.destroy();
      return;
    }
    const upstream = connect({ port, host: '127.0.0.1', noDelay: true });
    const refused = () => this.reach(client, others);
    upstream.once('error', refused);
    upstream.once('connect', () => {
      upstream.off('error', refused);
      this.keep(upstream);
      upstream.once('close', () => client.destroySoon());
      client.once('close', () => upstream.destroySoon());
      client.pipe(upstream);
      upstream.pipe(client);
    });
  }

  private keep(socket: Socket): void {
    this.open.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.open.delete(socket));
  }
}
