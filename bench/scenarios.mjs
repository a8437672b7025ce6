import { LaunchFailure } from '../tools/launcher/failure.mjs';
import { basicAuthorization } from './client-authorization.mjs';
import { SIGN_IN_SCENARIOS, signInJob } from './sign-in-scenarios.mjs';

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

/** What a run may name; `all` is all of them. */
export const SUBJECTS = ['client-credentials', ...SIGN_IN_SCENARIOS.map(({ name }) => name), 'all'];

/** The client_credentials scenarios with the demo client each of them uses; one only, when a client is named. */
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

/** The scenarios of sign-in that are named; `all` names each. */
export function signInScenariosOf(named) {
  return SIGN_IN_SCENARIOS.filter(({ name }) => named === name || named === 'all');
}

/** What the generator is told of a scenario, beside where and how long: the request, and what a good answer is. */
export function jobOf(scenario, { issuer, ...demo }, { people, seconds } = {}) {
  if (scenario.conversation) return signInJob(scenario, { issuer, ...demo }, { people, seconds });
  return { request: requestOf(scenario, issuer), expected: '"access_token":"' };
}

/** What the generator sends for a client_credentials scenario. */
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
  return {
    kind: 'same',
    ...common,
    method: 'POST',
    headers: { authorization: basicAuthorization(credentials) },
    body: new URLSearchParams(parameters).toString(),
  };
}
