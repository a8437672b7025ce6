import { Metrics } from './index.js';

describe('Ours: metrics carry the prefix and the process', () => {
  it('counts by bounded labels', async () => {
    const metrics = new Metrics('token');
    metrics.counter('tokens_issued_total', 'Access tokens issued.', ['grant']).inc({ grant: 'client_credentials' });
    expect(await metrics.exposition()).toContain('tessera_tokens_issued_total{grant="client_credentials",process="token"} 1');
  });
});
