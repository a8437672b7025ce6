const LOOK_MS = 500;

/**
 * Calls back when the npm that runs us is gone. npm hands SIGTERM to a shell, and the shell dies of it without telling us: without
 * this, stopping `npm start` from a script would leave everything running. Started by hand, an orphan is what somebody wanted.
 */
export function whenNpmEnds(ended, env = process.env) {
  if (!env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    ended();
  }, LOOK_MS);
  timer.unref();
}
