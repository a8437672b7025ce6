import type { Server, Socket } from 'node:net';
import { plainAddress, type TrustedProxies } from './source-address.js';

/**
 * Counts open connections by peer and drops those above the cap before anything is read from them (EDG-6). Connections of
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
    const count = (this.open.get(peer) ?? 0) + 1;
    if (count > this.perSourceMax && !this.proxies.has(peer)) {
      this.onDrop();
      socket.destroy();
      return;
    }
    this.open.set(peer, count);
    this.sockets.add(socket);
    socket.once('close', () => this.release(socket, peer));
  }

  private release(socket: Socket, peer: string): void {
    this.sockets.delete(socket);
    const left = (this.open.get(peer) ?? 1) - 1;
    if (left === 0) this.open.delete(peer);
    else this.open.set(peer, left);
  }
}
