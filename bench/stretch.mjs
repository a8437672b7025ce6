import { runLoad } from './load/run-load.mjs';
import { groupMicroseconds, machineMicroseconds } from './measure/processor-time.mjs';
import { requestOf } from './scenarios.mjs';
import { groupsOf } from './subject.mjs';
import { problemsOf } from './verification.mjs';

/**
 * One measured stretch of a scenario: load from its own process, CPU time of each group of processes, what the database did, and
 * the sampled answers verified. `rate` makes it an open loop.
 */
export async function measure(
  scenario,
  { subject, database, connections, seconds, warmup, rate = null, label, budgeted = false },
) {
  const { issuer, addresses } = subject.demo;
  const target = new URL(addresses.gateway ?? issuer);
  const job = {
    host: target.hostname,
    port: Number(target.port),
    connections,
    seconds,
    warmupSeconds: warmup,
    rate,
    request: requestOf(scenario, issuer),
    expected: '"access_token":"',
  };
  const result = await runLoad(job, (go) => observe(groupsOf(subject.pids()), go));
  const { observation, samples, ...figures } = result;
  const perRequest = (value) => value / Math.max(1, figures.requests);
  return {
    label,
    budgeted,
    scenario: scenario.name,
    connections,
    rate,
    ...figures,
    cpu: Object.fromEntries(Object.entries(observation.groups).map(([name, value]) => [name, perRequest(value)])),
    database: budgeted ? await askedOfDatabase(database, figures) : null,
    machine: observation.machine,
    problems: await problemsOf(samples, { issuer, signed: scenario.signed }),
  };
}

/** Transactions and rows of one request. The warm-up is in the database's counts, so its requests are counted as well. */
async function askedOfDatabase(database, { requests, warmupRequests }) {
  const { transactions, inserted } = await database.since();
  const all = requests + warmupRequests;
  return { transactions: transactions / all, inserted: inserted / all };
}

async function observe(groups, go) {
  const started = performance.now();
  const [before, machineBefore] = [groupMicroseconds(groups), machineMicroseconds()];
  await go();
  const [after, machineAfter] = [groupMicroseconds(groups), machineMicroseconds()];
  const elapsed = (performance.now() - started) * 1000;
  const used = Object.fromEntries(Object.keys(before).map((name) => [name, after[name] - before[name]]));
  const cores = (value) => value / elapsed;
  return {
    groups: used,
    machine: {
      coresUsed: cores(machineAfter.used - machineBefore.used),
      coresByUs: cores(Object.values(used).reduce((sum, value) => sum + value, 0)),
      coresStolen: cores(machineAfter.stolen - machineBefore.stolen),
    },
  };
}
