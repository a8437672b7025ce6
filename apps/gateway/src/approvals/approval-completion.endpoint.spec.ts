import { CompleteApproval } from '@tessera/contracts';
import { OAuthError } from '@tessera/vocabulary';
import { FEATURES, RunningEdge } from '../testing.js';

const PATH = '/authenticator/completion';
const JSON_TYPE = 'Content-Type: application/json';
const BODY = '{"approval":"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",  "decision":"approve"}';
const SIGNATURE = `t=1700000000,v1=${'a'.repeat(64)}`;

let edge: RunningEdge;
beforeAll(async () => {
  edge = await RunningEdge.start();
});
beforeEach(() => edge.forget());
afterAll(() => edge.close());

describe('Ours: the completion API at the edge', () => {
  it('hands on the very octets that were signed, and answers as their owner does (GEN-2)', async () => {
    edge.owners.to(CompleteApproval).reply(() => ({ status: 200, body: { outcome: 'approved' }, headers: {} }));
    const answer = await edge.send('POST', PATH, [JSON_TYPE, `Tessera-Signature: ${SIGNATURE}`], BODY);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({ outcome: 'approved' });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(edge.owners.questions(CompleteApproval)).toEqual([{ body: BODY, signature: SIGNATURE }]);
  });

  it('a report without a signature is for its owner to refuse', async () => {
    await edge.send('POST', PATH, [JSON_TYPE], BODY);
    expect(edge.owners.questions(CompleteApproval)).toEqual([{ body: BODY, signature: null }]);
  });

  it.each<[string, string, string | Buffer, string]>([
    ['a form (EDG-4)', 'Content-Type: application/x-www-form-urlencoded', BODY, 'request.json_content_type'],
    ['more than a report can be', JSON_TYPE, `{"approval":"${'x'.repeat(5_000)}"}`, 'approval_completion.malformed'],
    ['what is no UTF-8 (EDG-7)', JSON_TYPE, Buffer.from([0x7b, 0xff, 0x7d]), 'approval_completion.malformed'],
  ])('MUST refuse %s', async (_case, type, body, reason) => {
    const answer = await edge.send('POST', PATH, [type, `Tessera-Signature: ${SIGNATURE}`], body);
    expect(answer.status).toBe(400);
    expect(edge.lines()).toContainEqual(expect.objectContaining({ reason }));
    expect(edge.owners.asked).toEqual([]);
  });

  it('takes no other method and no query', async () => {
    expect((await edge.send('GET', PATH)).status).toBe(405);
    expect((await edge.send('POST', `${PATH}?a=b`, [JSON_TYPE], BODY)).status).toBe(400);
  });

  it.each([
    ['approval_completion.signature', 403, 'access_denied'],
    ['approval_completion.unknown', 404, 'invalid_request'],
    ['approval_completion.needs_number', 400, 'invalid_request'],
    ['approval_completion.decided', 409, 'invalid_request'],
    ['approval_completion.not_possible', 403, 'access_denied'],
  ] as const)('%s is told as %i %s', async (reason, status, error) => {
    edge.owners.to(CompleteApproval).reply(() => {
      throw new OAuthError(reason);
    });
    const answer = await edge.send('POST', PATH, [JSON_TYPE, `Tessera-Signature: ${SIGNATURE}`], BODY);
    expect([answer.status, JSON.parse(answer.body).error]).toEqual([status, error]);
  });

  it('whoever signs wrongly again and again has to wait', async () => {
    const own = await RunningEdge.start({ failureLimits: { perClient: 3, perSource: 3 } });
    try {
      own.owners.to(CompleteApproval).reply(() => {
        throw new OAuthError('approval_completion.signature');
      });
      for (let count = 0; count < 3; count += 1) expect((await own.send('POST', PATH, [JSON_TYPE], BODY)).status).toBe(403);
      const answer = await own.send('POST', PATH, [JSON_TYPE], BODY);
      expect([answer.status, answer.headers['retry-after']]).toEqual([429, expect.stringMatching(/^\d+$/)]);
    } finally {
      await own.close();
    }
  });

  it('is not there unless the deployment switched it on', async () => {
    const closed = await RunningEdge.start({ features: { ...FEATURES, approvalCompletion: false } });
    expect((await closed.send('POST', PATH, [JSON_TYPE], BODY)).status).toBe(404);
    await closed.close();
  });
});
