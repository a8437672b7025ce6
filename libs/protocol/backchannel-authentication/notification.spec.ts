import { approvalLetter, notificationMessage, pingBody, pushBody, pushErrorBody } from './index.js';
import { drawMatchingNumbers } from './number-matching.js';

describe('CIBA Core §10.2, §10.3, §12 what a client is told', () => {
  it('a ping has the auth_req_id only', () => {
    expect(pingBody('x')).toBe('{"auth_req_id":"x"}');
  });

  it('a push has the members of a token response and the auth_req_id', () => {
    const tokens = { accessToken: 'a', lifetimeSeconds: 600, refreshToken: null, idToken: 'i' };
    expect(JSON.parse(pushBody('x', tokens))).toEqual({ auth_req_id: 'x', access_token: 'a', token_type: 'Bearer', expires_in: 600, id_token: 'i' });
    expect(JSON.parse(pushBody('x', { ...tokens, refreshToken: 'r' }))).toMatchObject({ refresh_token: 'r' });
  });

  it.each(['access_denied', 'expired_token', 'transaction_failed'] as const)('a push error: %s', (error) => {
    expect(JSON.parse(pushErrorBody('x', error))).toEqual({ auth_req_id: 'x', error, error_description: expect.stringMatching(/^[a-z_ ]+$/) });
  });

  it('§10.2 carries the client\'s own token as bearer', () => {
    expect(notificationMessage('https://c', 't', '{}')).toEqual({ transport: 'http', url: 'https://c', headers: { authorization: 'Bearer t', 'content-type': 'application/json' }, body: '{}' });
  });
});

describe('Ours: what a person is told', () => {
  it('is one line of subject, whatever a client is called', () => {
    const { subject, text } = approvalLetter('Evil\r\nBcc: all\u202E', 'https://as.example.com/approvals', 1);
    expect(subject).toBe('Evil  Bcc: all asks you to approve a request');
    expect(text).toContain('about one minute');
    expect(approvalLetter('A', 'https://as', 5).text).toContain('about 5 minutes');
  });
});

describe('Ours: the numbers of number matching', () => {
  it('are three different ones of two digits, and the right one stands anywhere', () => {
    const places = new Set<number>();
    for (let seed = 0; seed < 300; seed += 1) {
      let drawn = seed;
      const { number, choices } = drawMatchingNumbers((bound) => (drawn = (drawn * 31 + 17) % 9_973) % bound);
      expect(new Set(choices).size).toBe(3);
      for (const choice of choices) expect(choice).toBeGreaterThanOrEqual(10);
      for (const choice of choices) expect(choice).toBeLessThanOrEqual(99);
      places.add(choices.indexOf(number));
    }
    expect(places).toEqual(new Set([0, 1, 2]));
  });
});
