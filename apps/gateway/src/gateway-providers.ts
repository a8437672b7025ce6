import type { Provider } from '@nestjs/common';
import { UserCodeParameter } from './backchannel-authentication/user-code-parameter.js';
import { BrowserCookies } from './browser/index.js';
import { FEATURES } from './discovery/discovery.endpoint.js';
import type { GatewayParts } from './gateway-parts.js';
import { BoundedOwners, EndpointForwarder, ISSUER, type RefusalRecord } from './http/index.js';
import { InteractionAnswers } from './interaction/interaction-answers.js';
import { PUBLISHED_JWKS } from './jwks/jwks.endpoint.js';
import { FailedAuthentications } from './limits/failed-authentications.js';
import { RegistrationRequests } from './limits/page-requests.js';
import { Pages } from './pages/index.js';
import { SecretSeal } from './sealing/secret-seal.js';
import { SessionStates } from './session-management/session-states.js';
import { HeldPolls } from './token/held-polls.js';
import { PasswordParameter } from './token/password-parameter.js';

/** What the endpoints need, made from the parts of the gateway. */
export function gatewayProviders(parts: GatewayParts, pages: Pages, record: RefusalRecord): Provider[] {
  const owners = new BoundedOwners(parts.owners, parts.requestsInFlight);
  const failures = new FailedAuthentications(parts.failureLimits, parts.sharedCounts, parts.clock);
  const cookies = new BrowserCookies(parts.issuer);
  const secrets = new SecretSeal(parts.published, parts.clock);
  return [
    { provide: ISSUER, useValue: parts.issuer },
    { provide: FEATURES, useValue: parts.features },
    { provide: PUBLISHED_JWKS, useValue: parts.published },
    { provide: BoundedOwners, useValue: owners },
    { provide: EndpointForwarder, useValue: new EndpointForwarder(owners, failures) },
    { provide: FailedAuthentications, useValue: failures },
    { provide: RegistrationRequests, useValue: new RegistrationRequests(parts.registrationsPerMinute, parts.sharedCounts, parts.clock) },
    { provide: BrowserCookies, useValue: cookies },
    { provide: Pages, useValue: pages },
    { provide: SecretSeal, useValue: secrets },
    { provide: PasswordParameter, useValue: new PasswordParameter(secrets, parts.features.passwordGrant) },
    { provide: UserCodeParameter, useValue: new UserCodeParameter(secrets) },
    { provide: HeldPolls, useValue: parts.heldPolls },
    { provide: InteractionAnswers, useValue: new InteractionAnswers(pages, cookies, record, new SessionStates(parts.issuer)) },
  ];
}
