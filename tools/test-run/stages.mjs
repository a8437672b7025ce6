import os from 'node:os';

const NODE = process.execPath;
const JEST = [
  '--experimental-vm-modules',
  '--no-warnings',
  'node_modules/jest/bin/jest.js',
  '-c',
  'jest.config.mjs',
  '--rootDir',
  '.',
  '--cacheDirectory',
  'node_modules/.cache/jest',
];
/** Jest's own default leaves a machine of two cores half idle. */
const WORKERS = Math.max(2, os.availableParallelism() - 1);
const IGNORED = ['--testPathIgnorePatterns', '/node_modules/', '/dist/', '/\\.data/'];

const nx = (target) => [NODE, ['node_modules/nx/dist/bin/nx.js', 'run-many', '-t', target, '--outputStyle=static']];
/** Stages that need a system run on this many, one for each worker of jest. More would ask for memory that a small machine has not. */
export const SYSTEMS = 2;
const OF_ONE_WORKER = ['--setupFiles', '<rootDir>/tests/worker-system.mjs', `--maxWorkers=${SYSTEMS}`];

/**
 * The specs with one suffix. Command line flags replace the patterns of the configuration, which leaves these suffixes out.
 * Jest is told to end when the specs have: one that failed may leave a connection open, which would hold up its own report.
 */
const specs = (suffix, workers = ['--runInBand']) => [
  NODE,
  [...JEST, ...IGNORED, '--testMatch', `**/*.${suffix}.spec.ts`, '--passWithNoTests', ...workers, '--forceExit'],
];

/**
 * What `npm test` runs, in this order: the quick and the most telling first. Specs of stores and bus have locks
 * and latencies with bounds and run one by one; those of a system have one for each worker. `needs` is what a stage finds in its environment:
 * `stores` PostgreSQL, Redis and NATS started once for the run; `system` a whole started system for each worker, over https; `browser` the same over http, the playground,
 * and Chromium; `kustomize` what renders the overlays; `engine` a container engine, without which the stage is not run, and does not
 * count as passed. `selects` stages take --match.
 */
export const STAGES = [
  { name: 'lint', command: nx('lint') },
  {
    name: 'boundaries',
    command: [
      NODE,
      ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs', 'apps', 'libs'],
    ],
  },
  { name: 'types', command: nx('typecheck') },
  { name: 'unit', command: [NODE, [...JEST, '--passWithNoTests', `--maxWorkers=${WORKERS}`]], selects: true },
  { name: 'manifests', command: specs('render'), needs: 'kustomize', selects: true },
  { name: 'io', command: specs('io'), needs: 'stores', selects: true },
  { name: 'bus', command: specs('bus'), needs: 'stores', selects: true },
  { name: 'flow', command: specs('flow', OF_ONE_WORKER), needs: 'system', selects: true },
  { name: 'browser', command: specs('browser', OF_ONE_WORKER), needs: 'browser', selects: true },
  { name: 'faults', command: specs('fault'), selects: true },
  { name: 'containers', command: specs('container'), needs: 'engine', selects: true },
];
