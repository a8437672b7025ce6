import { parseArgs } from 'node:util';
import { LaunchFailure } from '../tools/launcher/failure.mjs';
import { SUBJECTS } from './scenarios.mjs';

export const HELP = `npm run bench -- ${SUBJECTS.join('|')} [options]

  --client NAME        of client-credentials only the scenario of this demo client
  --connections N      connections of the closed loop (32)
  --seconds S          length of each measured stretch (10)
  --warmup S           length of the stretch before it, which is not measured (3)
  --rate R             arrivals per second of the open loop (200); client-credentials has one
  --token-replicas N   token processes; else one, and one more stretch of client-credentials with two
  --demo FILE          measure the running system this demo.json describes, instead of starting one
  --idle               also the memory of the six processes after 60 s without a request
  --check              exit 1 when a budget of bench/budgets.json is exceeded
  --save               write bench/results/<date>-<revision>.json
`;

/** The options of a bench run. */
export function parseOptions(args) {
  const { values, positionals } = readArguments(args);
  if (!values.help && (positionals.length !== 1 || !SUBJECTS.includes(positionals[0])))
    throw new LaunchFailure(`name what to measure, one of ${SUBJECTS.join(', ')}: npm run bench -- client-credentials (see --help).`);
  return {
    ...values,
    named: positionals[0],
    connections: positive('--connections', values.connections),
    seconds: positive('--seconds', values.seconds),
    warmup: positive('--warmup', values.warmup),
    rate: positive('--rate', values.rate),
    tokenReplicas: values['token-replicas'] === undefined ? null : positive('--token-replicas', values['token-replicas']),
  };
}

function positive(name, text) {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new LaunchFailure(`${name} is ${JSON.stringify(text)}: give a whole number above 0.`);
}

function readArguments(args) {
  const text = (value) => ({ type: 'string', ...(value === undefined ? {} : { default: value }) });
  const flag = { type: 'boolean', default: false };
  const options = {
    client: text(),
    connections: text('32'),
    seconds: text('10'),
    warmup: text('3'),
    rate: text('200'),
    'token-replicas': text(),
    demo: text(),
    idle: flag,
    check: flag,
    save: flag,
    help: { ...flag, short: 'h' },
  };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new LaunchFailure(`${error.message.split('. ')[0]}: see npm run bench -- --help.`);
  }
}
