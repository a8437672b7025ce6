import type { ClientMetadata } from '@tessera/protocol/client';
import { type DeviceRequestView, displayedUserCode } from '@tessera/protocol/device-authorization';
import { isOffline } from '@tessera/protocol/grant';
import type { Browser, PersonView, StepPage } from '@tessera/protocol/interaction';
import { sourceNetwork } from '@tessera/protocol/sign-in-attempts';
import { isIdentityScope } from '@tessera/vocabulary';
import { clientView, type KnownResources } from '../interaction/index.js';

/** RFC 8628 §5.4, DEV-5: who asks, for what, from where and when, and the code to compare; all of it from what is stored. */
export async function deviceConsentPage(
  { client, device }: { readonly client: ClientMetadata; readonly device: DeviceRequestView },
  person: PersonView,
  browser: Browser,
  known: KnownResources,
): Promise<StepPage> {
  const { authority } = device.request;
  const resources = await Promise.all(authority.resources.map((identifier) => known.resource(identifier)));
  const resourceOf = (scope: string) => (isIdentityScope(scope) ? null : (resources.find((one) => one?.scope.includes(scope))?.name ?? null));
  return {
    step: 'device-consent',
    client: clientView(client),
    person,
    scope: authority.scope.map((scope) => ({ scope, resource: resourceOf(scope) })),
    offline: isOffline(authority),
    userCode: displayedUserCode(device.userCode),
    sourceAddress: device.sourceAddress,
    sameSource: sourceNetwork(device.sourceAddress) === sourceNetwork(browser.sourceAddress),
    askedSecondsAgo: Math.max(0, Math.floor(device.now - device.createdAt)),
    secondsLeft: Math.max(0, Math.floor(device.expiresAt - device.now)),
  };
}
