import { createHmac } from 'node:crypto';
import { OAuthError } from '@tessera/vocabulary';
import { ApprovalReport, completionReply, readApprovalReport, webhookMessage } from './index.js';

const SECRET = Buffer.alloc(32, 9);
const NOW = 1_700_000_000;
const APPROVAL = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const APPROVE = { approval: APPROVAL, decision: 'approve' };

const signed = (body: string, { secret = SECRET, at = String(NOW), prefix = 'completion.' } = {}) => ({
  body,
  signature: `t=${at},v1=${createHmac('sha256', secret).update(`${prefix}${at}.${body}`).digest('hex')}`,
});
const read = (report: ApprovalReport, now = NOW) => readApprovalReport(report, SECRET, now);
const reasonOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof OAuthError) return error.reason;
    throw error;
  }
  return 'none';
};

describe('Ours: the completion API reads what the own authenticator signed', () => {
  it.each<[Record<string, unknown>, unknown]>([
    [APPROVE, { answer: { answer: 'approve' }, authentication: { acr: null, amr: ['mca'] } }],
    [{ approval: APPROVAL, decision: 'deny' }, { answer: { answer: 'deny' } }],
    [{ ...APPROVE, number: 42 }, { answer: { answer: 'pick', number: 42 } }],
    [{ approval: APPROVAL, decision: 'deny', number: 42 }, { answer: { answer: 'deny' } }],
    [{ ...APPROVE, acr: 'urn:example:high', amr: ['face', 'hwk'] }, { authentication: { acr: 'urn:example:high', amr: ['face', 'hwk'] } }],
  ])('%j', (body, expected) => {
    expect(read(signed(JSON.stringify(body)))).toMatchObject({ approval: APPROVAL, ...(expected as object) });
  });

  it.each([-300, -1, 0, 1, 300])('takes a signature of %i s from now', (offset) => {
    expect(read(signed(JSON.stringify(APPROVE), { at: String(NOW + offset) })).approval).toBe(APPROVAL);
  });

  it.each<[string, (body: string) => ApprovalReport]>([
    ['no signature', (body) => ({ body, signature: null })],
    ['another secret', (body) => signed(body, { secret: Buffer.alloc(32, 8) })],
    ['another body', (body) => ({ ...signed(body), body: body.replace('approve', 'deny') })],
    ['a blank more', (body) => ({ ...signed(body), body: `${body} ` })],
    ['the word of the direction left out', (body) => signed(body, { prefix: '' })],
    ['another direction', (body) => signed(body, { prefix: 'approval.' })],
    ['301 s ago', (body) => signed(body, { at: String(NOW - 301) })],
    ['301 s ahead', (body) => signed(body, { at: String(NOW + 301) })],
    ['another time than was signed', (body) => ({ body, signature: signed(body).signature.replace(String(NOW), String(NOW + 1)) })],
    ['a time that is none', (body) => ({ body, signature: signed(body).signature.replace(String(NOW), '1e9') })],
    ['half of the MAC', (body) => ({ body, signature: signed(body).signature.slice(0, -32) })],
    ['the MAC in capitals', (body) => ({ body, signature: signed(body).signature.toUpperCase() })],
    ['two signatures', (body) => ({ body, signature: `${signed(body).signature}, ${signed(body).signature}`.slice(0, 200) })],
  ])('MUST NOT believe %s', (_case, report) => {
    expect(reasonOf(() => read(report(JSON.stringify(APPROVE))))).toBe('approval_completion.signature');
  });

  it('MUST NOT take our own call for a report, though it is signed with the same secret', () => {
    const waiting = { approval: APPROVAL, accountId: 'usr', client: { clientId: 'c', name: 'C' }, scope: [], bindingMessage: null, choices: null, expiresInSeconds: 300, approvalsUri: '' };
    const message = webhookMessage({ url: 'https://a.example', secret: SECRET }, 'id', waiting, NOW);
    if (message.transport !== 'http') throw new Error('a call is made by HTTP');
    expect(reasonOf(() => read({ body: message.body, signature: message.headers['tessera-signature'] ?? '' }))).toBe('approval_completion.signature');
  });

  it.each([
    '', 'approve', '[]', 'null', '{}', '{"approval":',
    JSON.stringify({ ...APPROVE, approval: 'short' }),
    JSON.stringify({ ...APPROVE, auth_req_id: APPROVAL }),
    JSON.stringify({ approval: APPROVAL }),
    JSON.stringify({ ...APPROVE, decision: 'silence' }),
    JSON.stringify({ ...APPROVE, decision: 'pick' }),
    JSON.stringify({ ...APPROVE, number: '42' }),
    JSON.stringify({ ...APPROVE, number: 9 }),
    JSON.stringify({ ...APPROVE, number: 100 }),
    JSON.stringify({ ...APPROVE, number: 42.5 }),
    JSON.stringify({ ...APPROVE, amr: [] }),
    JSON.stringify({ ...APPROVE, amr: ['a b'] }),
    JSON.stringify({ ...APPROVE, amr: Array.from({ length: 9 }, () => 'pwd') }),
    JSON.stringify({ ...APPROVE, acr: '' }),
    JSON.stringify({ ...APPROVE, acr: 'x'.repeat(101) }),
    JSON.stringify({ ...APPROVE, account: 'usr_2iv3d3YcSTm1vE7vTzrWlA' }),
  ])('MUST refuse %s', (body) => {
    expect(reasonOf(() => read(signed(body)))).toBe('approval_completion.malformed');
  });

  it('is bounded', () => {
    expect(ApprovalReport.safeParse({ body: 'x'.repeat(4_097), signature: null }).success).toBe(false);
    expect(ApprovalReport.safeParse({ body: 'x'.repeat(4_096), signature: 'x'.repeat(201) }).success).toBe(false);
  });
});

describe('Ours: what the authenticator is told', () => {
  it.each(['approved', 'denied', 'wrong_number'] as const)('%s', (outcome) => {
    expect(completionReply(outcome)).toEqual({ outcome });
  });

  it.each([
    ['needs_number', 'approval_completion.needs_number', 400],
    ['gone', 'approval_completion.decided', 409],
    ['not_possible', 'approval_completion.not_possible', 403],
    ['silenced', 'approval_completion.decided', 409],
  ] as const)('%s: %s, %i', (outcome, reason, status) => {
    expect(() => completionReply(outcome)).toThrow(expect.objectContaining({ reason, status }));
  });
});
