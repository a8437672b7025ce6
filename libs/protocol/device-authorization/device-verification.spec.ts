import { type AccountId, authorityOver } from '@tessera/vocabulary';
import { decideDeviceVerification, type DeviceVerificationSteps } from './index.js';

const ALICE = `usr_${'A'.repeat(22)}` as AccountId;
const BOB = `usr_${'B'.repeat(22)}` as AccountId;
const signedInAs = (accountId: AccountId) => ({ sessionId: '0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01', sid: 's', accountId, authenticatedAt: 10, acr: '1', amr: ['pwd'] });
const device = { request: { authority: authorityOver(['openid', 'profile', 'orders.read'], ['https://api.example.com/orders']), acrValues: [] } };
const decide = (done: DeviceVerificationSteps, accountId: AccountId | null = ALICE) =>
  decideDeviceVerification({ device, signedIn: accountId === null ? null : signedInAs(accountId), done });
const agreed = (scope: string[], accountId = ALICE) => ({ consent: { accountId, decision: 'allow' as const, scope } });

describe('RFC 8628 §3.3, §5.4 what a person with a user code is asked', () => {
  it('nobody is signed in: who they are', () => {
    expect(decide({}, null)).toEqual({ next: 'step', step: 'password' });
    expect(decide(agreed(['openid']), null)).toEqual({ next: 'step', step: 'password' });
  });

  it('somebody is: always whether to agree, whatever they agreed to before (DEV-5)', () => {
    expect(decide({})).toEqual({ next: 'step', step: 'device-consent' });
    expect(decide({ password: { accountId: ALICE } })).toEqual({ next: 'step', step: 'device-consent' });
  });

  it('another account was chosen: who that is, and then whether they agree', () => {
    const other = { 'select-account': { accountId: ALICE, choice: 'other' as const } };
    expect(decide(other)).toEqual({ next: 'step', step: 'password' });
    expect(decide({ ...other, password: { accountId: BOB } }, BOB)).toEqual({ next: 'step', step: 'device-consent' });
    expect(decide({ ...other, password: { accountId: ALICE } })).toEqual({ next: 'step', step: 'device-consent' });
    expect(decide({ 'select-account': { accountId: ALICE, choice: 'current' } })).toEqual({ next: 'step', step: 'device-consent' });
  });

  it('what one person agreed to counts for nobody else', () => {
    expect(decide(agreed(['openid'], BOB))).toEqual({ next: 'step', step: 'device-consent' });
  });
});

describe('RFC 8628 §3.3 what a person decided', () => {
  it('approves what stayed ticked, and openid in any case', () => {
    expect(decide(agreed(['orders.read']))).toMatchObject({ next: 'decide', decision: 'approve', authority: { scope: ['openid', 'orders.read'] } });
  });

  it('GEN-7 never more than was asked for', () => {
    expect(decide(agreed(['openid', 'profile', 'orders.read', 'orders.write']))).toMatchObject({ authority: { scope: ['openid', 'profile', 'orders.read'] } });
  });

  it('denies', () => {
    expect(decide({ consent: { accountId: ALICE, decision: 'deny', scope: ['openid'] } })).toMatchObject({ next: 'decide', decision: 'deny' });
  });

  it('agreeing to nothing is not agreeing', () => {
    const plain = { request: { authority: authorityOver(['orders.read'], []), acrValues: [] } };
    expect(decideDeviceVerification({ device: plain, signedIn: signedInAs(ALICE), done: agreed([]) })).toMatchObject({ decision: 'deny' });
  });
});
