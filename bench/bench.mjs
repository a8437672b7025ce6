import fs from 'node:fs';
import path from 'node:path';
import { LaunchFailure } from '../tools/launcher/failure.mjs';
import { bareFastify, signatureMicroseconds } from './limits/limits.mjs';
import { DatabaseActivity } from './measure/database-activity.mjs';
import { residentBytes } from './measure/processor-time.mjs';
import { HELP, parseOptions } from './options.mjs';
import { judgementLines, judgements, limitLines, stretchLines } from './report.mjs';
import { scenariosOf } from './scenarios.mjs';
import { measure } from './stretch.mjs';
import { machine, openSubject, revision, servicePids } from './subject.mjs';

const HERE = import.meta.dirname;
const IDLE_MS = 60_000;
/** The stretches without a budget are shorter: they show a shape, not a figure to hold. */
const SHORT_SECONDS_MAX = 5;
const OPEN_LOOP_CONNECTIONS = 64;
const MEGABYTE = 1_000_000;

/** `npm run bench`: measures, prints, and returns the exit status. */
export async function bench(args) {
  const options = parseOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (process.platform !== 'linux') throw new LaunchFailure('CPU time and memory are read from /proc: run the bench on Linux.');
  const budgets = JSON.parse(fs.readFileSync(path.join(HERE, 'budgets.json'), 'utf8'));
  const report = {
    revision: revision(),
    date: new Date().toISOString(),
    machine: machine(),
    stretches: [],
    residentMegabytes: null,
  };
  console.log(
    `Tessera ${report.revision} on ${report.machine.cores} × ${report.machine.processor}, Node.js ${report.machine.node}, ${report.machine.system}`,
  );
  const subject = await openSubject(options);
  try {
    await measureAll(subject, options, budgets, report);
  } finally {
    await subject.close();
  }
  report.judgements = judgements(report, budgets);
  console.log(['', 'budgets', ...judgementLines(report.judgements)].join('\n'));
  if (options.save) save(report);
  return options.check && report.judgements.some(({ held }) => !held) ? 1 : 0;
}

async function measureAll(subject, options, budgets, report) {
  const database = await new DatabaseActivity(subject.demo.addresses.postgres).open();
  const print = (lines) => console.log(['', ...lines].join('\n'));
  const run = async (scenario, more) => {
    const stretch = await measure(scenario, { subject, database, ...options, ...more });
    report.stretches.push(stretch);
    print(stretchLines(stretch, budgets));
  };
  try {
    if (options.idle)
      print([
        `memory after 60 s idle: ${(report.residentMegabytes = await idleMegabytes(subject)).toFixed(0)} MB in the six processes`,
      ]);
    const scenarios = scenariosOf(subject.demo, options.client);
    for (const scenario of scenarios) await run(scenario, { label: scenario.title, rate: null, budgeted: true });
    const [first] = scenarios;
    const short = { seconds: Math.min(SHORT_SECONDS_MAX, options.seconds), warmup: 1 };
    await run(first, { ...short, label: `${first.title}, one at a time`, connections: 1, rate: null });
    await run(first, {
      ...short,
      label: `${first.title}, at a given rate`,
      connections: OPEN_LOOP_CONNECTIONS,
      rate: options.rate,
    });
    if (subject.secondToken) {
      await subject.secondToken.start();
      await run(first, { ...short, label: `${first.title}, two token replicas`, rate: null });
    }
    report.limits = { bare: await bareFastify({ ...options, ...short }), signature: signatureMicroseconds() };
    print(limitLines(report.limits));
  } finally {
    await database.close();
  }
}

async function idleMegabytes(subject) {
  console.log('\nidle for 60 s');
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  return servicePids(subject.pids()).reduce((sum, pid) => sum + residentBytes(pid), 0) / MEGABYTE;
}

function save(report) {
  const file = path.join(HERE, 'results', `${report.date.slice(0, 10)}-${report.revision.replace('+', '-changed')}.json`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\nsaved: ${file}`);
}
