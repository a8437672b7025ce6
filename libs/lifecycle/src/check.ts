/**
 * One thing a process needs. `required: false` means the process does its work without it, more slowly or with stricter
 * local limits: it is reported, and readiness stays (deploy rule "degraded, not unready").
 */
export interface Check {
  /** Short and fixed: `nats`, `postgresql`, `redis`, `lease`. Shown on `/readyz`. */
  readonly name: string;
  /** False: the process works without it, and stays ready. */
  readonly required: boolean;
  /** True while the dependency can be used. A rejection counts as false. */
  holds(): boolean | Promise<boolean>;
}

/** What one look at all checks found. */
export interface CheckReport {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, 'ok' | 'failed' | 'degraded'>>;
}

/** Milliseconds a check may take; a dependency that hangs is a dependency that is away. */
const CHECK_MS_MAX = 1_000;

/** Looks at every check, none longer than a second. */
export async function lookAt(checks: readonly Check[]): Promise<CheckReport> {
  const found = await Promise.all(
    checks.map(async (check) => ({ check, holds: await withinTime(check) })),
  );
  return {
    ready: found.every(({ check, holds }) => holds || !check.required),
    checks: Object.fromEntries(found.map(({ check, holds }) => [check.name, holds ? 'ok' : check.required ? 'failed' : 'degraded'])),
  };
}

async function withinTime(check: Check): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), CHECK_MS_MAX);
  });
  try {
    return await Promise.race([Promise.resolve(check.holds()), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
