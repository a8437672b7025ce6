import type { EndpointReply } from '@tessera/protocol/edge';
import { members } from '@tessera/protocol/token-request/testing';
import { OAuthError } from '@tessera/vocabulary';
import { as, bearer, text, useSignIn, WEB } from '../testing-sign-in-suite.js';

const { deployment, familyOf, suite } = useSignIn();
const ROUNDS = 25;
const USES = 40;
/** Uses in a row that nothing has ended yet; above it the end was lost. */
const USES_MAX = 500;

type Outcome = PromiseSettledResult<EndpointReply>;
const successes = (outcomes: readonly Outcome[]) => outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
const refusals = (outcomes: readonly Outcome[]) => outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));

const twoReplicas = async () => [await deployment(), await deployment()] as const;

/** One refresh token used many times at once on two replicas. */
async function race(replicas: Awaited<ReturnType<typeof twoReplicas>>, clientId: string) {
  const { refreshToken, grant } = await replicas[0].signedIn(clientId);
  const uses = Array.from({ length: USES / 2 }, () => replicas.map(({ refresh }) => refresh(refreshToken, clientId))).flat();
  return { outcomes: await Promise.allSettled(uses), refreshToken, grant };
}

const generations = async (grantId: string) =>
  (await suite.owner.query('SELECT g.generation FROM refresh_generation g JOIN refresh_family f ON f.id = g.family_id WHERE f.grant_id = $1 ORDER BY 1', [grantId])).rows;

describe('REF-2, REF-4: one refresh token used 40 times at once', () => {
  it('without a retry window: MUST have one winner, whose tokens die with the family', async () => {
    const replicas = await twoReplicas();
    for (let round = 0; round < ROUNDS; round += 1) {
      const { outcomes, grant } = await race(replicas, WEB);
      const [winner, ...others] = successes(outcomes);
      if (winner === undefined) throw new Error('nobody won');
      expect(others).toHaveLength(0);
      expect(refusals(outcomes)).toEqual(Array.from({ length: USES - 1 }, () => new OAuthError('refresh_token.reused')));
      expect(await familyOf(grant.grantId)).toMatchObject({ generation: 1, revoke_reason: 'reused' });
      expect(await generations(grant.grantId)).toEqual([{ generation: 0 }, { generation: 1 }]);
      const { rowCount } = await suite.owner.query("SELECT FROM token_audit_event WHERE subject = $1 AND action = 'refresh-token.reused'", [(await familyOf(grant.grantId))['id']]);
      expect(rowCount).toBe(1);
      const [one, two] = replicas;
      await expect(one.refresh(text(winner, 'refresh_token'))).rejects.toEqual(new OAuthError('refresh_token.reused'));
      expect(members(await two.introspect({ token: text(winner, 'access_token') }, as(WEB)))).toEqual({ active: false });
      await expect(two.userinfo({}, bearer(winner))).rejects.toEqual(new OAuthError('userinfo.dead_token'));
    }
  }, 60_000);

  it('within the retry window: MUST give everybody the same successor, and the family never forks', async () => {
    const replicas = await twoReplicas();
    for (let round = 0; round < ROUNDS; round += 1) {
      const { outcomes, grant } = await race(replicas, 'app');
      expect(refusals(outcomes)).toEqual([]);
      const replies = successes(outcomes);
      const tokens = new Set(replies.map((reply) => text(reply, 'refresh_token')));
      expect(tokens.size).toBe(1);
      expect(await familyOf(grant.grantId)).toMatchObject({ generation: 1, revoke_reason: null });
      expect(await generations(grant.grantId)).toEqual([{ generation: 0 }, { generation: 1 }]);
      const [one, two] = replicas;
      const [first] = replies;
      if (first === undefined) throw new Error('nobody was answered');
      expect((await two.userinfo({}, bearer(first))).status).toBe(200);
      await expect(one.refresh(text(first, 'refresh_token'), 'app')).resolves.toMatchObject({ status: 200 });
    }
  }, 60_000);

  it('by a client that does not rotate: MUST succeed each time with the same token', async () => {
    const replicas = await twoReplicas();
    for (let round = 0; round < 5; round += 1) {
      const { outcomes, refreshToken, grant } = await race(replicas, 'fapi');
      expect(new Set(successes(outcomes).map((reply) => text(reply, 'refresh_token')))).toEqual(new Set([refreshToken]));
      expect(refusals(outcomes)).toEqual([]);
      expect(await familyOf(grant.grantId)).toMatchObject({ generation: 0, revoke_reason: null });
    }
  }, 60_000);
});

describe('REF-5, I5: refreshing against what ends the grant', () => {
  type Deployment = Awaited<ReturnType<typeof deployment>>;
  type SignedIn = Awaited<ReturnType<Deployment['signedIn']>>;
  const query = (statement: string, value: string | null) => suite.owner.query(statement, [value]);

  const ENDINGS: readonly (readonly [string, (person: SignedIn, replica: Deployment) => Promise<unknown>])[] = [
    ['a revocation', ({ refreshToken }, { revoke }) => revoke({ token: refreshToken }, as(WEB))],
    ['a logout', ({ sessionId }) => query("UPDATE session SET ended_at = now(), end_reason = 'logout' WHERE id = $1", sessionId)],
    ['a disabled account', ({ accountId }) => query('UPDATE account SET enabled = false WHERE id = $1', accountId)],
    ['a withdrawn grant', ({ grant }) => query("UPDATE authorization_grant SET revoked_at = now(), revoke_reason = 'withdrawn' WHERE id = $1", grant.grantId)],
    ['reuse', ({ refreshToken }, { refresh }) => expect(refresh(refreshToken)).rejects.toBeInstanceOf(OAuthError)],
  ];

  /** Uses one token after the other until one is refused; everything that was said on the way. */
  async function refreshUntilRefused({ refresh }: Deployment, { reply }: SignedIn, reached: (uses: number) => void): Promise<EndpointReply[]> {
    const said = [reply];
    for (let uses = 1; uses < USES_MAX; uses += 1) {
      const [next] = await Promise.allSettled([refresh(text(said.at(-1) ?? reply, 'refresh_token'))]);
      if (next.status === 'rejected') {
        expect(next.reason).toBeInstanceOf(OAuthError);
        return said;
      }
      said.push(next.value);
      reached(uses);
    }
    throw new Error('nothing ended it');
  }

  it.each(ENDINGS)('%s MUST leave nothing usable, however many rotations were under way', async (_what, end) => {
    const [one, two] = [await deployment(), await deployment()];
    for (let round = 0; round < ROUNDS; round += 1) {
      const person = await one.signedIn();
      let begin = (): void => {};
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const refreshing = refreshUntilRefused(one, person, (uses) => {
        if (uses === 1 + (round % 4)) begin();
      });
      await begun;
      await end(person, two);
      const said = await refreshing;
      for (const reply of said) {
        await expect(two.userinfo({}, bearer(reply))).rejects.toEqual(new OAuthError('userinfo.dead_token'));
        expect(members(await one.introspect({ token: text(reply, 'refresh_token') }, as(WEB)))).toEqual({ active: false });
      }
      await expect(two.refresh(text(said.at(-1) ?? person.reply, 'refresh_token'))).rejects.toBeInstanceOf(OAuthError);
    }
  }, 60_000);
});
