import { KeyPolicy, PUBLISH_LEAD_SECONDS_MIN, RETIRE_SECONDS_MIN } from './index.js';

const problemOf = (policy: object) => KeyPolicy.safeParse(policy).error?.issues.map(({ path }) => path.join('.'));

describe('KEY-4 a policy that would break verification is refused', () => {
  it('has good defaults: every algorithm, RSA of 2048 bits, 90 days', () => {
    expect(KeyPolicy.parse({})).toEqual({
      signingAlgorithms: ['ES256', 'RS256', 'PS256', 'EdDSA'],
      rsaModulusBits: 2048,
      rotationSeconds: 90 * 86_400,
      publishLeadSeconds: PUBLISH_LEAD_SECONDS_MIN,
      retireSeconds: RETIRE_SECONDS_MIN,
      rehearsal: false,
    });
  });

  it.each([
    ['publishLeadSeconds', { publishLeadSeconds: PUBLISH_LEAD_SECONDS_MIN - 1 }],
    ['retireSeconds', { retireSeconds: RETIRE_SECONDS_MIN - 1 }],
    ['rotationSeconds', { rotationSeconds: 86_399 }],
    ['rotationSeconds', { rotationSeconds: 100_000, publishLeadSeconds: 100_000 }],
    ['rsaModulusBits', { rsaModulusBits: 1024 }],
    ['signingAlgorithms', { signingAlgorithms: [] }],
    ['signingAlgorithms.0', { signingAlgorithms: ['HS256'] }],
  ])('names %s in %j', (member, policy) => {
    expect(problemOf(policy)).toEqual([member]);
  });

  it('accepts RSA of 3072 bits, and rotation by command only', () => {
    expect(problemOf({ rsaModulusBits: 3072, rotationSeconds: null })).toBeUndefined();
  });

  it('accepts seconds in a rehearsal that says so, in the right order', () => {
    expect(problemOf({ rehearsal: true, rotationSeconds: 5, publishLeadSeconds: 2, retireSeconds: 3 })).toBeUndefined();
    expect(problemOf({ rehearsal: true, rotationSeconds: 2, publishLeadSeconds: 2 })).toEqual(['rotationSeconds']);
  });
});
