import net from 'node:net';

const HEADER_END = Buffer.from('\r\n\r\n');

/**
 * One keep-alive connection that has at most one request out (HTTP/1.1, RFC 9112 §9.3). It knows just enough of HTTP to find the
 * end of an answer, so that little of what is measured is its own work. `onAnswer(status, body, head)`, the head as it came;
 * `onFailure(code)` when the connection breaks while a request is out, after which `send` opens a new one. `localAddress` is the
 * address it comes from; else the system chooses.
 */
export class HttpConnection {
  constructor({ host, port, localAddress, onAnswer, onFailure }) {
    Object.assign(this, { host, port, localAddress, onAnswer, onFailure });
    this.socket = null;
    this.pending = null;
    this.waiting = false;
    this.length = -1;
    this.status = 0;
    this.head = '';
    this.bodyAt = 0;
  }

  /** Connects ahead of the first request, so that it is not charged with the handshake. */
  open() {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ host: this.host, port: this.port, localAddress: this.localAddress, noDelay: true });
      this.socket = socket;
      socket.once('connect', resolve);
      socket.once('error', reject);
      socket.on('data', (bytes) => this.read(bytes));
      socket.on('error', () => {});
      socket.on('close', () => this.closed(socket));
    });
  }

  send(request) {
    this.waiting = true;
    if (this.socket !== null) this.socket.write(request, 'latin1');
    else
      this.open().then(
        () => this.socket?.write(request, 'latin1'),
        (error) => this.fail(error.code ?? 'CONNECT'),
      );
  }

  read(bytes) {
    this.pending = this.pending === null ? bytes : Buffer.concat([this.pending, bytes]);
    if (this.length < 0 && !this.readHead()) return;
    if (this.pending.length < this.bodyAt + this.length) return;
    const body = this.pending.subarray(this.bodyAt, this.bodyAt + this.length);
    const { status, head } = this;
    this.pending = null;
    this.length = -1;
    this.waiting = false;
    this.onAnswer(status, body, head);
  }

  readHead() {
    const end = this.pending.indexOf(HEADER_END);
    if (end < 0) return false;
    this.head = this.pending.latin1Slice(0, end);
    const head = this.head.toLowerCase();
    // Answers of unsaid length are not for this reader: without an end they would never be answers.
    if (head.includes('\r\ntransfer-encoding:')) return this.fail('CHUNKED');
    this.status = Number(head.slice(9, 12));
    this.bodyAt = end + HEADER_END.length;
    const at = head.indexOf('\r\ncontent-length:');
    this.length = at < 0 ? 0 : Number.parseInt(head.slice(at + 17), 10);
    return true;
  }

  closed(socket) {
    if (this.socket !== socket) return;
    this.socket = null;
    if (this.waiting) this.fail('CLOSED');
  }

  /** Breaks off; false, as what `readHead` answers then. */
  fail(code) {
    this.pending = null;
    this.length = -1;
    this.waiting = false;
    const { socket } = this;
    this.socket = null;
    socket?.destroy();
    this.onFailure(code);
    return false;
  }

  close() {
    const { socket } = this;
    this.socket = null;
    this.waiting = false;
    socket?.destroy();
  }
}
