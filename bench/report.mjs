const COLUMNS = ['gateway', 'nats', 'token', 'authorization', 'device-ciba', 'postgres', 'others'];
const NAME_OF = { nats: 'NATS', postgres: 'PostgreSQL' };

const number = (value, digits = 0) => value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** The table of budgets a stretch has its CPU in: operations are charged to more processes than requests for client credentials. */
function tableOf({ unit }, budgets) {
  return unit === 'operation' ? budgets.cpuMicrosecondsPerOperation : budgets.cpuMicrosecondsPerRequest;
}

/** CPU microseconds of a request or operation over the processes that have a budget, without the password hashes in it. */
export function budgetedMicroseconds(stretch, budgets) {
  const all = tableOf(stretch, budgets).over.reduce((sum, name) => sum + (stretch.cpu[name] ?? 0), 0);
  return all - (stretch.passwordHash ?? 0);
}

/** One stretch as a few lines. */
export function stretchLines(stretch, budgets) {
  const { latencyMs, cpu, database, machine, unit = 'request' } = stretch;
  const loop = stretch.rate === null ? `closed loop, ${stretch.connections} connection(s)` : `open loop, ${stretch.rate}/s`;
  const { over } = tableOf(stretch, budgets);
  const beside = stretch.passwordHash === undefined ? '' : ' beside the password hash';
  const lines = [
    `${stretch.label}: ${loop}, ${stretch.seconds.toFixed(1)} s`,
    `  ${number(stretch.perSecond)} ${unit}s/s   ${percentiles(latencyMs)}   errors ${counted(stretch.errors)}`,
    `  CPU µs per ${unit}: ${COLUMNS.map((name) => `${name} ${number(cpu[name] ?? 0, 1)}`).join('   ')}   ${over.map((name) => NAME_OF[name] ?? name).join('+')}${beside} ${number(budgetedMicroseconds(stretch, budgets), 1)}`,
    ...passwordHashLines(stretch, budgets),
    ...(stretch.steps ?? []).filter((step) => step.latencyMs !== null).map((step) => `  ${step.name}: ${percentiles(step.latencyMs)}`),
    `  machine: ${machine.coresUsed.toFixed(2)} cores used, ${machine.coresByUs.toFixed(2)} of them by the system, ${machine.coresStolen.toFixed(2)} stolen`,
  ];
  if (database !== null)
    lines.push(
      `  database per ${unit}: ${database.transactions.toFixed(4)} transactions, ${database.inserted.toFixed(4)} rows inserted`,
    );
  if (stretch.late > 0)
    lines.push(`  ${number(stretch.late)} assertions were signed while measuring: the generator was slowed by that.`);
  if (Object.keys(stretch.warmupErrors ?? {}).length > 0) lines.push(`  before measuring: errors ${counted(stretch.warmupErrors)}`);
  for (const problem of stretch.problems) lines.push(`  WRONG: ${problem}`);
  return lines;
}

function percentiles({ p50, p95, p99, max }) {
  return `p50 ${p50.toFixed(2)} ms   p95 ${p95.toFixed(2)} ms   p99 ${p99.toFixed(2)} ms   max ${max.toFixed(1)} ms`;
}

function counted(errors) {
  return (
    Object.entries(errors)
      .map(([kind, count]) => `${count} × ${kind}`)
      .join(', ') || 'none'
  );
}

/**
 * The hash is a limit measured for itself, right before and after, and it is most of what a sign-in costs: an error of its few
 * hundredths is one of tenths in what is left. So what the stretch itself used on the threads that hash is taken off as well.
 */
function passwordHashLines(stretch, budgets) {
  const { passwordHash, passwordHashes, cpuBesideMainThread } = stretch;
  if (passwordHash === undefined) return [];
  const pool = cpuBesideMainThread.authorization;
  const rest = budgetedMicroseconds({ ...stretch, passwordHash: pool }, budgets);
  return [
    `  one password hash: ${number(passwordHash)} CPU µs (${passwordHashes.map((value) => number(value)).join(', ')})   instead by the threads of authorization beside its main one: ${number(pool)}, which leaves ${number(rest)}`,
  ];
}

/** The figures nothing on this machine goes below. */
export function limitLines({ bare, signature, rsaSignature, hash }) {
  return [
    'limits of this machine, same run',
    `  bare Fastify: ${number(bare.perSecond)} requests/s, p50 ${bare.latencyMs.p50.toFixed(2)} ms, ${number(bare.microseconds, 1)} CPU µs per request`,
    `  one ES256 signature: ${number(signature, 1)} CPU µs`,
    `  one RS256 signature: ${number(rsaSignature, 1)} CPU µs`,
    ...(hash === undefined
      ? []
      : [`  one password hash (argon2id, ${hash.memoryKib} KiB, ${hash.passes} passes): ${number(hash.microseconds)} CPU µs`]),
  ];
}

/** Every budget of the run with its figure: `{ name, figure, budget, held }`. */
export function judgements({ stretches, residentMegabytes }, budgets) {
  const judged = [];
  const add = (name, figure, budget, unit, peer) =>
    judged.push({ name, figure, budget, unit, ...(peer === undefined ? {} : { peer }), held: figure <= budget });
  for (const stretch of stretches.filter((one) => one.budgeted)) {
    const of = (budget) => budget?.[stretch.scenario];
    const cpu = of(tableOf(stretch, budgets));
    const beside = stretch.passwordHash === undefined ? '' : ' beside the password hash';
    const postgres = of(budgets.databaseMicrosecondsPerOperation);
    const transactions = of(budgets.transactionsPerRequest);
    const rows = of(budgets.rowsPerRequest);
    if (cpu !== undefined)
      add(
        `${stretch.scenario} CPU${beside}`,
        budgetedMicroseconds(stretch, budgets),
        cpu,
        'µs',
        of(budgets.fastestPeerMicroseconds),
      );
    if (postgres !== undefined) add(`${stretch.scenario} PostgreSQL`, stretch.cpu.postgres, postgres, 'µs');
    if (transactions !== undefined)
      add(`${stretch.scenario} database`, stretch.database.transactions, transactions, 'transactions/request');
    if (rows !== undefined) add(`${stretch.scenario} database`, stretch.database.inserted, rows, 'rows/request');
  }
  for (const stretch of stretches) {
    const errors = Object.values(stretch.errors).reduce((sum, count) => sum + count, 0) + stretch.problems.length;
    add(`${stretch.label} errors`, errors, 0, '');
  }
  if (residentMegabytes !== null)
    add('memory of the six processes, idle', residentMegabytes, budgets.residentMegabytesIdle, 'MB');
  return judged;
}

/** The budgets as lines: those over it always, those held when they carry a unit. */
export function judgementLines(rows) {
  return rows
    .filter(({ unit, held }) => unit !== '' || !held)
    .map(
      ({ name, figure, budget, unit, peer, held }) =>
        `  ${held ? 'held' : 'OVER'}  ${name}: ${figure.toFixed(figure < 1 ? 4 : 1)} of ${budget} ${unit}${peer === undefined ? '' : ` (fastest peer ${peer})`}`,
    );
}
