import type { DemoClient } from '../flows/demo.js';

export const CIBA = 'urn:openid:params:grant-type:ciba';
export const CALLBACK = 'https://mixed-load.example.org/cb';
export type ClientName = 'mixed-web' | 'mixed-native' | 'mixed-device' | 'mixed-ciba' | 'mixed-held';
export const PASSWORD = 'a long enough password';
/** Who is asked by the call centre; the first of them sign in. */
export const PEOPLE = 12;

/** Drivers of the flows, which read when they are loaded which system they drive. */
export const loadedDrivers = async () => ({
  ...(await import('../flows/sign-in.js')),
  ...(await import('../flows/demo.js')),
  ...(await import('../flows/device.js')),
  ...(await import('../flows/tessera.js')),
});
export type Drivers = Awaited<ReturnType<typeof loadedDrivers>>;

/** The declaration of what the load needs, and the drivers to apply it with. */
export async function declared(drivers: Drivers): Promise<(clientId: ClientName) => DemoClient> {
  const people = Array.from({ length: PEOPLE }, (_, index) => `  - username: mixed-${index}\n    password: { from_environment: MIXED_PASSWORD }`);
  return drivers.declare(
    `
clients:
  - client_id: mixed-web
    client_name: Mixed load, confidential
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code, refresh_token]
    scope: openid offline_access
    redirect_uris: [${CALLBACK}]
    first_party: true
  - client_id: mixed-native
    client_name: Mixed load, public
    token_endpoint_auth_method: none
    grant_types: [authorization_code, refresh_token]
    scope: openid offline_access
    redirect_uris: [${CALLBACK}]
    first_party: true
  - client_id: mixed-device
    client_name: Mixed load, device
    application_type: native
    token_endpoint_auth_method: none
    grant_types: ["urn:ietf:params:oauth:grant-type:device_code", refresh_token]
    scope: openid offline_access
  - client_id: mixed-ciba
    client_name: Mixed load, call centre
    token_endpoint_auth_method: client_secret_basic
    grant_types: ["${CIBA}"]
    scope: openid
    backchannel_token_delivery_mode: poll
  - client_id: mixed-held
    client_name: Mixed load, call centre that waits
    token_endpoint_auth_method: client_secret_basic
    grant_types: ["${CIBA}"]
    scope: openid
    backchannel_token_delivery_mode: poll
    backchannel_long_polling: true
users:
${people.join('\n')}
`,
    { MIXED_PASSWORD: PASSWORD },
  );
}

