import { z } from 'zod';
import type { DemoCredentials } from '../relying-party/demo-credentials.js';
import { type Flow, FLOWS } from '../relying-party/flows.js';
import type { Surroundings } from '../relying-party/library.js';
import { problemOf } from '../runs/recorder.js';

const METADATA_AGE_MS_MAX = 5_000;
const METADATA_WAIT_MS_MAX = 3_000;

const Metadata = z.object({
  authorization_endpoint: z.string().optional(),
  pushed_authorization_request_endpoint: z.string().optional(),
  device_authorization_endpoint: z.string().optional(),
  backchannel_authentication_endpoint: z.string().optional(),
  grant_types_supported: z.array(z.string()).default([]),
});

/** What the provider offers, as far as the first page must know; or why it cannot be asked. */
export type Offer = { readonly metadata: z.infer<typeof Metadata>; readonly problem: null } | { readonly metadata: null; readonly problem: string };

/** Asks the provider what it offers, and remembers the answer for a few seconds. */
export class ProviderOffer {
  private last: { readonly offer: Offer; readonly atMs: number } | null = null;

  constructor(private readonly surroundings: Surroundings) {}

  async read(): Promise<Offer> {
    const { nowMs } = this.surroundings;
    if (this.last !== null && this.last.offer.problem === null && nowMs() - this.last.atMs < METADATA_AGE_MS_MAX) return this.last.offer;
    const offer = await this.ask();
    this.last = { offer, atMs: nowMs() };
    return offer;
  }

  private async ask(): Promise<Offer> {
    const url = `${this.surroundings.issuer}/.well-known/openid-configuration`;
    try {
      const response = await this.surroundings.send(url, { signal: AbortSignal.timeout(METADATA_WAIT_MS_MAX) });
      if (!response.ok) return { metadata: null, problem: `${url} answered ${response.status}.` };
      return { metadata: Metadata.parse(await response.json()), problem: null };
    } catch (error) {
      return { metadata: null, problem: `${url}: ${problemOf(error)}.` };
    }
  }
}

/** The flows that work here: the provider offers them and the demo has their client. No button leads nowhere. */
export function availableFlows({ metadata }: Offer, { clients }: DemoCredentials): readonly Flow[] {
  const known = FLOWS.filter((flow) => clients.some((client) => client.client_id === flow.clientId));
  if (metadata === null) return known;
  return known.filter((flow) => {
    if (flow.kind === 'device') return metadata.device_authorization_endpoint !== undefined;
    if (flow.kind === 'call-centre') return metadata.backchannel_authentication_endpoint !== undefined;
    if (flow.kind !== 'sign-in') return metadata.grant_types_supported.includes(flow.kind === 'password' ? 'password' : 'client_credentials');
    return metadata.authorization_endpoint !== undefined && (!flow.pushed || metadata.pushed_authorization_request_endpoint !== undefined);
  });
}
