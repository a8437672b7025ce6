import fs from 'node:fs';
import path from 'node:path';
import { LaunchFailure } from './failure.mjs';
import { run } from './installation.mjs';
import { readJson, writePrivately } from './private-files.mjs';

/** The clients and resources every demo system begins with. */
export const DEMO_FILE = 'config/demo.yaml';

/** What the command line reads when its environment says nothing: how to reach this system as `operator`. */
export function writeOperatorFile({ data, nats, identities }) {
  const operator = { natsUrl: nats.url, seed: identities.seed('operator'), keyManagementNkeys: [identities.publicKey('key-management')] };
  writePrivately(data.path('operator.json'), `${JSON.stringify(operator, null, 2)}\n`);
}

/**
 * Applies the demo declaration and writes demo.json, so that scripts find what a person sees. A secret is told once, when it is
 * made, so those of earlier starts are kept beside it.
 */
export async function writeDemo(stack) {
  const { data, issuer, processes } = stack;
  const secrets = await applyDeclaration(stack);
  const demo = {
    issuer,
    endpoints: { token: `${issuer}/token`, introspection: `${issuer}/introspect`, revocation: `${issuer}/revoke`, jwks: `${issuer}/jwks`, metadata: `${issuer}/.well-known/openid-configuration` },
    clients: await declaredClients(stack.options.root, secrets),
    users: [],
    addresses: {
      gateway: `http://127.0.0.1:${stack.port}`,
      postgres: stack.postgres.ownerUrl,
      redis: stack.redis.url,
      nats: stack.nats.url,
      ops: Object.fromEntries(Object.values(processes).map((one) => [one.name, one.opsUrl])),
    },
    pids: { ...Object.fromEntries(Object.values(processes).map((one) => [one.name, one.pid])), ...serverPids(stack.infra), launcher: process.pid },
  };
  writePrivately(data.path('demo.json'), `${JSON.stringify(demo, null, 2)}\n`);
  return demo;
}

function serverPids(infra) {
  return Object.fromEntries(Object.entries(infra).filter(([, server]) => server !== null).map(([name, server]) => [name, server.pid]));
}

async function applyDeclaration({ data, options }) {
  const known = data.path('demo-secrets.json');
  const told = data.path('demo-secrets.new.json');
  fs.rmSync(told, { force: true });
  const args = ['apps/cli/dist/main.js', 'apply', DEMO_FILE, '--secrets-out', told];
  const { code, output } = await run(process.execPath, args, { cwd: options.root, env: { PATH: process.env.PATH, TESSERA_OPERATOR_FILE: data.path('operator.json') } });
  if (code !== 0) throw new LaunchFailure(`${DEMO_FILE} could not be applied: ${output.trim().split('\n').at(-1)}`);
  const secrets = { ...readJson(known, {}), ...readJson(told, {}) };
  writePrivately(known, JSON.stringify(secrets));
  fs.rmSync(told, { force: true });
  return secrets;
}

async function declaredClients(root, secrets) {
  const { parse } = await import('yaml');
  const { clients = [] } = parse(fs.readFileSync(path.join(root, DEMO_FILE), 'utf8')) ?? {};
  return clients.map((client) => ({
    client_id: client.client_id,
    method: client.token_endpoint_auth_method ?? 'client_secret_basic',
    ...secrets[client.client_id],
    grant_types: client.grant_types ?? [],
    redirect_uris: client.redirect_uris ?? [],
    scope: client.scope ?? '',
  }));
}
