import { StandardClaims } from '@tessera/protocol/account';
import type { AuthorizationRequest } from '@tessera/protocol/authorization-request';
import type { ClientMetadata, ClientRegistration, ResourceMetadata } from '@tessera/protocol/client';
import { claimNamesOf, isOffline, requestedAuthority } from '@tessera/protocol/grant';
import type { ClientView, PersonView, StepPage } from '@tessera/protocol/interaction';
import { formTarget, redirectUriHost } from '@tessera/protocol/redirect-uri';
import { CONSENT_LIFETIME_SECONDS_DEFAULT, isIdentityScope } from '@tessera/vocabulary';

const DAY_SECONDS = 86_400;

/** The resources this provider knows. */
export interface KnownResources {
  /** @throws {Outage} when it cannot be known. */
  resource(identifier: string): Promise<ResourceMetadata | null>;
}

/** A client as people meet it: only what it registered for them. */
export function clientView({ clientId, name, registration }: ClientMetadata): ClientView {
  const { clientUri, logoUri, policyUri, tosUri } = registration;
  return { clientId, name, clientUri, logoUri, policyUri, tosUri, ...(registration.verified ? {} : { unverifiedAt: placesOf(registration) }) };
}

/** REG-8: the hosts of its redirect URIs, every one of them; what it says of itself proves nothing. */
function placesOf({ redirectUris }: ClientRegistration): string {
  return [...new Set(redirectUris.map((uri) => redirectUriHost(uri) ?? uri.slice(0, uri.indexOf(':') + 1)))].join(', ');
}

/** The consent page (UIX-7): who asks, for what, in whose name; from the stored request and nothing of the browser. */
export async function consentPage(
  request: AuthorizationRequest,
  client: ClientMetadata,
  person: PersonView,
  known: KnownResources,
): Promise<Extract<StepPage, { step: 'consent' }>> {
  const asked = requestedAuthority(request, client);
  const resources = await Promise.all(asked.resources.map((identifier) => known.resource(identifier)));
  const resourceOf = (scope: string) => (isIdentityScope(scope) ? null : (resources.find((one) => one?.scope.includes(scope))?.name ?? null));
  return {
    step: 'consent',
    client: clientView(client),
    person,
    scope: asked.scope.map((scope) => ({ scope, resource: resourceOf(scope) })),
    // Claims about the sign-in itself (`acr`, `auth_time`) tell nothing about the person.
    claims: claimNamesOf(asked).filter((name) => Object.hasOwn(StandardClaims.shape, name)),
    offline: isOffline(asked),
    days: CONSENT_LIFETIME_SECONDS_DEFAULT / DAY_SECONDS,
  };
}

/** A page names no more addresses than this beside the one the answer goes to. */
const OTHER_TARGETS_MAX = 8;

/**
 * Where the forms of a page may lead besides ourselves (UIX-5): to the address the answer goes to, and on from there to the other
 * addresses the client has proven to be its own. Browsers hold every redirect that follows a form against `form-action`, and a
 * callback that leads on to the client's own front end would be stopped.
 */
export function formTargetsOf(redirectUri: string, { clientUri, redirectUris }: Pick<ClientRegistration, 'clientUri' | 'redirectUris'>): string[] {
  const others = [...(clientUri === null ? [] : [clientUri]), ...redirectUris].map(formTarget);
  return [...new Set([formTarget(redirectUri), ...others])].slice(0, OTHER_TARGETS_MAX + 1);
}
