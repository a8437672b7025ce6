import { createLogger } from '@tessera/observability';
import { IssuanceAuditLog } from './issuance-audit-log.js';

const KID = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs';
const jti = (i: number) => `jti-${i}`.padEnd(22, 'x');

function auditLog() {
  const lines: Record<string, unknown>[] = [];
  const due: (() => void)[] = [];
  const logger = createLogger({ process: 'token', instance: 'i', level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } });
  const log = new IssuanceAuditLog(logger, { after: (ms, action) => void (ms <= 1000 && due.push(action)) });
  const issue = (i: number, clientId = 's6BhdRkqt3', scope = ['orders.read', 'orders.write']) => log.issued({ jti: jti(i), clientId, scope, kid: KID });
  return { log, lines, due, issue };
}

describe('Ours (decision 19): the record of stateless issuance', () => {
  it('names jti, client, scope and kid of every token, none of them redacted', () => {
    const { log, lines, issue } = auditLog();
    issue(1);
    issue(2);
    log.flush();
    expect(lines).toEqual([
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
    expect([lines.length, due.length]).toEqual([0, 1]);
    due.shift()?.();
    expect(lines).toHaveLength(1);
    issue(3);
    expect(due).toHaveLength(1);
  });

  it('loses no token of many, and writes far fewer lines', () => {
    const { log, lines, issue } = auditLog();
    for (let i = 0; i < 1000; i += 1) issue(i);
    log.flush();
    expect(lines.flatMap((line) => line['jti'])).toEqual(Array.from({ length: 1000 }, (_, i) => jti(i)));
    expect(lines).toHaveLength(50);
  });

  it('keeps clients and scopes apart', () => {
    const { log, lines, issue } = auditLog();
    issue(1, 'a');
    issue(2, 'b');
    issue(3, 'a', ['orders.read']);
    issue(4, 'a');
    log.flush();
    expect(lines.map((line) => [line['clientId'], line['scope'], line['count']])).toEqual([
      ['a', 'orders.read orders.write', 2],
      ['b', 'orders.read orders.write', 1],
      ['a', 'orders.read', 1],
    ]);
  });

  it('stays bounded when every token has another client (I12)', () => {
    const { lines, issue } = auditLog();
    for (let i = 0; i < 1000; i += 1) issue(i, `client-${i}`);
    expect(lines).toHaveLength(1000);
  });

  it('writes nothing when there is nothing', () => {
    const { log, lines } = auditLog();
    log.flush();
    expect(lines).toEqual([]);
  });
});
