import { createLogger } from '@tessera/observability';
import { CollectedLines } from './collected-lines.js';
import { IssuanceAuditLog } from './issuance-audit-log.js';

const KID = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs';
const jti = (i: number) => `jti-${i}`.padEnd(22, 'x');

function auditLog() {
  const writes: string[] = [];
  const due: (() => void)[] = [];
  const collected = new CollectedLines({ write: (text) => writes.push(text) });
  const logger = createLogger({ process: 'token', instance: 'i', level: 'info', destination: collected });
  const delay = { after: (ms: number, action: () => void) => void (ms <= 1000 && due.push(action)) };
  const log = new IssuanceAuditLog(logger, () => collected.flush(), delay);
  const issue = (i: number, clientId = 's6BhdRkqt3', scope = ['orders.read', 'orders.write']) => log.issued({ jti: jti(i), clientId, scope, kid: KID });
  const lines = () => writes.join('').split('\n').slice(0, -1).map((line): Record<string, unknown> => JSON.parse(line));
  return { log, writes, lines, due, issue };
}

describe('Ours (decision 19): the record of stateless issuance', () => {
  it('names jti, client, scope and kid of every token, none of them redacted', () => {
    const { log, lines, issue } = auditLog();
    issue(1);
    issue(2);
    log.flush();
    expect(lines()).toEqual([
      expect.objectContaining({
        level: 'info',
        msg: 'access tokens issued',
        action: 'access-token.issued',
        clientId: 's6BhdRkqt3',
        scope: 'orders.read orders.write',
        kid: KID,
        count: 2,
        jti: [jti(1), jti(2)],
      }),
    ]);
  });

  it('is written within a second of the first token', () => {
    const { lines, due, issue } = auditLog();
    issue(1);
    issue(2);
    expect([lines().length, due.length]).toEqual([0, 1]);
    due.shift()?.();
    expect(lines()).toHaveLength(1);
    issue(3);
    expect(due).toHaveLength(1);
  });

  it('loses no token of many, in few lines and fewer writes, each of what a pipe takes at once', () => {
    const { log, writes, lines, issue } = auditLog();
    for (let i = 0; i < 2000; i += 1) issue(i);
    log.flush();
    expect(lines().flatMap((line) => line['jti'])).toEqual(Array.from({ length: 2000 }, (_, i) => jti(i)));
    expect(lines()).toHaveLength(100);
    expect(writes).toHaveLength(3);
    expect(Math.max(...writes.map((text) => text.length))).toBeLessThan(65_536);
  });

  it('keeps clients and scopes apart', () => {
    const { log, lines, issue } = auditLog();
    issue(1, 'a');
    issue(2, 'b');
    issue(3, 'a', ['orders.read']);
    issue(4, 'a');
    log.flush();
    expect(lines().map((line) => [line['clientId'], line['scope'], line['count']])).toEqual([
      ['a', 'orders.read orders.write', 2],
      ['b', 'orders.read orders.write', 1],
      ['a', 'orders.read', 1],
    ]);
  });

  it('stays bounded when every token has another client (I12)', () => {
    const { log, lines, issue } = auditLog();
    for (let i = 0; i < 1000; i += 1) issue(i, `client-${i}`);
    expect(lines().length).toBeGreaterThanOrEqual(960);
    log.flush();
    expect(lines()).toHaveLength(1000);
  });

  it('writes nothing when there is nothing', () => {
    const { log, writes } = auditLog();
    log.flush();
    expect(writes).toEqual([]);
  });
});
