import { ConfigurationError, readConfiguration } from '@tessera/configuration';
import { DemoFileCredentials } from './relying-party/demo-credentials.js';
import { createPlayground } from './server/playground-server.js';
import { PLAYGROUND_SETTINGS } from './settings.js';

/** The exit statuses of every process of this system: a wrong configuration will not get better by itself. */
const EXIT = { stopped: 0, failed: 1, configuration: 2 } as const;

async function main(): Promise<void> {
  const settings = readConfiguration(PLAYGROUND_SETTINGS);
  const playground = createPlayground(
    {
      issuer: settings.TESSERA_ISSUER,
      origin: settings.PLAYGROUND_ORIGIN,
      // Not outbound-http: this app is a stranger to the system, and its recorder talks to the one provider it was told.
      send: (url, init) => globalThis.fetch(url, init),
      nowMs: () => Date.now(),
    },
    new DemoFileCredentials(settings.DEMO_FILE),
  );
  const stop = () => void playground.close().then(() => process.exit(EXIT.stopped));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  await playground.listen({ host: settings.PLAYGROUND_HOST, port: settings.PLAYGROUND_PORT });
  process.stdout.write(`playground: serving ${settings.PLAYGROUND_ORIGIN}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`playground: ${error instanceof Error ? error.message : 'it cannot go on'}\n`);
  process.exit(error instanceof ConfigurationError ? EXIT.configuration : EXIT.failed);
}
