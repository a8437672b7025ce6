import type { ApprovalsReply, ApprovalView } from '@tessera/protocol/backchannel-authentication';

/** What the inbox of these tests is shown with. */
export type ApprovalsShown = Extract<ApprovalsReply, { kind: 'approvals' }>;

const BANK = { clientId: 'bank', name: 'Acme Bank', clientUri: 'https://bank.acme.example', logoUri: null, policyUri: 'https://bank.acme.example/privacy', tosUri: null };
const LONG = { ...BANK, clientId: 'long', name: 'A call centre whose name is as long as names are when people in marketing make them', clientUri: null, policyUri: null };
const MINUTE_SECONDS = 60;

/** A handle that names what it is for. */
export const approvalOf = (name: string): string => name.padEnd(43, '_');

const request: ApprovalView = {
  approval: approvalOf('payment'),
  client: BANK,
  scope: [{ scope: 'openid', resource: null }, { scope: 'offline_access', resource: null }, { scope: 'payments.write', resource: 'Payments' }],
  bindingMessage: 'Pay 12.50 to Müller & Söhne 🙂',
  choices: null,
  requestedAt: 1_000,
  secondsLeft: 4 * MINUTE_SECONDS,
};

/** Nothing but a person. */
export const EMPTY_INBOX: ApprovalsShown = { kind: 'approvals', person: { name: 'Alice Example', identifier: 'alice' }, waiting: [], silenced: [], outcome: null, client: null };

/** A key of the right form, and two browsers. */
export const ENROLLED = {
  publicKey: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  browsers: [
    { id: '6f0d2a8e-2f3b-4f5e-9a51-6f8f4c1d2e3f', endpointHash: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36', since: 1_700_000_000 },
    { id: '0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01', endpointHash: '2iv3d3YcSTm1vE7vTzrWlAhoeK1t8URWbuGJSstw-cM', userAgent: '', since: 1_700_000_000 },
  ],
};

/** An inbox with everything there is in one. */
export const INBOX: ApprovalsShown = {
  ...EMPTY_INBOX,
  waiting: [
    request,
    { ...request, approval: approvalOf('number'), client: LONG, scope: [{ scope: 'openid', resource: null }], bindingMessage: null, choices: [17, 42, 88], secondsLeft: 20 },
    { ...request, approval: approvalOf('wide'), bindingMessage: 'W'.repeat(64), secondsLeft: 600 },
  ],
  silenced: [BANK, LONG],
  push: ENROLLED,
};

/** The inbox in its states. */
export function approvalsAs(state: string): ApprovalsReply {
  switch (state) {
    case 'empty':
      return EMPTY_INBOX;
    case 'number':
      return { ...INBOX, waiting: INBOX.waiting.slice(1, 2), silenced: [] };
    default:
      return INBOX;
  }
}
