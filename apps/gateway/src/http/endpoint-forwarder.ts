import type { RequestContract } from '@tessera/contracts';
import type { CallContext } from '@tessera/messaging';
import type { EdgeRequest, EndpointReply } from '@tessera/protocol/edge';
import { OAuthError, Outage, REQUESTS_IN_FLIGHT_MAX } from '@tessera/vocabulary';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FailedAuthentications } from '../limits/failed-authentications.js';
import { presentedClient } from '../limits/presented-client.js';
import { answerAs } from './answer.js';
import { edgeRequest, type OutgoingEdgeRequest } from './edge-request.js';

/** A public endpoint that another service owns. */
export type EndpointContract = RequestContract<typeof EdgeRequest, typeof EndpointReply>;

/** The part of the bus the edge needs: one question to the owner of an endpoint. */
export interface EndpointOwners {
  call(contract: EndpointContract, request: OutgoingEdgeRequest, context: CallContext): Promise<EndpointReply>;
}

/** Carries a form to the owner of its endpoint and the answer back: what every such endpoint does, once. */
export class EndpointForwarder {
  private inFlight = 0;

  constructor(
    private readonly owners: EndpointOwners,
    private readonly failures: FailedAuthentications,
    private readonly inFlightMax = REQUESTS_IN_FLIGHT_MAX,
  ) {}

  /** @throws whatever the filter turns into an answer: OAuthError, Outage, or a bug. */
  async forward(contract: EndpointContract, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const edge = edgeRequest(request);
    const wait = this.failures.secondsToWait(edge.sourceAddress, () => presentedClient(edge));
    if (wait > 0) {
      reply.header('Retry-After', String(wait));
      throw new OAuthError('request.rate_limited');
    }
    answerAs(await this.ask(contract, edge, request.arrival.context), reply);
  }

  private async ask(contract: EndpointContract, edge: OutgoingEdgeRequest, context: CallContext): Promise<EndpointReply> {
    if (this.inFlight >= this.inFlightMax) throw new Outage('gateway', 'too many requests in flight');
    this.inFlight += 1;
    try {
      const answer = await this.owners.call(contract, edge, context);
      if (answer.status === 401) this.failures.failed(edge.sourceAddress, presentedClient(edge));
      return answer;
    } catch (error) {
      if (error instanceof OAuthError && error.code === 'invalid_client') {
        this.failures.failed(edge.sourceAddress, presentedClient(edge));
      }
      throw error;
    } finally {
      this.inFlight -= 1;
    }
  }
}
