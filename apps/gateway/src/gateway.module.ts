import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryEndpoint, ISSUER } from './discovery/discovery.endpoint.js';
import { EndpointForwarder } from './http/index.js';
import { IntrospectionEndpoint } from './introspection/introspection.endpoint.js';
import { JwksEndpoint, PUBLISHED_JWKS, type PublishedJwks } from './jwks/jwks.endpoint.js';
import { RevocationEndpoint } from './revocation/revocation.endpoint.js';
import { TokenEndpoint } from './token/token.endpoint.js';

/** The endpoints of the gateway. */
@Module({ controllers: [TokenEndpoint, IntrospectionEndpoint, RevocationEndpoint, JwksEndpoint, DiscoveryEndpoint] })
export class GatewayModule {}

/** The endpoints with what they need bound to them. */
export function gatewayModule(bound: { issuer: string; forwarder: EndpointForwarder; published: PublishedJwks }): DynamicModule {
  const providers = [
    { provide: ISSUER, useValue: bound.issuer },
    { provide: EndpointForwarder, useValue: bound.forwarder },
    { provide: PUBLISHED_JWKS, useValue: bound.published },
  ];
  return { module: GatewayModule, providers };
}
