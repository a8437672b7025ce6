import { setTimeout as delay } from 'node:timers/promises';
import type { OutboundHttp } from '@tessera/outbound-http';
import { CLIENT_LOGO_TYPES, type ClientLogo, clientLogo } from '@tessera/protocol/interaction';
import type { Clock } from '@tessera/vocabulary';

/** Milliseconds a page waits for a picture. Without it the page has the first letter of the name. */
const WAIT_MS_MAX = 1_000;
/** Milliseconds a picture is kept, and milliseconds in which a host that had none is left alone. */
const KEPT_MS = 3_600_000;
const MISSED_MS = 300_000;
/** Pictures this process keeps; beyond them the oldest goes. */
const KEPT_MAX = 200;

interface Kept {
  readonly logo: ClientLogo | null;
  /** Instant of the monotonic clock, milliseconds. */
  readonly until: number;
}

/** Where the pages get the pictures of clients from. */
export interface ClientLogos {
  /** Null where there is none, or none in time. Never fails: a page is a page without it. */
  logoOf(logoUri: string | null): Promise<ClientLogo | null>;
}

/**
 * Fetches what clients registered as `logo_uri` (OIDC Registration §2) through the guarded client (OUT-1 to OUT-4), once for all who
 * sign in, so that the client's host learns of nobody (REG-8). One that is slow is fetched to its end for whoever comes next.
 */
export class OutboundClientLogos implements ClientLogos {
  private readonly underWay = new Map<string, Promise<ClientLogo | null>>();
  private readonly kept = new Map<string, Kept>();

  constructor(
    private readonly http: Pick<OutboundHttp, 'send'>,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
    private readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown> = (ms, signal) => delay(ms, undefined, { signal }),
  ) {}

  async logoOf(logoUri: string | null): Promise<ClientLogo | null> {
    if (logoUri === null) return null;
    const kept = this.kept.get(logoUri);
    if (kept !== undefined && kept.until > this.clock.monotonicMs()) return kept.logo;
    return await this.inTime(this.underWay.get(logoUri) ?? this.begin(logoUri));
  }

  private begin(logoUri: string): Promise<ClientLogo | null> {
    const fetching = this.ask(logoUri)
      .catch(() => null)
      .then((logo) => this.keep(logoUri, logo))
      .finally(() => this.underWay.delete(logoUri));
    this.underWay.set(logoUri, fetching);
    return fetching;
  }

  private async inTime(fetching: Promise<ClientLogo | null>): Promise<ClientLogo | null> {
    const answered = new AbortController();
    const waited = this.pause(WAIT_MS_MAX, answered.signal).then(() => null, () => null);
    try {
      return await Promise.race([fetching, waited]);
    } finally {
      answered.abort();
    }
  }

  private async ask(url: string): Promise<ClientLogo | null> {
    const answer = await this.http.send({ url, method: 'GET', accept: CLIENT_LOGO_TYPES });
    return answer.outcome === 'answered' && answer.status === 200 ? clientLogo(answer.body) : null;
  }

  private keep(logoUri: string, logo: ClientLogo | null): ClientLogo | null {
    const [oldest] = this.kept.keys();
    this.kept.delete(logoUri);
    if (this.kept.size >= KEPT_MAX && oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(logoUri, { logo, until: this.clock.monotonicMs() + (logo === null ? MISSED_MS : KEPT_MS) });
    return logo;
  }
}
