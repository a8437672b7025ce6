import { lookAt } from './check.js';

const check = (name: string, required: boolean, holds: () => boolean | Promise<boolean>) => ({ name, required, holds });

describe('I10 readiness is honest', () => {
  it('is ready when every required check holds', async () => {
    expect(await lookAt([check('nats', true, () => true), check('postgresql', true, () => Promise.resolve(true))])).toEqual({
      ready: true,
      checks: { nats: 'ok', postgresql: 'ok' },
    });
  });

  it('is not ready when a required check fails or rejects', async () => {
    expect(await lookAt([check('nats', true, () => false)])).toMatchObject({ ready: false, checks: { nats: 'failed' } });
    expect(await lookAt([check('nats', true, () => Promise.reject(new Error('away')))])).toMatchObject({ ready: false });
  });

  it('stays ready, and says so, when only an optional dependency is away', async () => {
    expect(await lookAt([check('redis', false, () => false)])).toEqual({ ready: true, checks: { redis: 'degraded' } });
  });

  it('counts a check that hangs as failed', async () => {
    expect(await lookAt([check('postgresql', true, () => new Promise(() => {}))])).toMatchObject({ ready: false });
  });
});
