import fs from 'node:fs';
import path from 'node:path';
import { declaredTeams } from '../nats-permissions/declared-teams.mjs';
import { LaunchFailure } from './failure.mjs';
import { run } from './installation.mjs';
import { playgroundVariables } from './playground.mjs';
import { readJson, writePrivately } from './private-files.mjs';

/** The clients, resources, users and teams every demo system begins with. */
export const DEMO_FILE = 'config/demo.yaml';

/** The team of the demo: its nkey is made here, so the file says where it is. */
const DEMO_TEAM = 'demo-support';

const teamVariables = ({ identities }) => ({ DEMO_TEAM_NKEYS: identities.team(DEMO_TEAM).nkeys.join(' ') });

/** The teams of the demo as the bus has to know them, before there is anything else. */
export async function demoTeams(stack) {
  return await declaredTeams([path.join(stack.options.root, DEMO_FILE)], teamVariables(stack));
}

/** What the command line reads when its environment says nothing: how to reach this system as `operator`. */
export function writeOperatorFile({ data, nats, identities }) {
  const operator = {
    natsUrl: nats.url,
    seed: identities.seed('operator'),
    keyManagementNkeys: [identities.publicKey('key-management')],
  };
  writePrivately(data.path('operator.json'), `${JSON.stringify(operator, null, 2)}\n`);
}

/** Applies the demo declaration and writes demo.json, so that scripts find what a person sees. */
export async function writeDemo(stack) {
  const { issuer, processes } = stack;
  const { parse } = await import('yaml');
  const { clients, users = [] } = parse(fs.readFileSync(path.join(stack.options.root, DEMO_FILE), 'utf8'));
  const privateKey = stack.identities.demoKey();
  const variables = { ...teamVariables(stack), ...(stack.playground === null ? {} : playgroundVariables(stack.playground.origin)) };
  const secrets = await applyDeclaration(stack, { clients, users, privateKey, variables });
  const demo = {
    issuer,
    endpoints: {
      token: `${issuer}/token`,
      introspection: `${issuer}/introspect`,
      revocation: `${issuer}/revoke`,
      jwks: `${issuer}/jwks`,
      metadata: `${issuer}/.well-known/openid-configuration`,
    },
    clients: clients.map((client) => describedClient(client, { secrets, privateKey, variables })),
    users: users.map(({ username }) => ({ username, password: secrets[userKey(username)]?.password })),
    teams: [stack.identities.team(DEMO_TEAM)],
    addresses: {
      gateway: `http://127.0.0.1:${stack.port}`,
      postgres: stack.postgres.ownerUrl,
      redis: stack.redis.url,
      nats: stack.nats.url,
      ops: Object.fromEntries(Object.values(processes).map((one) => [one.name, one.opsUrl])),
    },
    pids: {
      ...Object.fromEntries(Object.values(processes).map((one) => [one.name, one.pid])),
      ...serverPids(stack.infra),
      launcher: process.pid,
    },
  };
  return keepDemo(stack, demo);
}

/** Adds the playground, which reads the file itself and so starts after it is written. */
export function notePlayground(stack, one) {
  const { demo, playground } = stack;
  return keepDemo(stack, {
    ...demo,
    addresses: { ...demo.addresses, playground: playground.origin },
    pids: { playground: one.pid, ...demo.pids },
  });
}

function keepDemo({ data }, demo) {
  writePrivately(data.path('demo.json'), `${JSON.stringify(demo, null, 2)}\n`);
  return demo;
}

function serverPids(infra) {
  return Object.fromEntries(
    Object.entries(infra)
      .filter(([, server]) => server !== null)
      .map(([name, server]) => [name, server.pid]),
  );
}

/** Runs the command line as the operator of this system. */
async function tessera({ data, options }, args, env = {}) {
  const { code, output } = await run(process.execPath, ['apps/cli/dist/main.js', ...args], {
    cwd: options.root,
    env: { PATH: process.env.PATH, TESSERA_OPERATOR_FILE: data.path('operator.json'), ...env },
  });
  if (code !== 0) throw new LaunchFailure(`tessera ${args.slice(0, 2).join(' ')} failed: ${output.trim().split('\n').at(-1)}`);
}

/** Applies the declaration. The command line adds the secrets it makes to the file, where those of earlier starts stand. */
async function applyDeclaration(stack, { clients, users, privateKey, variables }) {
  const { kty, crv, x, y, kid, alg } = privateKey;
  const jwks = JSON.stringify({ keys: [{ kty, crv, x, y, kid, alg, use: 'sig' }] });
  writePrivately(stack.data.path('demo-key.jwks.json'), jwks);
  writePrivately(stack.data.path('demo-team.nkeys'), `${variables.DEMO_TEAM_NKEYS}\n`);
  const file = stack.data.path('demo-secrets.json');
  await tessera(stack, ['apply', DEMO_FILE, '--secrets-out', file], { DEMO_KEY_JWKS: jwks, ...variables });
  const known = readJson(file, {});
  // A database that outlived the data directory has clients and people whose secrets nobody knows any more.
  for (const { client_id: id } of clients.filter((one) => usesSecret(one) && known[one.client_id] === undefined))
    await tessera(stack, ['client', 'rotate-secret', id, '--secrets-out', file]);
  for (const { username } of users.filter((one) => known[userKey(one.username)] === undefined))
    await tessera(stack, ['user', 'set-password', username, '--secrets-out', file]);
  return readJson(file, {});
}

const methodOf = (client) => client.token_endpoint_auth_method ?? 'client_secret_basic';
const usesSecret = (client) => methodOf(client).startsWith('client_secret_');

/** Under which name the command line keeps what it made for a user. */
const userKey = (username) => `user:${username}`;

/** A list in the declaration, or what stands for it in the environment, as the command line reads it. */
function urisOf(declared, variables) {
  if (Array.isArray(declared) || declared === undefined) return declared ?? [];
  return variables[declared.from_environment]?.split(/\s+/) ?? declared.otherwise ?? [];
}

function describedClient(client, { secrets, privateKey, variables }) {
  return {
    client_id: client.client_id,
    method: methodOf(client),
    ...(usesSecret(client) ? secrets[client.client_id] : {}),
    ...(methodOf(client) === 'private_key_jwt' ? { private_key_jwk: privateKey } : {}),
    grant_types: client.grant_types ?? [],
    scope: client.scope ?? '',
    resources: client.resources ?? [],
    redirect_uris: urisOf(client.redirect_uris, variables),
    post_logout_redirect_uris: urisOf(client.post_logout_redirect_uris, variables),
  };
}
