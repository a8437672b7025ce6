#!/usr/bin/env node
/**
 * node tools/deployment/make-secrets.mjs <directory> --postgres host:port/database --redis host:port [--plain]
 *
 * Makes every secret of an installation on Kubernetes once, in a directory only its owner may read, laid out for
 * `kubectl create secret generic <name> --from-file=<directory>/secrets/<name>` (k8s/README.md). What exists is kept: run it again for
 * what a later release adds. Besides the secrets: config/tessera-nkeys (public keys), sql/logins.sql for PostgreSQL, acl/users.acl
 * for Redis. Connections demand verified certificates unless --plain says there are none, as in overlays/dev, whose PostgreSQL and
 * Redis then get their Secrets too.
 *
 * node tools/deployment/make-secrets.mjs <directory> --renew-standby <service>   after a rotation: a new standby nkey
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { failureLine, LaunchFailure } from '../launcher/failure.mjs';
import { BUS_NAMES, Identities } from '../launcher/identities.mjs';
import { ROLE_OF } from '../launcher/database.mjs';
import { privateDirectory, writePrivately } from '../launcher/private-files.mjs';
import { installationSecrets, redisUsers } from './secrets.mjs';

const USAGE =
  'usage: make-secrets.mjs <directory> --postgres host:port/database --redis host:port [--plain], or <directory> --renew-standby <service>';
const NATS_NODES = 3;
const standby = (service) => `${service}.standby`;

async function main() {
  const { directory, postgres, redis, tls, renewStandby } = readArguments();
  const identities = await Identities.open(path.join(directory, 'made'));
  if (renewStandby !== undefined) {
    renew(identities, renewStandby);
    console.log(`${renewStandby}: its standby is its nkey now, and it has a new standby. Run the command of the installation again.`);
    return;
  }
  const secrets = installationSecrets(identities, { postgres, redis, tls });
  writeAll(path.join(directory, 'secrets'), kubernetesSecrets(identities, secrets, !tls));
  writeAll(path.join(directory, 'config'), { 'tessera-nkeys': publicNkeys(identities) });
  writeAll(directory, {
    sql: { 'logins.sql': logins(identities, secrets) },
    acl: { 'users.acl': acl(identities) },
  });
  console.log(`${directory} is written. Keep made/key-encryption-keyring.json and made/password-pepper offline as well: nothing replaces them.`);
}

function readArguments() {
  const text = { type: 'string' };
  const options = { postgres: text, redis: text, plain: { type: 'boolean', default: false }, 'renew-standby': text };
  let given;
  try {
    given = parseArgs({ options, allowPositionals: true });
  } catch {
    throw new LaunchFailure(USAGE);
  }
  const { values, positionals } = given;
  const renewStandby = values['renew-standby'];
  const complete = renewStandby === undefined ? /^[^/]+:\d+\/\w+$/.test(values.postgres ?? '') && /^[^/]+:\d+$/.test(values.redis ?? '') : BUS_NAMES.includes(renewStandby);
  if (positionals.length !== 1 || !complete) throw new LaunchFailure(USAGE);
  return { directory: path.resolve(positionals[0]), postgres: values.postgres, redis: values.redis, tls: !values.plain, renewStandby };
}

/** Secret → key → value, as the manifests of k8s/ mount them. */
function kubernetesSecrets(identities, secrets, trial) {
  const of = (suffix, key, services) =>
    Object.fromEntries(services.map(([service, value]) => [`${service}-${suffix}`, { [key]: value }]));
  const endingIn = (ending) =>
    Object.entries(secrets)
      .filter(([name]) => name.endsWith(ending) && name !== `owner${ending}`)
      .map(([name, value]) => [name.slice(0, -ending.length), value]);
  return {
    'tessera-db-owner': { url: secrets['owner-database-url'] },
    'tessera-keyring': { keyring: secrets['key-encryption-keyring'] },
    'tessera-pepper': { pepper: secrets['password-pepper'] },
    'nats-routes': { 'routes.conf': routes(identities) },
    // For overlays/dev only, where PostgreSQL and Redis run in the namespace; production needs neither.
    ...(trial ? { 'dev-postgresql': { password: identities.password('dev-postgresql'), 'logins.sql': logins(identities, secrets) }, 'dev-redis': { 'users.acl': acl(identities) } } : {}),
    ...of('db', 'url', endingIn('-database-url')),
    ...of('redis', 'url', endingIn('-redis-url')),
    ...Object.fromEntries(
      BUS_NAMES.map((service) => [`${service}-nats`, { seed: identities.seed(service), 'seed-standby': identities.seed(standby(service)) }]),
    ),
  };
}

const acl = (identities) => `${redisUsers(identities).join('\n')}\n`;

/** Included in the block `cluster` of nats.conf. */
function routes(identities) {
  const password = identities.password('nats-routes');
  const nodes = Array.from({ length: NATS_NODES }, (_, node) => `  "nats-route://routes:${password}@nats-${node}.nats-routes:6222"`);
  return `authorization { user: routes, password: "${password}", timeout: 3 }\nroutes: [\n${nodes.join('\n')}\n]\n`;
}

/** What permissions.conf, the lessees and key-management read; nothing of it is secret. */
function publicNkeys(identities) {
  const pairs = BUS_NAMES.map((service) => [service, [identities.publicKey(service), identities.publicKey(useStandby(identities, service))]]);
  const byService = Object.fromEntries(pairs);
  return {
    ...Object.fromEntries(
      pairs.flatMap(([service, [current, waiting]]) => {
        const name = `${service.toUpperCase().replaceAll('-', '_')}_NKEY`;
        return [
          [name, current],
          [`${name}_STANDBY`, waiting],
        ];
      }),
    ),
    KEY_MANAGEMENT_NKEYS: byService['key-management'].join(','),
    SERVICE_NKEYS: JSON.stringify(byService),
  };
}

function useStandby(identities, service) {
  identities.seed(standby(service));
  return standby(service);
}

function renew(identities, service) {
  identities.seed(standby(service));
  fs.renameSync(identities.seedFile(standby(service)), identities.seedFile(service));
  identities.seed(standby(service));
}

/**
 * The roles of the services and two logins for each: while one is in use the other can be given a new password, so that a rotation has
 * both for a while.
 */
function logins(identities, secrets) {
  const owner = secrets['postgres-owner-password'];
  return [
    '-- Run once as an administrator of PostgreSQL, before the first migration.',
    "SET log_statement = 'none';",
    `CREATE ROLE tessera_owner LOGIN PASSWORD '${owner}';`,
    "CREATE DATABASE tessera OWNER tessera_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';",
    ...Object.values(ROLE_OF).flatMap((role) => [
      `CREATE ROLE ${role} LOGIN PASSWORD '${identities.password(role)}';`,
      `CREATE ROLE ${role}_standby NOLOGIN INHERIT IN ROLE ${role};`,
    ]),
    '',
  ].join('\n');
}

function writeAll(directory, tree) {
  for (const [folder, files] of Object.entries(tree))
    for (const [name, value] of Object.entries(files)) writePrivately(path.join(privateDirectory(path.join(directory, folder)), name), value);
}

main().catch((error) => {
  console.error(`make-secrets: ${failureLine(error)}`);
  process.exit(1);
});
