import { Controller, Get, Inject, Res } from '@nestjs/common';
import { METADATA_SUFFIXES } from '@tessera/protocol/edge';
import { authorizationServerMetadata, openidProviderMetadata, type ProviderFeatures } from '@tessera/protocol/server-metadata';
import type { FastifyReply } from 'fastify';
import { answerCacheable, CACHEABLE, ISSUER } from '../http/index.js';

/** Injection token of what this deployment switched on. */
export const FEATURES = Symbol('ProviderFeatures');

/** RFC 8414 §3 and OIDC Discovery §4. The documents follow from the configuration, so they are written once. */
@Controller()
export class DiscoveryEndpoint {
  private readonly authorizationServer: string;
  private readonly openidProvider: string;

  constructor(@Inject(ISSUER) issuer: string, @Inject(FEATURES) features: ProviderFeatures) {
    this.authorizationServer = JSON.stringify(authorizationServerMetadata(issuer, features));
    this.openidProvider = JSON.stringify(openidProviderMetadata(issuer, features));
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
