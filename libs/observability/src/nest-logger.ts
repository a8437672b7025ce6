import type { Logger } from './logger.js';

/** What Nest wants of a logger; spelled out so that this library does not depend on Nest. */
export interface NestLogger {
  log(message: unknown, ...rest: unknown[]): void;
  error(message: unknown, ...rest: unknown[]): void;
  warn(message: unknown, ...rest: unknown[]): void;
}

/** Lets Nest's own messages into our log: warnings and errors only, its start-up chatter stays out. */
export function nestLogger(logger: Logger): NestLogger {
  return {
    log: () => {},
    warn: (message) => logger.warn(String(message)),
    error: (message, ...rest) => logger.error(String(message), { detail: { context: rest.map(String).join(' ') } }),
  };
}
