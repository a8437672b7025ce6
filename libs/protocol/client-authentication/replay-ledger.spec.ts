import { InMemoryReplayLedger, NOW, replayLedgerLaws } from './testing.js';

const store = new Set<string>();
replayLedgerLaws('in memory', () => Promise.resolve({ ledger: new InMemoryReplayLedger(store), now: NOW }));
