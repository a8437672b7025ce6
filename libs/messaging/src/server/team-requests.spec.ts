import { defineTeamRequest } from '@tessera/contracts';
import { silentLogger } from '@tessera/observability';
import { TeamName } from '@tessera/vocabulary';
import { z } from 'zod';
import type { TeamCall } from '../call-context.js';
import { InMemoryNetwork } from '../testing/index.js';
import { ItemServer } from './item-server.js';

const Brew = defineTeamRequest({
  subject: 'api.tea.brew.v1',
  owner: 'device-ciba',
  right: 'start',
  resend: 'never',
  request: z.object({ degrees: z.number() }),
  reply: z.object({ cups: z.number() }),
  examples: [{ request: { degrees: 96 }, reply: { cups: 2 } }],
});

const item = (id: number, body: unknown = { degrees: 96 }) => ({ id, ms: 1_000, tp: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, rid: 'of-the-team', body });

/** What comes back for a frame that arrives on a subject. */
async function answers(subject: string, items: readonly unknown[]) {
  const network = new InMemoryNetwork();
  const bus = network.join('device-ciba');
  const calls: TeamCall[] = [];
  const server = new ItemServer(bus, { inflightMax: 10, logger: silentLogger, metrics: undefined });
  const handler = (_request: unknown, call: TeamCall) => (calls.push(call), Promise.resolve({ cups: 2 }));
  bus.subscribe('api.tea.brew.v1.*', 'device-ciba', server.serve(Brew, handler as never));
  network.deliver(subject, Buffer.from(JSON.stringify({ v: 1, items })), '_R_.reply');
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  await server.idle();
  const replies = network.sent.filter((one) => one.subject === '_R_.reply').flatMap(({ payload }) => JSON.parse(payload).items as unknown[]);
  return { calls, replies };
}

describe('Decision 42: requests of teams', () => {
  it('MUST tell the handler the team of the subject', async () => {
    const { calls, replies } = await answers('api.tea.brew.v1.call-centre', [item(7)]);
    expect(calls).toMatchObject([{ team: TeamName.parse('call-centre'), requestId: 'of-the-team' }]);
    expect(calls[0]).not.toHaveProperty('caller');
    expect(replies).toEqual([{ id: 7, ok: { cups: 2 } }]);
  });

  it('MUST answer a body that does not fit with a refusal: it is the team’s to correct', async () => {
    const { calls, replies } = await answers('api.tea.brew.v1.call-centre', [item(7, { degrees: 'hot' })]);
    expect(calls).toEqual([]);
    expect(replies).toMatchObject([{ id: 7, refusal: { reason: 'team_request.malformed', detail: { problems: 'degrees: invalid_type' } } }]);
  });

  it.each([
    ['a name that is none', 'api.tea.brew.v1.TESSERA', 1],
    ['two items, of which one would get no answer', 'api.tea.brew.v1.call-centre', 2],
  ])('MUST NOT begin with %s', async (_case, subject, count) => {
    const { calls, replies } = await answers(subject, Array.from({ length: count }, (_, id) => item(id)));
    expect([calls, replies]).toEqual([[], []]);
  });
});
