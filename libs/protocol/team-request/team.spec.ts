import { ClientId, type EpochSeconds, OAuthError, TeamName, TeamRight } from '@tessera/vocabulary';
import { backchannelParameters, requireOwnClient, requireTeamRight, StartBackchannelRequest, type TeamBinding, vouchedAuthentication } from './index.js';

const NOW = 1_700_000_000 as EpochSeconds;
const team = (rights: readonly TeamRight[]): TeamBinding => ({ name: TeamName.parse('call-centre'), clientIds: [ClientId.parse('bank')], rights: [...rights] });

describe('Decision 42: what a team may', () => {
  it.each(TeamRight.options)('%s is implied by no other right', (right) => {
    const others = TeamRight.options.filter((one) => one !== right);
    expect(() => requireTeamRight(team(others), right)).toThrow(new OAuthError('team_request.right_missing'));
    expect(requireTeamRight(team([right]), right).name).toBe('call-centre');
  });

  it('a team that is not declared may nothing', () => {
    expect(() => requireTeamRight(null, 'read')).toThrow(new OAuthError('team_request.not_declared'));
  });

  it('acts for its own clients only', () => {
    expect(requireOwnClient(team([]), 'bank')).toBe('bank');
    for (const other of ['shop', 'BANK', '']) expect(() => requireOwnClient(team([]), other)).toThrow(new OAuthError('team_request.client_not_bound'));
  });
});

describe('Decision 42: what a team says of a person', () => {
  it.each([[0, true], [-3_600, true], [-3_601, false], [60, true], [61, false]])('an authentication %d s from now: %s', (shift, possible) => {
    const said = { authenticatedAt: NOW + shift, amr: ['tel', 'tel', 'kba'] };
    if (!possible) expect(() => vouchedAuthentication(said, NOW)).toThrow(new OAuthError('team_request.authentication'));
    else expect(vouchedAuthentication(said, NOW)).toEqual({ authenticatedAt: Math.min(said.authenticatedAt, NOW), amr: ['tel', 'kba'] });
  });
});

describe('CIBA Core §7.1: a start is a form', () => {
  it('says what was said by the names of the specification, and nothing else', () => {
    const { values, resources } = backchannelParameters(
      StartBackchannelRequest.parse({ clientId: 'bank', scope: 'openid', loginHint: 'jane', requestedExpiry: 60, resources: ['https://r'], sourceAddress: '203.0.113.7' }),
    );
    expect([...values]).toEqual([['scope', 'openid'], ['login_hint', 'jane'], ['requested_expiry', '60']]);
    expect(resources).toEqual(['https://r']);
  });
});
