const COLUMNS = ['gateway', 'nats', 'token', 'postgres', 'others'];

const number = (value, digits = 0) => value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** CPU microseconds of a request over the processes that have a budget. */
export function budgetedMicroseconds(stretch, budgets) {
  return budgets.cpuMicrosecondsPerRequest.over.reduce((sum, name) => sum + (stretch.cpu[name] ?? 0), 0);
}

/** One stretch as a few lines. */
export function stretchLines(stretch, budgets) {
  const { latencyMs, cpu, database, machine } = stretch;
  const errors = Object.entries(stretch.errors).map(([kind, count]) => `${count} × ${kind}`);
  const loop = stretch.rate === null ? `closed loop, ${stretch.connections} connection(s)` : `open loop, ${stretch.rate}/s`;
  const lines = [
    `${stretch.label}: ${loop}, ${stretch.seconds.toFixed(1)} s`,
    `  ${number(stretch.perSecond)} requests/s   p50 ${latencyMs.p50.toFixed(2)} ms   p95 ${latencyMs.p95.toFixed(2)} ms   p99 ${latencyMs.p99.toFixed(2)} ms   max ${latencyMs.max.toFixed(1)} ms   errors ${errors.join(', ') || 'none'}`,
    `  CPU µs per request: ${COLUMNS.map((name) => `${name} ${number(cpu[name] ?? 0, 1)}`).join('   ')}   gateway+NATS+token ${number(budgetedMicroseconds(stretch, budgets), 1)}`,
    `  machine: ${machine.coresUsed.toFixed(2)} cores used, ${machine.coresByUs.toFixed(2)} of them by the system, ${machine.coresStolen.toFixed(2)} stolen`,
  ];
  if (database !== null)
    lines.push(
      `  database per request: ${database.transactions.toFixed(4)} transactions, ${database.inserted.toFixed(4)} rows inserted`,
    );
  if (stretch.late > 0)
    lines.push(`  ${number(stretch.late)} assertions were signed while measuring: the generator was slowed by that.`);
  for (const problem of stretch.problems) lines.push(`  WRONG: ${problem}`);
  return lines;
}

/** The figures nothing on this machine goes below. */
export function limitLines({ bare, signature }) {
  return [
    'limits of this machine, same run',
    `  bare Fastify: ${number(bare.perSecond)} requests/s, p50 ${bare.latencyMs.p50.toFixed(2)} ms, ${number(bare.microseconds, 1)} CPU µs per request`,
    `  one ES256 signature: ${number(signature, 1)} CPU µs`,
  ];
}

/** Every budget of the run with its figure: `{ name, figure, budget, held }`. */
export function judgements({ stretches, residentMegabytes }, budgets) {
  const judged = [];
  const add = (name, figure, budget, unit) => judged.push({ name, figure, budget, unit, held: figure <= budget });
  for (const stretch of stretches.filter((one) => one.budgeted)) {
    const of = (budget) => budget[stretch.scenario];
    const cpu = of(budgets.cpuMicrosecondsPerRequest);
    const transactions = of(budgets.transactionsPerRequest);
    const rows = of(budgets.rowsPerRequest);
    if (cpu !== undefined) add(`${stretch.scenario} CPU`, budgetedMicroseconds(stretch, budgets), cpu, 'µs');
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
      ({ name, figure, budget, unit, held }) =>
        `  ${held ? 'held' : 'OVER'}  ${name}: ${figure.toFixed(figure < 1 ? 4 : 1)} of ${budget} ${unit}`,
    );
}
