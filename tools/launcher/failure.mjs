/** A failure the person at the terminal can do something about: the message is one line that says what is wrong and the cure. */
export class LaunchFailure extends Error {
  constructor(message, exitCode = 1) {
    super(message.replace(/\s*\n\s*/g, ' ').trim());
    this.name = 'LaunchFailure';
    this.exitCode = exitCode;
  }
}

const UNWRITABLE = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT', 'EISDIR'];

/** Any thrown value as the one line to print. A failure nobody foresaw says how to see more. */
export function failureLine(error) {
  if (error instanceof LaunchFailure) return error.message;
  if (error?.path && UNWRITABLE.includes(error.code))
    return `cannot use ${error.path} (${error.code}): make the directory writable for this user, or set TESSERA_DATA_DIR to one that is.`;
  if (error?.code === 'ENOSPC' || error?.code === 'EDQUOT') return 'the disk is full: free some space and start again.';
  const message = String(error?.message ?? error).split('\n')[0];
  return `unexpected: ${message} (set TESSERA_DEBUG=1 to see where).`;
}

/** The stack of an unforeseen failure, for whoever asked for it with TESSERA_DEBUG. */
export function debugStack(error, env = process.env) {
  return env.TESSERA_DEBUG && error?.stack ? error.stack : null;
}
