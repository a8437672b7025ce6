import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { Token } from '@tessera/contracts';
import type { CallContext } from '@tessera/messaging';
import { ENDPOINT_PATHS } from '@tessera/protocol/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EndpointForwarder, type OutgoingEdgeRequest } from '../http/index.js';
import { HeldPolls } from './held-polls.js';
import { PasswordParameter } from './password-parameter.js';

/** RFC 6749 §3.2: the form goes to token, which authenticates the client and decides. */
@Controller()
export class TokenEndpoint {
  constructor(
    @Inject(EndpointForwarder) private readonly forwarder: EndpointForwarder,
    @Inject(PasswordParameter) private readonly password: PasswordParameter,
    @Inject(HeldPolls) private readonly polls: HeldPolls,
  ) {}

  @Post(ENDPOINT_PATHS.token)
  answer(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.forwarder.forward(Token, request, reply, (edge) => this.password.seal(edge), (edge) => this.held(edge, request, reply));
  }

  /** A poll whose client hung up goes nowhere: it would redeem for nobody. */
  private async held(edge: OutgoingEdgeRequest, { arrival: { context } }: FastifyRequest, reply: FastifyReply): Promise<CallContext | null> {
    const gone = new AbortController();
    const leave = () => gone.abort();
    reply.raw.once('close', leave);
    try {
      const next = await this.polls.wait(edge, context, gone.signal);
      return gone.signal.aborted ? null : next;
    } finally {
      reply.raw.off('close', leave);
    }
  }
}
