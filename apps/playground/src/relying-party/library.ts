import * as openid from 'openid-client';
import { Recorder, type Send } from '../runs/recorder.js';
import type { Run } from '../runs/run.js';
import type { DemoClient } from './demo-credentials.js';

const REQUEST_SECONDS_MAX = 10;

/** Where the provider is, how requests leave, and what time it is. */
export interface Surroundings {
  readonly issuer: string;
  /** This app's own origin, where the browser comes back to. */
  readonly origin: string;
  readonly send: Send;
  readonly nowMs: () => number;
}

/** Sets up the library for one run: everything it sends from here on is written down. Known metadata are not read again. */
export async function openLibrary(client: DemoClient, run: Run, surroundings: Surroundings, known: openid.ServerMetadata | null): Promise<openid.Configuration> {
  const { issuer, send, nowMs } = surroundings;
  const recorder = new Recorder(run, issuer, send, nowMs);
  const plainHttp = issuer.startsWith('http:');
  const metadata = known ?? (await discoveredMetadata(issuer, recorder, plainHttp));
  recorder.knows(metadata);
  const configuration = new openid.Configuration(metadata, client.client_id, undefined, authentication(client));
  configuration[openid.customFetch] = recorder.fetch;
  configuration.timeout = REQUEST_SECONDS_MAX;
  // Signatures are checked although the tokens come straight from the provider: the page is to show it.
  openid.enableNonRepudiationChecks(configuration);
  if (plainHttp) openid.allowInsecureRequests(configuration);
  return configuration;
}

async function discoveredMetadata(issuer: string, recorder: Recorder, plainHttp: boolean): Promise<openid.ServerMetadata> {
  const discovered = await openid.discovery(new URL(issuer), 'discovery', undefined, openid.None(), {
    [openid.customFetch]: recorder.fetch,
    timeout: REQUEST_SECONDS_MAX,
    execute: plainHttp ? [openid.allowInsecureRequests] : [],
  });
  return discovered.serverMetadata();
}

function authentication(client: DemoClient): openid.ClientAuth {
  switch (client.method) {
    case 'none':
      return openid.None();
    case 'client_secret_post':
      return openid.ClientSecretPost(client.client_secret);
    case 'client_secret_basic':
      return openid.ClientSecretBasic(client.client_secret);
    default:
      throw new Error(`the playground does not authenticate by ${client.method}`);
  }
}
