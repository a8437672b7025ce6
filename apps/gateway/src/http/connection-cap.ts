import type { Server, Socket } from 'node:net';
import { networkOf, plainAddress, type TrustedProxies } from './source-address.js';

/**
 * Counts open connections by source and drops those above the cap before anything is read from them (EDG-6). Connections of
 * trusted proxies carry many clients and are not counted; there the proxy limits.
 */
export class ConnectionCap {
  private readonly open = new Map<string, number>();
  private readonly sockets = new Set<Socket>();

  constructor(
    private readonly perSourceMax: number,
    private readonly proxies: TrustedProxies,
    private readonly onDrop: () => void,
  ) {}

  watch(server: Server): void {
    server.on('connection', (socket) => this.admit(socket));
  }

  get connections(): number {
    return this.sockets.size;
  }

  private admit(socket: Socket): void {
    const peer = plainAddress(socket.remoteAddress ?? '');
    const source = this.proxies.has(peer) ? null : networkOf(peer);
    const count = source === null ? 0 : (this.open.get(source) ?? 0) + 1;
    if (count > this.perSourceMax) {
      this.onDrop();
      socket.destroy();
      return;
    }
    if (source !== null) this.open.set(source, count);
    this.sockets.add(socket);
    socket.once('close', () => this.release(socket, source));
  }

  private release(socket: Socket, source: string | null): void {
    this.sockets.delete(socket);
    if (source === null) return;
    const left = (this.open.get(source) ?? 1) - 1;
    if (left === 0) this.open.delete(source);
    else this.open.set(source, left);
  }
}
