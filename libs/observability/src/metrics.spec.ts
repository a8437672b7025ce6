import { Metrics } from './index.js';

const samples = async (metrics: Metrics, name: string) => (await metrics.exposition()).split('\n').filter((line) => line.startsWith(`tessera_${name}`));

describe('Ours: metrics carry the prefix and the process', () => {
  it('counts by bounded labels', async () => {
    const metrics = new Metrics('token');
    metrics.counter('things_total', 'Things.', ['kind']).inc({ kind: 'one' });
    expect(await metrics.exposition()).toContain('tessera_things_total{kind="one",process="token"} 1');
  });
});

describe('SEC-5 a tally takes no label value that is not listed', () => {
  const tallied = (metrics: Metrics) => metrics.tally('tokens_total', 'Tokens.', ['grant', 'alg'], { grant: ['code', 'refresh'], alg: ['ES256', 'none'] });

  it('counts each combination by itself, and goes on from where it was last looked at', async () => {
    const metrics = new Metrics('token');
    const tokens = tallied(metrics);
    tokens.add('code', 'ES256');
    tokens.add('code', 'ES256');
    tokens.add('refresh', 'none');
    expect(await samples(metrics, 'tokens_total')).toEqual([
      'tessera_tokens_total{alg="ES256",grant="code",process="token"} 2',
      'tessera_tokens_total{alg="none",grant="refresh",process="token"} 1',
    ]);
    tokens.add('code', 'ES256');
    expect(await samples(metrics, 'tokens_total')).toContain('tessera_tokens_total{alg="ES256",grant="code",process="token"} 3');
  });

  it('MUST NOT grow by what a client writes', async () => {
    const metrics = new Metrics('token');
    const tokens = tallied(metrics);
    for (let i = 0; i < 5_000; i += 1) tokens.add(`urn:example:${i}`, `"} 1\nforged{x="${i}`);
    for (const name of ['__proto__', 'constructor', 'toString', '']) tokens.add(name, name);
    expect(await samples(metrics, 'tokens_total')).toEqual(['tessera_tokens_total{alg="other",grant="other",process="token"} 5004']);
    expect(await metrics.exposition()).not.toContain('forged');
  });

  it('takes one label too', async () => {
    const metrics = new Metrics('token');
    const errors = metrics.tally('errors_total', 'Errors.', ['error'], { error: ['invalid_grant'] });
    errors.add('invalid_grant');
    errors.add('invalid_grunt');
    expect(await samples(metrics, 'errors_total')).toEqual(['tessera_errors_total{error="invalid_grant",process="token"} 1', 'tessera_errors_total{error="other",process="token"} 1']);
  });
});

describe('Ours: a gauge may be measured when somebody looks', () => {
  it('is asked for each exposition, and waited for', async () => {
    const metrics = new Metrics('worker');
    let depth = 0;
    metrics.gauge('depth', 'Depth.', [], async (gauge) => {
      await null;
      gauge.set((depth += 1));
    });
    expect(await samples(metrics, 'depth')).toEqual(['tessera_depth{process="worker"} 1']);
    expect(await samples(metrics, 'depth')).toEqual(['tessera_depth{process="worker"} 2']);
  });
});
