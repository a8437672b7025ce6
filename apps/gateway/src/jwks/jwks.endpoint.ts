import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ENDPOINT_PATHS } from '@tessera/protocol/edge';
import type { FastifyReply } from 'fastify';
import { answerCacheable, CACHEABLE } from '../http/index.js';

/** Where the endpoint finds the published keys; the mirror of `@tessera/key-lease` is one. */
export interface PublishedJwks {
  /** The public keys of this issuer, at most 600 s old; the same object until one changes. @throws {Outage} when the last copy is older. */
  jwks(): { readonly keys: readonly object[] };
}

/** Injection token of {@link PublishedJwks}. */
export const PUBLISHED_JWKS = Symbol('PublishedJwks');

/** RFC 7517 §5: the public keys of this issuer, also while key-management is away. */
@Controller()
export class JwksEndpoint {
  private written: { readonly of: object; readonly text: string } | null = null;

  constructor(@Inject(PUBLISHED_JWKS) private readonly published: PublishedJwks) {}

  @Get(ENDPOINT_PATHS.jwks)
  answer(@Res() reply: FastifyReply): void {
    const jwks = this.published.jwks();
    if (this.written?.of !== jwks) this.written = { of: jwks, text: JSON.stringify(jwks) };
    answerCacheable(this.written.text, CACHEABLE.jwks, reply);
  }
}
