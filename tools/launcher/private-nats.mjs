import fs from 'node:fs';
import path from 'node:path';
import { privateDirectory } from './private-files.mjs';
import { PrivateServer } from './private-server.mjs';
import { canConnect } from './ports.mjs';

/**
 * A private NATS server on loopback. `rules` is the configuration text with the users and what each may say and hear; address and
 * pid file stand beside it, because rules are the same for every address.
 */
export function privateNats({ program, data, children, port, rules }) {
  const directory = privateDirectory(data.path('nats'));
  const configuration = path.join(directory, 'nats.conf');
  const rulesFile = path.join(directory, 'rules.conf');
  const setRules = (text) => fs.writeFileSync(rulesFile, text, { mode: 0o600 });
  setRules(rules);
  const server = new PrivateServer({
    name: 'nats',
    port,
    spawn: (at) => {
      fs.writeFileSync(configuration, `host: "127.0.0.1"\nport: ${at}\ninclude "./rules.conf"\n`, { mode: 0o600 });
      return children.start('nats', program, ['-c', configuration], {
        cwd: directory,
        env: { PATH: process.env.PATH, HOME: directory },
      });
    },
    isReady: (_child, at) => canConnect('127.0.0.1', at),
  });
  return Object.assign(server, {
    url: () => `nats://127.0.0.1:${server.port}`,
    configuration,
    /** Replaces the rules and makes the server read them: connections that the new rules still allow stay open. */
    applyRules: (text) => {
      setRules(text);
      server.reload();
    },
  });
}
