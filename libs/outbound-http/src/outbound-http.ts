import type { Logger } from '@tessera/observability';
import { parseOutboundUrl } from '@tessera/protocol/outbound-url';
import { type AddressLookup, literalAddress, lookUpInDns, lookUpOnHost } from './address-lookup.js';
import { exchange } from './exchange.js';
import { HostSlots } from './host-slots.js';
import { OUTBOUND_LIMITS, type OutboundLimits } from './outbound-limits.js';
import type { OutboundFault, OutboundOutcome } from './outbound-outcome.js';
import type { OutboundRequest } from './outbound-request.js';
import { hostAndPort, type OutboundPolicy, portOf } from './outbound-policy.js';
import { isPublicAddress } from './special-use-address.js';

export type { OutboundRequest } from './outbound-request.js';
export type { OutboundFault, OutboundOutcome, ReadableHeader } from './outbound-outcome.js';

/** What an {@link OutboundHttp} is made of; everything but the policy has a default. */
export interface OutboundHttpOptions {
  readonly policy: OutboundPolicy;
  readonly limits?: OutboundLimits;
  /** PEM certificates trusted besides the built-in ones. */
  readonly extraCa?: string | null;
  readonly lookUpPublicHost?: AddressLookup;
  readonly lookUpAllowedHost?: AddressLookup;
  /** Told once, at the start, which hosts are not checked (OUT-2). */
  readonly logger?: Pick<Logger, 'warn'>;
}

/**
 * The only HTTP client of this provider: every URL a client registers is called through it (OUT-1 to OUT-4).
 *
 * It protects what this process can reach from what a client can register. It does not protect against a public host that
 * forwards what it is sent, and it is the first wall: the network policy of the deployment is the second (OUT-6).
 */
export class OutboundHttp {
  private readonly limits: OutboundLimits;
  private readonly slots: HostSlots;
  private inProgress = 0;

  constructor(private readonly options: OutboundHttpOptions) {
    this.limits = options.limits ?? OUTBOUND_LIMITS;
    this.slots = new HostSlots(this.limits.perHost, this.limits.waitingPerHost);
    const { allowedHosts } = options.policy;
    if (allowedHosts.size > 0) {
      options.logger?.warn('outbound requests to these hosts are not checked for private addresses', {
        hosts: [...allowedHosts],
      });
    }
  }

  /** Sends one request and reads its answer within the limits. Never rejects for what the other side does. */
  async send(request: OutboundRequest): Promise<OutboundOutcome> {
    const target = this.target(request.url);
    if ('fault' in target) return failed(target.fault);
    if (this.inProgress >= this.limits.inProgress) return failed('busy');
    this.inProgress += 1;
    const overall = new AbortController();
    const timer = setTimeout(() => overall.abort(), this.limits.totalMs);
    try {
      return await this.sendTo(target.url, request, overall.signal);
    } finally {
      clearTimeout(timer);
      this.inProgress -= 1;
    }
  }

  private async sendTo(url: URL, request: OutboundRequest, signal: AbortSignal): Promise<OutboundOutcome> {
    const host = hostAndPort(url);
    const release = await this.slots.take(host, signal);
    if (release === null) return failed(signal.aborted ? 'timeout' : 'busy');
    try {
      const resolved = await this.resolve(url, signal);
      if ('fault' in resolved) return failed(resolved.fault);
      const { connectMs, bodyBytes } = this.limits;
      return await exchange(url, request, resolved.addresses, {
        signal,
        connectMs,
        bodyBytes,
        extraCa: this.options.extraCa ?? null,
      });
    } finally {
      release();
    }
  }

  private target(value: string): { readonly url: URL } | { readonly fault: OutboundFault } {
    const parsed = parseOutboundUrl(value);
    if ('fault' in parsed) return { fault: 'url' };
    const { ports, allowedHosts } = this.options.policy;
    if (!ports.has(portOf(parsed.url)) && !allowedHosts.has(hostAndPort(parsed.url))) return { fault: 'port' };
    return parsed;
  }

  /** OUT-2: resolved once; one private address among several refuses all. */
  private async resolve(
    url: URL,
    signal: AbortSignal,
  ): Promise<{ readonly addresses: readonly string[] } | { readonly fault: OutboundFault }> {
    const allowed = this.options.policy.allowedHosts.has(hostAndPort(url));
    const lookUp = allowed ? (this.options.lookUpAllowedHost ?? lookUpOnHost) : (this.options.lookUpPublicHost ?? lookUpInDns);
    const literal = literalAddress(url.hostname);
    const answer = literal === null ? await unlessAborted(lookUp(url.hostname), signal) : [literal];
    if (answer === 'aborted') return { fault: 'timeout' };
    if (answer === null || answer.length === 0) return { fault: 'unresolved' };
    if (!allowed && !answer.every(isPublicAddress)) return { fault: 'address' };
    return { addresses: answer };
  }
}

function failed(fault: OutboundFault): OutboundOutcome {
  return { outcome: 'failed', fault };
}

/** A resolver cannot be interrupted; its late answer is dropped. */
function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T | null | 'aborted'> {
  return new Promise((resolve) => {
    const giveUp = () => resolve('aborted');
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    answer.then(resolve, () => resolve(null)).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
