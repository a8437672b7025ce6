import { LaunchFailure } from '../tools/launcher/failure.mjs';

/** The opaque scenario asks for this resource of config/demo.yaml. */
const OPAQUE_RESOURCE = 'https://api.example.com/vault';

/**
 * The client_credentials scenarios: which demo client asks, how it authenticates, and what a good answer holds. `signed` answers
 * carry a JWT whose signature is checked against the published keys.
 */
export const SCENARIOS = [
  { name: 'client-credentials/secret-jwt', client: 'demo-service', signed: true, title: 'secret, ES256 JWT' },
  { name: 'client-credentials/private-key-jwt', method: 'private_key_jwt', signed: true, title: 'private_key_jwt, ES256 JWT' },
  {
    name: 'client-credentials/opaque',
    client: 'demo-vault',
    resource: OPAQUE_RESOURCE,
    signed: false,
    title: 'secret, opaque token',
  },
];

/** The scenarios with the demo client each of them uses; one only, when a client is named. */
export function scenariosOf(demo, only) {
  const found = SCENARIOS.map((scenario) => ({
    ...scenario,
    credentials: demo.clients.find((one) =>
      scenario.client ? one.client_id === scenario.client : one.method === scenario.method,
    ),
  }));
  const usable = found.filter(({ credentials }) => credentials !== undefined && (!only || credentials.client_id === only));
  if (usable.length === 0)
    throw new LaunchFailure(
      only
        ? `no scenario uses the client ${only}: the scenarios use ${found.map(({ credentials }) => credentials?.client_id).join(', ')}.`
        : 'demo.json has none of the clients the scenarios use: start a system with config/demo.yaml.',
    );
  return usable;
}

/** What the generator sends for a scenario. */
export function requestOf(scenario, issuer) {
  const { credentials, resource } = scenario;
  const common = { host: new URL(issuer).host, path: '/token' };
  const parameters = { grant_type: 'client_credentials', ...(resource ? { resource } : {}) };
  if (credentials.method === 'private_key_jwt')
    return {
      kind: 'assertion',
      ...common,
      parameters,
      clientId: credentials.client_id,
      audience: issuer,
      jwk: credentials.private_key_jwk,
    };
  const basic = [credentials.client_id, credentials.client_secret].map(encodeURIComponent).join(':');
  return {
    kind: 'same',
    ...common,
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(basic).toString('base64')}` },
    body: new URLSearchParams(parameters).toString(),
  };
}
