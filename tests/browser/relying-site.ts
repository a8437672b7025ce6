import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ReceiverCertificate } from '../flows/logout-receiver.js';

/** What came to the site of a client, as its server saw it. */
export interface Visit {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly cookie: string;
  readonly destination: string;
}

/**
 * The web site of a client, at 127.0.0.1: to a browser that is another site than an issuer at localhost. It keeps a cookie of its own
 * for frames, a page that watches the session (Session Management §4), and an address for front-channel logout.
 */
export class RelyingSite {
  readonly visits: Visit[] = [];

  private constructor(private readonly server: Server) {}

  static async open(certificate: ReceiverCertificate): Promise<RelyingSite> {
    const server = createServer({ key: certificate.key, cert: certificate.cert });
    const site = new RelyingSite(server);
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '/', site.origin);
      const { cookie = '', 'sec-fetch-dest': destination = '' } = request.headers;
      site.visits.push({ path: url.pathname, query: url.searchParams, cookie, destination: String(destination) });
      response.setHeader('set-cookie', 'app=signed-in; Path=/; Secure; HttpOnly; SameSite=None');
      response.setHeader('content-type', 'text/html; charset=utf-8').end(url.pathname === '/watch' ? watchingPage(url.searchParams) : '<!doctype html><title>client</title><p>client');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  get origin(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  at(path: string): readonly Visit[] {
    return this.visits.filter((one) => one.path === path);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}

/** Session Management §4: a hidden frame with the provider's page, asked now and then; the last answer stands in the page. */
function watchingPage(query: URLSearchParams): string {
  const [frame, message] = [query.get('frame') ?? '', query.get('message') ?? ''];
  return `<!doctype html><title>watching</title><p id="said"></p><iframe id="op" src="${frame}"></iframe>
<script>
var op = document.getElementById('op'), message = ${JSON.stringify(message)}, origin = ${JSON.stringify(new URL(frame).origin)};
window.addEventListener('message', function (event) { if (event.origin === origin) document.getElementById('said').textContent = event.data; });
op.onload = function () { setInterval(function () { op.contentWindow.postMessage(message, origin); }, 100); };
</script>`;
}
