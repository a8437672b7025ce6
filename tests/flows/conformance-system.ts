import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as undici from 'undici';
import { System } from '../faults/system.js';

/** A system as `npm start -- --conformance` makes it, for a spec of its own, and a fetch that trusts its certificate. */
export interface ConformanceSystem {
  readonly system: System;
  readonly certificate: string;
  stop(): Promise<void>;
}

/** Starts one; `env` are settings beside those of the mode. Until it stops, `fetch` and the drivers of the flows are about it. */
export async function startConformanceSystem(env: Readonly<Record<string, string>> = {}): Promise<ConformanceSystem> {
  const [underTest, plain] = [process.env['TESSERA_DEMO'], globalThis.fetch];
  const system = await System.start({ conformance: true, env });
  const certificate = readFileSync(path.join(system.dataDirectory, 'conformance', 'certificate.pem'), 'utf8');
  const dispatcher = new undici.Agent({ connect: { ca: certificate } });
  // Node's own fetch takes no authority of a test; the drivers are the same, only whom they trust is not.
  globalThis.fetch = ((input: string | URL, init?: undici.RequestInit) => undici.fetch(input, { ...init, dispatcher })) as unknown as typeof fetch;
  process.env['TESSERA_DEMO'] = path.join(system.dataDirectory, 'demo.json');
  const stop = async () => {
    process.env['TESSERA_DEMO'] = underTest;
    globalThis.fetch = plain;
    await dispatcher.close();
    await system.stop();
  };
  return { system, certificate, stop };
}
