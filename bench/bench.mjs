import fs from 'node:fs';
import path from 'node:path';
import { LaunchFailure } from '../tools/launcher/failure.mjs';
import { DatabaseActivity } from './measure/database-activity.mjs';
import { Measurement } from './measurement.mjs';
import { HELP, parseOptions } from './options.mjs';
import { judgementLines, judgements } from './report.mjs';
import { machine, openSubject, revision } from './subject.mjs';

const HERE = import.meta.dirname;

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
  try {
    await new Measurement({ subject, database, options, budgets, report }).run();
  } finally {
    await database.close();
  }
}

function save(report) {
  const file = path.join(HERE, 'results', `${report.date.slice(0, 10)}-${report.revision.replace('+', '-changed')}.json`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\nsaved: ${file}`);
}
