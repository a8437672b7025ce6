import type { RequestContract } from '@tessera/contracts';
import type { CallContext } from '@tessera/messaging';
import type { EdgeRequest, EndpointReply } from '@tessera/protocol/edge';
import { OAuthError } from '@tessera/vocabulary';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FailedAuthentications } from '../limits/failed-authentications.js';
import { presentedClient } from '../limits/presented-client.js';
import { answerAs } from './answer.js';
import { edgeRequest, type OutgoingEdgeRequest } from './edge-request.js';
import type { Owners } from './owners.js';

/** A public endpoint that another service owns. */
export type EndpointContract = RequestContract<typeof EdgeRequest, typeof EndpointReply>;

/** What an endpoint does to a request before anybody else sees it. */
export type Preparation = (edge: OutgoingEdgeRequest) => OutgoingEdgeRequest;

/** What a request waits for before it goes on; null when whoever asked has gone. */
export type Waiting = (edge: OutgoingEdgeRequest) => Promise<CallContext | null>;

const asItCame: Preparation = (edge) => edge;

/** Carries a form to the owner of its endpoint and the answer back: what every endpoint does where clients authenticate, once. */
export class EndpointForwarder {
  constructor(
    private readonly owners: Owners,
    private readonly failures: FailedAuthentications,
  ) {}

  /** @throws whatever the filter turns into an answer: OAuthError, Outage, or a bug. */
  async forward(contract: EndpointContract, request: FastifyRequest, reply: FastifyReply, prepare = asItCame, wait: Waiting | null = null): Promise<void> {
    const edge = edgeRequest(request);
    const seconds = this.failures.secondsToWait(edge.sourceAddress, () => presentedClient(edge));
    if (seconds > 0) {
      reply.header('Retry-After', String(seconds));
      throw new OAuthError('request.rate_limited');
    }
    const context = wait === null ? request.arrival.context : await wait(edge);
    if (context !== null) answerAs(await this.ask(contract, prepare(edge), context), reply);
  }

  private async ask(contract: EndpointContract, edge: OutgoingEdgeRequest, context: CallContext): Promise<EndpointReply> {
    try {
      const answer = await this.owners.call(contract, edge, context);
      if (answer.status === 401) this.failures.failed(edge.sourceAddress, presentedClient(edge));
      return answer;
    } catch (error) {
      if (error instanceof OAuthError && error.code === 'invalid_client') {
        this.failures.failed(edge.sourceAddress, presentedClient(edge));
      }
      throw error;
    }
  }
}
