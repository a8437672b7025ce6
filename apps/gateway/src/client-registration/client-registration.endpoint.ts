import { Controller, Delete, Get, Inject, Post, Put, Req, Res } from '@nestjs/common';
import { ClientConfigurationEndpoint as ConfigurationContract, ClientRegistrationEndpoint as RegistrationContract } from '@tessera/contracts';
import { ENDPOINT_PATHS, type EndpointReply } from '@tessera/protocol/edge';
import { OAuthError } from '@tessera/vocabulary';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerAs, BoundedOwners, CLIENT_CONFIGURATION_PATH, edgeRequest, formOctets, parseJsonObject } from '../http/index.js';
import { FailedAuthentications } from '../limits/failed-authentications.js';
import { RegistrationRequests } from '../limits/page-requests.js';

/** RFC 7591 §3 and RFC 7592 §2: JSON to authorization, which decides. A source gets so many in a minute, wrong tokens fewer. */
@Controller()
export class ClientRegistrationEndpoint {
  constructor(
    @Inject(BoundedOwners) private readonly owners: BoundedOwners,
    @Inject(RegistrationRequests) private readonly requests: RegistrationRequests,
    @Inject(FailedAuthentications) private readonly failures: FailedAuthentications,
  ) {}

  @Post(ENDPOINT_PATHS.registration)
  register(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply, () =>
      this.owners.call(RegistrationContract, { edge: edgeRequest(request), metadata: parseJsonObject(formOctets(request)) }, request.arrival.context),
    );
  }

  @Get(CLIENT_CONFIGURATION_PATH)
  read(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.configure(request, reply, null);
  }

  @Put(CLIENT_CONFIGURATION_PATH)
  replace(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.configure(request, reply, () => parseJsonObject(formOctets(request)));
  }

  @Delete(CLIENT_CONFIGURATION_PATH)
  remove(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.configure(request, reply, null);
  }

  private configure(request: FastifyRequest, reply: FastifyReply, metadata: (() => Record<string, unknown>) | null): Promise<void> {
    const edge = edgeRequest(request);
    const clientId = edge.url.slice(edge.url.lastIndexOf('/') + 1);
    return this.answer(request, reply, () =>
      this.owners.call(ConfigurationContract, { edge, clientId, metadata: metadata?.() ?? null }, request.arrival.context),
    );
  }

  private async answer({ arrival: { source } }: FastifyRequest, reply: FastifyReply, ask: () => Promise<EndpointReply>): Promise<void> {
    const failed = this.failures.secondsToWait(source, () => null);
    const wait = failed > 0 ? failed : this.requests.secondsToWait(source);
    if (wait > 0) {
      reply.header('Retry-After', String(wait));
      throw new OAuthError(failed > 0 ? 'request.rate_limited' : 'request.too_many_registrations');
    }
    try {
      answerAs(await ask(), reply);
    } catch (error) {
      if (error instanceof OAuthError && error.code === 'invalid_token') this.failures.failed(source, null);
      throw error;
    }
  }
}
