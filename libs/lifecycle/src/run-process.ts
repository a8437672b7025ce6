import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import {
  COMMON_SETTINGS,
  type Configuration,
  ConfigurationError,
  type ConfigurationShape,
  readConfiguration,
} from '@tessera/configuration';
import { Bus, ServiceClient } from '@tessera/messaging';
import { createLogger, type Logger, Metrics } from '@tessera/observability';
import { Outage, type ServiceName } from '@tessera/vocabulary';
import type { Check } from './check.js';
import { OpsServer } from './ops-server.js';
import { untilAvailable } from './until-available.js';

/** What every process reads, and what this one reads beyond. */
export type ProcessConfiguration<Settings extends ConfigurationShape> = Configuration<typeof COMMON_SETTINGS> & Configuration<Settings>;

/** What a process is given to start with. */
export interface ProcessContext<Settings extends ConfigurationShape> {
  readonly configuration: ProcessConfiguration<Settings>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly bus: Bus;
  readonly services: ServiceClient;
  /** This run of this process: in logs, in the inbox, in the lease audit. */
  readonly instance: string;
  /** The nkey seed this process logs in to the bus with. */
  readonly seed: Uint8Array;
  /** Waits for a dependency: repeats the attempt while it throws an Outage, and shows on `/startupz` what is waited for. */
  waitFor<Result>(what: string, attempt: () => Promise<Result>): Promise<Result>;
}

/** What a started process leaves behind: how to ask how it is, and how to stop it. */
export interface StartedProcess {
  readonly checks: readonly Check[];
  /** Stops taking work, finishes what is in flight, lets go of what was opened; in this order. */
  stop(): Promise<void>;
}

/** A process: its name on the bus, the variables it reads beyond the common ones, and how it starts. */
export interface ProcessDefinition<Settings extends ConfigurationShape> {
  readonly service: ServiceName;
  readonly settings: Settings;
  start(context: ProcessContext<Settings>): Promise<StartedProcess>;
}

/** Milliseconds after which a stop is forced; below the 45 s a pod is given. */
const STOP_MS_MAX = 35_000;
/** The exit statuses: a wrong configuration will not get better by itself, anything else may. */
const EXIT = { stopped: 0, failed: 1, configuration: 2 } as const;

/**
 * Runs a process to its end: configuration, operations port, bus, its own start (which subscribes last), readiness; and on
 * SIGTERM or SIGINT the way back. The only place that ends the process.
 */
export async function runProcess<Settings extends ConfigurationShape>(definition: ProcessDefinition<Settings>): Promise<void> {
  const instance = randomBytes(9).toString('base64url');
  let logger: Logger | undefined;
  try {
    const configuration = { ...readConfiguration(COMMON_SETTINGS), ...readConfiguration(definition.settings) };
    logger = createLogger({ process: definition.service, instance, level: configuration.LOG_LEVEL });
    await live(definition, configuration, logger, instance);
    process.exit(EXIT.stopped);
  } catch (error) {
    if (error instanceof ConfigurationError) {
      process.stderr.write(`${definition.service}: ${error.message}\n`);
      process.exit(EXIT.configuration);
    }
    if (error instanceof StopRequested) process.exit(EXIT.stopped);
    logger?.error('the process cannot go on', { error });
    process.exit(EXIT.failed);
  }
}

/** A stop asked for while the process was still starting. */
class StopRequested extends Error {}

async function live<Settings extends ConfigurationShape>(
  definition: ProcessDefinition<Settings>,
  configuration: ProcessConfiguration<Settings>,
  logger: Logger,
  instance: string,
): Promise<void> {
  const stopping = new AbortController();
  const stopAsked = onStopSignal(logger, () => stopping.abort(new StopRequested()));
  const metrics = new Metrics(definition.service);
  const ops = new OpsServer(metrics);
  const port = await ops.listen(configuration.OPS_HOST, configuration.OPS_PORT);
  const waitFor = <Result>(what: string, attempt: () => Promise<Result>) => {
    ops.waitFor(what);
    return untilAvailable(attempt, { logger, signal: stopping.signal });
  };
  const seed = new TextEncoder().encode(configuration.NATS_SEED);
  const bus = await waitFor('nats', () => connect(definition.service, instance, configuration.NATS_URL, seed));
  const services = new ServiceClient(bus, { metrics, logger });
  const started = await definition.start({ configuration, logger, metrics, bus, services, instance, seed, waitFor });
  ops.serve([{ name: 'nats', required: true, holds: () => bus.connected && bus.permissionViolations === 0 }, ...started.checks]);
  logger.info('serving', { port });

  await stopAsked;
  ops.drain();
  await started.stop();
  await bus.close();
  await ops.close();
  logger.info('stopped');
}

async function connect(service: ServiceName, instance: string, natsUrl: string, seed: Uint8Array): Promise<Bus> {
  try {
    return await Bus.connect({ service, instance, natsUrl, seed });
  } catch (error) {
    throw error instanceof Outage ? error : new Outage('nats', 'cannot connect', { cause: error });
  }
}

/** Resolves at the first SIGTERM or SIGINT, and forces the end when the stop hangs. */
function onStopSignal(logger: Logger, abort: () => void): Promise<void> {
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals) => {
      logger.info('stopping', { signal });
      setTimeout(() => {
        logger.error('the stop took too long and is forced');
        process.exit(EXIT.failed);
      }, STOP_MS_MAX).unref();
      abort();
      resolve();
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  });
}
