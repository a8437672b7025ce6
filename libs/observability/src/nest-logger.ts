import type { Logger } from './logger.js';

/** What Nest wants of a logger; spelled out so that this library does not depend on Nest. */
export interface NestLogger {
  log(message: unknown, ...rest: unknown[]): void;
  error(message: unknown, ...rest: unknown[]): void;
  warn(message: unknown, ...rest: unknown[]): void;
}

/**
 * Lets Nest's own messages into our log: warnings and errors only, its start-up chatter stays out. What Nest says is a field and
 * not the message of a line, because only fields are scrubbed (SEC-2).
 */
export function nestLogger(logger: Logger): NestLogger {
  return {
    log: () => {},
    warn: (said, ...rest) => logger.warn('Nest warns', { detail: { said, rest } }),
    error: (said, ...rest) => logger.error('Nest reports an error', { detail: { said, rest } }),
  };
}
