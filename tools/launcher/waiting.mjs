/** Waits until `probe` returns a value that is not null or false; null when the time is over. `cancelled` ends the wait early. */
export async function until(probe, { timeoutMs, everyMs = 25, cancelled = () => false }) {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (cancelled() || performance.now() >= end) return null;
    await pause(everyMs);
  }
}

/** A timer as a promise. */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
