import { InMemoryReplayLedger, NOW, REPLAY_LEDGER_LAWS } from './testing.js';

describe('CLI-7 the replay ledger in memory', () => {
  const store = new Set<string>();
  const open = () => Promise.resolve({ ledger: new InMemoryReplayLedger(store), now: NOW });

  it.each(REPLAY_LEDGER_LAWS.map((law) => [law.title, law] as const))('%s', async (_title, law) => {
    await expect(law.check(open)).resolves.toBeUndefined();
  });
});
