import { hasEngine } from './container-engine.mjs';
import { findKustomize } from './kustomize.mjs';
import { parseOptions } from './options.mjs';

const stagesOf = (...args: string[]) => parseOptions(args).stages.map((stage: { name: string }) => stage.name);

describe('Ours: npm test', () => {
  it('runs every stage, a sample of the faults, and a seed that can be given again', () => {
    const { sample, trials, seed } = parseOptions([]);
    expect(stagesOf()).toEqual(['lint', 'boundaries', 'types', 'unit', 'manifests', 'io', 'bus', 'flow', 'browser', 'faults', 'containers']);
    expect([sample, trials]).toEqual([true, 1]);
    expect(parseOptions(['--seed', String(seed)]).seed).toBe(seed);
  });

  it('npm run test:faults runs the faults at full count', () => {
    expect(parseOptions(['--faults'])).toMatchObject({ sample: false, trials: 25 });
    expect(stagesOf('--faults')).toEqual(['faults']);
    expect(parseOptions(['--faults', '--trials', '1000', '--seed', '7'])).toMatchObject({ trials: 1000, seed: 7 });
  });

  it('--only keeps the order of the stages', () => {
    expect(stagesOf('--only', 'io, unit')).toEqual(['unit', 'io']);
  });

  it.each([
    [['--only', 'all'], /there is no stage all/],
    [['--seed', '0'], /--seed is "0"/],
    [['--trials', 'x'], /--trials is "x"/],
    [['--nonsense'], /--help/],
  ])('%j is refused by name', (args, line) => {
    expect(() => parseOptions(args)).toThrow(line);
  });
});

describe('Ours: what a stage needs', () => {
  it('is a container engine that answers, not a client that is installed', async () => {
    expect(await hasEngine({ PATH: process.env['PATH'], DOCKER_HOST: 'unix:///nowhere/docker.sock' })).toBe(false);
    expect(await hasEngine({ PATH: '/nowhere', DOCKER_HOST: 'unix:///nowhere/docker.sock' })).toBe(false);
  });

  it('is the kustomize that somebody names', async () => {
    expect(await findKustomize('/nowhere', { env: { TESSERA_KUSTOMIZE: 'kubectl kustomize' }, note: () => {} })).toBe('kubectl kustomize');
  });
});
