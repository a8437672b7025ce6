import { ClientId, type EpochSeconds, OAuthError, TeamName, TeamRight } from '@tessera/vocabulary';
import { z } from 'zod';
import type { VouchedAuthentication } from './messages.js';

/** What is declared of a team that decides about its requests. */
export const TeamBinding = z.object({ name: TeamName, clientIds: z.array(ClientId), rights: z.array(TeamRight) });
/** What is declared of a team. */
export type TeamBinding = z.infer<typeof TeamBinding>;

/** Seconds a person's authentication by the team may lie back. */
export const VOUCHED_AUTHENTICATION_AGE_SECONDS_MAX = 3_600;
/** Seconds the clock of a team may be ahead of ours. */
const CLOCK_AHEAD_SECONDS_MAX = 60;

/**
 * The team, if it has the right; no right implies another.
 *
 * @throws {OAuthError} `team_request.not_declared`, `.right_missing`.
 */
export function requireTeamRight(team: TeamBinding | null, right: TeamRight): TeamBinding {
  if (team === null) throw new OAuthError('team_request.not_declared');
  if (!team.rights.includes(right)) throw new OAuthError('team_request.right_missing', { team: team.name, right });
  return team;
}

/**
 * The id of a client, if it is one of the team's. Whether it exists is not said to anybody else.
 *
 * @throws {OAuthError} `team_request.client_not_bound`.
 */
export function requireOwnClient(team: TeamBinding, clientId: string): ClientId {
  const own = team.clientIds.find((one) => one === clientId);
  if (own === undefined) throw new OAuthError('team_request.client_not_bound', { team: team.name, clientId });
  return own;
}

/**
 * What a team says of how a person authenticated, if it can be true of this moment.
 *
 * @throws {OAuthError} `team_request.authentication`.
 */
export function vouchedAuthentication(said: VouchedAuthentication, now: EpochSeconds): VouchedAuthentication {
  const age = now - said.authenticatedAt;
  if (age > VOUCHED_AUTHENTICATION_AGE_SECONDS_MAX || age < -CLOCK_AHEAD_SECONDS_MAX) throw new OAuthError('team_request.authentication', { age });
  return { authenticatedAt: Math.min(said.authenticatedAt, now), amr: [...new Set(said.amr)] };
}
