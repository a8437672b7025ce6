import { SpendAssertion } from '@tessera/contracts';
import type { ServiceClient } from '@tessera/messaging';
import { Outage } from '@tessera/vocabulary';
import { BusReplayLedger } from './index.js';

/** Token as a function, and what it was asked. */
function ledgerOver(answer: () => Promise<unknown>) {
  const asked: unknown[] = [];
  const call = (contract: { subject: string }, request: unknown) => {
    asked.push([contract.subject, request]);
    return answer();
  };
  return { asked, ledger: new BusReplayLedger({ call } as unknown as ServiceClient) };
}
const digest = Buffer.alloc(32, 7);

describe('CLI-7 what is presented here is spent in the ledger of all', () => {
  it.each(['spent', 'replayed', 'past', 'beyond'] as const)('answers %s as token does', async (outcome) => {
    const { ledger, asked } = ledgerOver(() => Promise.resolve({ outcome }));
    expect(await ledger.spend(digest, 1_700_000_300)).toBe(outcome);
    expect(asked).toEqual([[SpendAssertion.subject, { digest: digest.toString('base64url'), expiresAt: 1_700_000_300 }]]);
  });

  it('MUST NOT take a lost answer for "not seen", and asks once (I7)', async () => {
    const { ledger, asked } = ledgerOver(() => Promise.reject(new Outage('token', 'no answer in time')));
    await expect(ledger.spend(digest, 1_700_000_300)).rejects.toBeInstanceOf(Outage);
    expect(asked).toHaveLength(1);
  });

  it('is never resent by the bus either', () => {
    expect(SpendAssertion.resend).toBe('never');
  });
});
