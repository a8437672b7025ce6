import { type DynamicModule, Module } from '@nestjs/common';
import {
  PUSHED_AUTHORIZATION_REQUEST_ENDPOINT,
  type PushedAuthorizationRequestEndpoint,
  PushedAuthorizationRequestServer,
} from './pushed-authorization-request.server.js';

/** The pushed authorization request endpoint. */
@Module({ controllers: [PushedAuthorizationRequestServer] })
export class PushedAuthorizationRequestModule {}

/** The pushed authorization request endpoint with what it needs bound to it. */
export function pushedAuthorizationRequestModule(endpoint: PushedAuthorizationRequestEndpoint): DynamicModule {
  const providers = [{ provide: PUSHED_AUTHORIZATION_REQUEST_ENDPOINT, useValue: endpoint }];
  return { module: PushedAuthorizationRequestModule, providers };
}
