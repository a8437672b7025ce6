import { Controller, Get, Inject, Res } from '@nestjs/common';
import { authorizationServerMetadata, METADATA_SUFFIXES, openidProviderMetadata } from '@tessera/protocol/server-metadata';
import type { FastifyReply } from 'fastify';
import { answerCacheable, CACHEABLE } from '../http/index.js';

/** Injection token of the issuer identifier. */
export const ISSUER = Symbol('Issuer');

/** RFC 8414 §3 and OIDC Discovery §4. The documents follow from the configuration, so they are written once. */
@Controller()
export class DiscoveryEndpoint {
  private readonly authorizationServer: string;
  private readonly openidProvider: string;

  constructor(@Inject(ISSUER) issuer: string) {
    this.authorizationServer = JSON.stringify(authorizationServerMetadata(issuer));
    this.openidProvider = JSON.stringify(openidProviderMetadata(issuer));
  }

  @Get(METADATA_SUFFIXES.authorizationServer)
  answerAuthorizationServer(@Res() reply: FastifyReply): void {
    answerCacheable(this.authorizationServer, CACHEABLE.metadata, reply);
  }

  @Get(METADATA_SUFFIXES.openidProvider)
  answerOpenidProvider(@Res() reply: FastifyReply): void {
    answerCacheable(this.openidProvider, CACHEABLE.metadata, reply);
  }
}
