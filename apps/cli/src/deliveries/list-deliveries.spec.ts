import { ListAuthorizationDeliveries, ListDeviceCibaDeliveries, type RequestContract } from '@tessera/contracts';
import type { DeliveryListing, DeliveryRecord } from '@tessera/protocol/delivery';
import { Outage } from '@tessera/vocabulary';
import { fakeServices, FakeSurroundings } from '../testing.js';

const row = (n: number) => `0b9b7a0e-5a6e-4c55-9c0e-${String(n).padStart(12, '0')}`;
const record = (n: number, more: Partial<DeliveryRecord> = {}): DeliveryRecord => ({
  kind: 'backchannel-logout',
  row: row(n),
  lane: 's6BhdRkqt3',
  state: 'delivered',
  attempts: 1,
  answer: '200',
  createdAt: `2026-01-01T00:00:${String(59 - n).padStart(2, '0')}.000Z`,
  nextAt: null,
  settledAt: '2026-01-01T00:01:00.000Z',
  ...more,
});

/** Logouts as answered, and these pings. */
function deliveries(answer: (asked: DeliveryListing) => readonly DeliveryRecord[], pings: readonly DeliveryRecord[] = []) {
  const services = fakeServices(
    new Map<RequestContract, (request: unknown) => unknown>([
      [ListAuthorizationDeliveries, (asked) => ({ records: answer(asked as DeliveryListing) })],
      [ListDeviceCibaDeliveries, (asked) => ({ records: (asked as DeliveryListing).kind === 'ping' ? pings : [] })],
    ]),
  );
  return { services, at: new FakeSurroundings({ services }) };
}

describe('Ours: tessera deliveries list', () => {
  it('shows the newest first, with what came back and when it is tried next', async () => {
    const waiting = record(1, { state: 'due', attempts: 3, answer: '503', nextAt: '2026-01-01T00:02:00.000Z', settledAt: null });
    const { at } = deliveries(() => [waiting, record(0)]);
    expect(await at.run('deliveries', 'list')).toBe(0);
    expect(at.out).toEqual([
      'WRITTEN                   KIND                CLIENT      STATE      ATTEMPTS  LAST ANSWER  NEXT                      ID',
      `2026-01-01T00:00:59.000Z  backchannel-logout  s6BhdRkqt3  delivered  1         200          -                         ${row(0)}`,
      `2026-01-01T00:00:58.000Z  backchannel-logout  s6BhdRkqt3  due        3         503          2026-01-01T00:02:00.000Z  ${row(1)}`,
    ]);
  });

  it('shows those of every owner', async () => {
    const { at } = deliveries(() => [record(1)], [record(0, { kind: 'ping' })]);
    expect(await at.run('deliveries', 'list', '--json')).toBe(0);
    expect(JSON.parse(at.out[0] ?? '')).toMatchObject([{ kind: 'ping' }, { kind: 'backchannel-logout' }]);
  });

  it('asks for what the words say, and prints JSON', async () => {
    const { at, services } = deliveries(() => [record(0)]);
    expect(await at.run('deliveries', 'list', '--client', 'app', '--state', 'given-up', '--kind', 'backchannel-logout', '--json')).toBe(0);
    expect(services.asked).toEqual([{ kind: 'backchannel-logout', lane: 'app', state: 'given-up', before: null, limit: 200 }]);
    expect(JSON.parse(at.out[0] ?? '')).toEqual([record(0)]);
  });

  it('fetches page after page until it has as many as asked for, or there are no more', async () => {
    const all = Array.from({ length: 250 }, (_, n) => record(n));
    const { at, services } = deliveries(({ before, limit }) => {
      const from = before === null ? 0 : all.findIndex((one) => one.row === before) + 1;
      return all.slice(from, from + limit);
    });
    expect(await at.run('deliveries', 'list', '--kind', 'backchannel-logout', '--limit', '1000', '--json')).toBe(0);
    expect(JSON.parse(at.out[0] ?? '')).toHaveLength(250);
    expect(services.asked).toMatchObject([{ before: null }, { before: row(199) }]);
    expect(await at.run('deliveries', 'list', '--json')).toBe(0);
    expect(JSON.parse(at.out[1] ?? '')).toHaveLength(50);
  });

  it.each([
    [['--state', 'lost'], 'tessera: tessera deliveries list: "lost" is no state; say one of due, sending, delivered, given-up'],
    [['--kind', 'pigeon'], 'tessera: tessera deliveries list: there is no kind "pigeon"; there is backchannel-logout, ping, push, email, webhook, web-push'],
    [['--limit', '0'], 'tessera: tessera deliveries list: --limit is a number between 1 and 10000'],
  ])('refuses %j', async (words, line) => {
    const { at, services } = deliveries(() => []);
    expect(await at.run('deliveries', 'list', ...words)).toBe(2);
    expect([at.err, services.asked]).toEqual([[line], []]);
  });

  it('says when nobody answers', async () => {
    const { at } = deliveries(() => {
      throw new Outage('authorization', 'nobody answered');
    });
    expect(await at.run('deliveries', 'list')).toBe(4);
  });
});
