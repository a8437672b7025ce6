import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { LaunchFailure } from '../launcher/failure.mjs';
import { STAGES } from './stages.mjs';

/** Trials of each fault and race spec: in `npm test` a sample, in `npm run test:faults` the full count. */
const TRIALS = { sample: 1, full: 25 };
const SEED_LIMIT = 2 ** 31;

export const HELP = `npm test [-- options]              all stages: ${STAGES.map((stage) => stage.name).join(', ')}
npm run test:faults [-- options]   the fault and race specs at full count

  --only a,b     these stages only
  --trials N     trials of each fault spec (${TRIALS.sample} in npm test, ${TRIALS.full} in test:faults)
  --seed S       repeat the run with this seed
  --match TEXT   only spec files whose path contains this
  --verbose      print what the stages write, not only when one fails
  --keep         keep the logs and data of the run
`;

/** The options of a test run. */
export function parseOptions(args) {
  const { values } = readArguments(args);
  const known = STAGES.map((stage) => stage.name);
  const only = values.faults ? ['faults'] : (values.only?.split(',').map((name) => name.trim()) ?? known);
  const foreign = only.find((name) => !known.includes(name));
  if (foreign !== undefined) throw new LaunchFailure(`there is no stage ${foreign}: choose from ${known.join(', ')}.`);
  return {
    help: values.help,
    stages: STAGES.filter((stage) => only.includes(stage.name)),
    trials: positive('--trials', values.trials ?? String(values.faults ? TRIALS.full : TRIALS.sample)),
    sample: !values.faults,
    seed: positive('--seed', values.seed ?? String(randomInt(1, SEED_LIMIT))),
    match: values.match ?? null,
    verbose: values.verbose,
    keep: values.keep,
  };
}

function positive(name, text) {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new LaunchFailure(`${name} is ${JSON.stringify(text)}: give a whole number above 0.`);
}

function readArguments(args) {
  const text = { type: 'string' };
  const flag = { type: 'boolean', default: false };
  try {
    return parseArgs({
      args,
      options: {
        only: text,
        trials: text,
        seed: text,
        match: text,
        faults: flag,
        verbose: flag,
        keep: flag,
        help: { ...flag, short: 'h' },
      },
    });
  } catch (error) {
    throw new LaunchFailure(`${error.message.split('. ')[0]}: see \`npm test -- --help\`.`);
  }
}
