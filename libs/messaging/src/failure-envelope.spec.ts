import { OAuthError, Outage } from '@tessera/vocabulary';
import { fromFailure, toFailure } from './failure-envelope.js';
import { ReplyItem } from './frame.js';
import { Incident } from './incident.js';

function crossed(thrown: unknown) {
  const logged: unknown[] = [];
  const failure = toFailure(thrown, (bug) => {
    logged.push(bug);
    return 'incident-1';
  });
  const item = ReplyItem.parse(JSON.parse(JSON.stringify({ id: 1, ...failure })));
  return { item, logged, error: fromFailure(item, 'token') };
}

describe('Ours: three kinds of failure cross the bus and no fourth', () => {
  it('a refusal arrives with reason, code, description, status and detail', () => {
    const { error, logged } = crossed(new OAuthError('scope.malformed', { scope: 'a  b' }));
    const original = new OAuthError('scope.malformed');
    expect(error).toBeInstanceOf(OAuthError);
    expect(error).toMatchObject({
      reason: 'scope.malformed',
      code: original.code,
      description: original.description,
      status: original.status,
      detail: { scope: 'a  b' },
    });
    expect(logged).toEqual([]);
  });

  it('an outage arrives as the name of what is missing', () => {
    const { error, item } = crossed(new Outage('postgresql', 'connect ECONNREFUSED 10.0.0.7:5432'));
    expect(error).toMatchObject({ name: 'Outage', dependency: 'postgresql' });
    expect(JSON.stringify(item)).not.toContain('10.0.0.7');
  });

  it.each<[string, unknown]>([
    ['an error', new TypeError('secret internals')],
    ['a string', 'secret internals'],
    ['what Nest makes of an error without our filter', { status: 'error', message: 'secret internals' }],
    ['undefined', undefined],
  ])('a bug (%s) arrives as an incident id only', (_case, bug) => {
    const { error, item, logged } = crossed(bug);
    expect(error).toMatchObject({ name: 'Incident', incident: 'incident-1', service: 'token' });
    expect(JSON.stringify(item)).not.toContain('secret');
    expect(logged).toEqual([bug]);
  });

  it('an incident of a service further away keeps its id and is not logged again', () => {
    const { error, logged } = crossed(new Incident('far-away', 'authorization'));
    expect(error).toMatchObject({ incident: 'far-away' });
    expect(logged).toEqual([]);
  });
});

describe('Ours: old and new releases live side by side', () => {
  const refusal = { reason: 'device_code.too_new', code: 'invalid_grant', description: 'the device code is too new', status: 400 };

  it('MUST let a reason this release does not know reach the client with its code, text and status', () => {
    const error = fromFailure({ id: 1, refusal: { ...refusal, status: 410 } }, 'token');
    expect(error).toBeInstanceOf(OAuthError);
    expect(error).toMatchObject({ reason: 'device_code.too_new', code: 'invalid_grant', description: 'the device code is too new', status: 410 });
  });

  it('takes the status of the code when the peer sends none', () => {
    const { status: _left, ...bare } = refusal;
    expect(fromFailure({ id: 1, refusal: bare }, 'token')).toMatchObject({ status: 400 });
  });

  it.each([
    ['a code this release may not put on the wire', { ...refusal, code: 'new_code' }],
    ['a text outside RFC 6749 §5.2', { ...refusal, description: 'a "quoted" word' }],
    ['no text', { ...refusal, description: '' }],
  ])('turns %s into an incident under its reason', (_case, strange) => {
    expect(fromFailure({ id: 1, refusal: strange }, 'token')).toMatchObject({ name: 'Incident', incident: 'unknown-refusal:device_code.too_new' });
  });
});
