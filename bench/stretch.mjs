import { runLoad } from './load/run-load.mjs';
import { groupMicroseconds, machineMicroseconds, mainThreadMicroseconds } from './measure/processor-time.mjs';
import { jobOf } from './scenarios.mjs';
import { groupsOf } from './subject.mjs';
import { problemsOf } from './verification.mjs';

/**
 * One measured stretch of a scenario: load from its own process, CPU time of each group of processes, what the database did, and
 * the sampled answers verified. `rate` makes it an open loop.
 */
export async function measure(
  scenario,
  { subject, database, connections, seconds, warmup, rate = null, label, budgeted = false, people = subject.people },
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
    ...jobOf(scenario, subject.demo, { people, seconds }),
  };
  const result = await runLoad(job, (go) => observe(groupsOf(subject.pids()), go));
  const { observation, samples, ...figures } = result;
  const perRequest = (value) => value / Math.max(1, figures.requests);
  return {
    label,
    budgeted,
    scenario: scenario.name,
    unit: scenario.unit ?? 'request',
    connections,
    rate,
    ...figures,
    cpu: perEach(observation.groups, perRequest),
    cpuBesideMainThread: perEach(observation.besideMainThread, perRequest),
    database: budgeted ? await askedOfDatabase(database, scenario, figures) : null,
    machine: observation.machine,
    problems: await problemsOf(samples, { issuer, signed: scenario.signed, verified: scenario.verified }),
  };
}

const perEach = (groups, each) => Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, each(value)]));

/**
 * Transactions and rows of one request. The warm-up is in the database's counts, so its requests are counted as well; where the
 * measured stretch was made ready by requests of another kind, there is no saying whose the counts are.
 */
async function askedOfDatabase(database, { gathers }, { requests, warmupRequests }) {
  const { transactions, inserted } = await database.since();
  if (gathers) return null;
  const all = requests + warmupRequests;
  return { transactions: transactions / all, inserted: inserted / all };
}

async function observe(groups, go) {
  const started = performance.now();
  const look = () => ({
    groups: groupMicroseconds(groups),
    mainThreads: mainThreadMicroseconds(groups),
    machine: machineMicroseconds(),
  });
  const before = look();
  await go();
  const after = look();
  const elapsed = (performance.now() - started) * 1000;
  const since = (what) => differences(before[what], after[what]);
  const used = since('groups');
  const mainThreads = since('mainThreads');
  const machine = since('machine');
  const cores = (value) => value / elapsed;
  return {
    groups: used,
    besideMainThread: differences(mainThreads, used),
    machine: {
      coresUsed: cores(machine.used),
      coresByUs: cores(Object.values(used).reduce((sum, value) => sum + value, 0)),
      coresStolen: cores(machine.stolen),
    },
  };
}

const differences = (before, after) =>
  Object.fromEntries(Object.keys(before).map((name) => [name, after[name] - before[name]]));
