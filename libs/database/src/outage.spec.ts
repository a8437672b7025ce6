import { Outage } from '@tessera/vocabulary';
import { connectionOutage, connectionSurvives, outageOf } from './outage.js';

const coded = (code: string) => Object.assign(new Error('said by the server'), { code });

describe('REL-2 a dependency that fails is an outage, never a statement about the request', () => {
  it.each([
    ['connection failure', '08006'],
    ['too many connections', '53300'],
    ['disk full', '53100'],
    ['administrator shutdown', '57P01'],
    ['starting up', '57P03'],
    ['statement timeout', '57014'],
    ['lock timeout', '55P03'],
    ['idle in transaction', '25P03'],
    ['a standby', '25006'],
    ['deadlock', '40P01'],
    ['serialization', '40001'],
    ['refused', 'ECONNREFUSED'],
    ['reset', 'ECONNRESET'],
    ['no such host', 'ENOTFOUND'],
    ['Prisma: no connection from the pool', 'P2024'],
    ['Prisma: no transaction', 'P2028'],
  ])('%s (%s)', (_title, code) => {
    expect(outageOf(coded(code))).toMatchObject({ dependency: 'postgresql', message: `postgresql: ${code}` });
  });

  it.each(['timeout exceeded when trying to connect', 'Connection terminated unexpectedly', 'Query read timeout'])('%s', (message) => {
    expect(outageOf(new Error(message))).toBeInstanceOf(Outage);
  });

  it('sees through what wraps it', () => {
    expect(outageOf(new Error('Prisma', { cause: coded('57P01') }))).toBeInstanceOf(Outage);
    expect(outageOf(new Error('Prisma', { cause: { kind: 'postgres', originalCode: '57014' } }))).toBeInstanceOf(Outage);
  });

  it('leaves an outage as it is', () => {
    const outage = new Outage('key-lease', 'none');
    expect(outageOf(outage)).toBe(outage);
  });
});

describe('REL-2 what the statement did wrong is a bug or a lost race', () => {
  it.each(['23505', '23514', '42P01', '42501', '22P02', 'P2002', 'P2025', 'EPERM'])('%s', (code) => {
    expect(outageOf(coded(code))).toBeNull();
  });

  it.each([[new TypeError('x is undefined')], ['text'], [null], [undefined], [{ code: 7 }]])('%p', (thrown) => {
    expect(outageOf(thrown)).toBeNull();
  });
});

describe('I12 a connection serves again unless it is the connection that failed', () => {
  it.each([
    ['23505', true],
    ['57014', true],
    ['55P03', true],
    ['40P01', true],
    ['57P01', false],
    ['25P03', false],
    ['25006', false],
    ['ECONNRESET', false],
  ])('%s: %s', (code, survives) => {
    expect(connectionSurvives(coded(code))).toBe(survives);
    expect(connectionSurvives(outageOf(coded(code)) ?? coded(code))).toBe(survives);
  });

  it('also after a refusal that a transaction was left with', () => {
    expect(connectionSurvives(new RangeError('no'))).toBe(true);
  });
});

describe('I13 no internal detail', () => {
  it('says of a connection that could not be made only the code', () => {
    expect(connectionOutage(Object.assign(new Error('password authentication failed for user "x"'), { code: '28P01' })).message).toBe('postgresql: no connection (28P01)');
    expect(connectionOutage(new Error('secret detail')).message).toBe('postgresql: no connection (unknown reason)');
  });
});
