/** What the exit status of `tessera` means. Scripts rely on it; docs and `--help` show the same table. */
export const EXIT = {
  /** Done, or for a dry run: it could be done. */
  done: 0,
  /** Something went wrong that the command cannot explain; with an incident id, look into the logs of the service. */
  failed: 1,
  /** The command line, a setting or a file is wrong. Nothing was changed. */
  wrong: 2,
  /** The client, user or key does not exist. Nothing was changed. */
  unknown: 3,
  /** The bus or a service did not answer. It is not known whether anything was changed; the same command again is safe, save rotate-secret. */
  unreachable: 4,
} as const;

/** One of the exit statuses. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with one line for the person who ran it. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';

  constructor(
    readonly exitCode: ExitCode,
    /** What is wrong and what to do about it, in one line. */
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
