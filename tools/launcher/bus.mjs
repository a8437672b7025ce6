import { LaunchFailure } from './failure.mjs';

const CONNECT_MS_MAX = 3000;

/**
 * The rules of the bus as nats-server reads them: generated from the contracts, with these identities' public keys, and
 * an account for each of the teams. */
export async function busRules(identities, teams = []) {
  const { busPermissions, natsAccountsConfig } = await import('@tessera/messaging/permissions');
  return natsAccountsConfig(busPermissions(), identities.publicKeys(), teams);
}

/**
 * Looks whether a bus that somebody else runs knows our identities and enforces rules: the gateway may log in, and may not listen
 * to everything. A bus without rules would let any service read any other's secrets, so it is refused.
 */
export async function requireRuledBus({ url, variable }, identities) {
  const { connect, nkeyAuthenticator } = await import('nats');
  const authenticator = nkeyAuthenticator(new TextEncoder().encode(identities.seed('gateway')));
  let connection;
  try {
    connection = await connect({
      servers: url,
      authenticator,
      reconnect: false,
      timeout: CONNECT_MS_MAX,
      inboxPrefix: '_INBOX.gateway',
    });
  } catch (error) {
    throw new LaunchFailure(
      `the bus at ${variable} refuses our identities (${error.message}): give it the configuration that \`node tools/compose-init.mjs\` writes, or name the directory of its seeds in NATS_SEED_DIRECTORY.`,
    );
  }
  let refused = false;
  connection.subscribe('>', { callback: (error) => (refused ||= error !== null) });
  // The server answers one connection in order, so a refusal comes before the answers to these.
  await connection.flush();
  await connection.flush();
  await connection.close();
  if (!refused)
    throw new LaunchFailure(
      `the bus at ${variable} enforces no permissions: give it the configuration that \`node tools/compose-init.mjs\` writes, or unset ${variable} for a private instance.`,
    );
}
