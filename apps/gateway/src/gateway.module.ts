import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { AccountEndpoint } from './account/account.endpoint.js';
import { ApprovalCompletionEndpoint } from './approvals/approval-completion.endpoint.js';
import { ApprovalsEndpoint } from './approvals/approvals.endpoint.js';
import { PushWorkerEndpoint } from './approvals/push-worker.endpoint.js';
import { AuthorizationEndpoint } from './authorization/authorization.endpoint.js';
import { ClientRegistrationEndpoint } from './client-registration/client-registration.endpoint.js';
import { BackchannelAuthenticationEndpoint } from './backchannel-authentication/backchannel-authentication.endpoint.js';
import { DeviceAuthorizationEndpoint } from './device-authorization/device-authorization.endpoint.js';
import { DeviceVerificationEndpoint } from './device-verification/device-verification.endpoint.js';
import { DiscoveryEndpoint } from './discovery/discovery.endpoint.js';
import { EndSessionEndpoint } from './end-session/end-session.endpoint.js';
import { InteractionEndpoint } from './interaction/interaction.endpoint.js';
import { IntrospectionEndpoint } from './introspection/introspection.endpoint.js';
import { JwksEndpoint } from './jwks/jwks.endpoint.js';
import { StyleSheetEndpoint } from './pages/style-sheet.endpoint.js';
import { PushedAuthorizationRequestEndpoint } from './pushed-authorization-request/pushed-authorization-request.endpoint.js';
import { RevocationEndpoint } from './revocation/revocation.endpoint.js';
import { CheckSessionEndpoint } from './session-management/check-session.endpoint.js';
import { TokenEndpoint } from './token/token.endpoint.js';
import { UserinfoEndpoint } from './userinfo/userinfo.endpoint.js';

const FOR_CLIENTS = [TokenEndpoint, PushedAuthorizationRequestEndpoint, DeviceAuthorizationEndpoint, BackchannelAuthenticationEndpoint, IntrospectionEndpoint, RevocationEndpoint, UserinfoEndpoint, JwksEndpoint, DiscoveryEndpoint, ClientRegistrationEndpoint, ApprovalCompletionEndpoint];
const FOR_PEOPLE = [AuthorizationEndpoint, InteractionEndpoint, EndSessionEndpoint, AccountEndpoint, DeviceVerificationEndpoint, ApprovalsEndpoint, PushWorkerEndpoint, StyleSheetEndpoint, CheckSessionEndpoint];

/** The endpoints of the gateway. */
@Module({ controllers: [...FOR_CLIENTS, ...FOR_PEOPLE] })
export class GatewayModule {}

/** The endpoints with what they need bound to them. */
export function gatewayModule(providers: Provider[]): DynamicModule {
  return { module: GatewayModule, providers };
}
