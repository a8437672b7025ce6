import { REQUEST_BUDGET_MS, RequestId } from '@tessera/vocabulary';
import { childTraceparent, newCallContext } from './call-context.js';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

describe('W3C Trace Context §3.2 traceparent', () => {
  it('MUST be version, trace-id, parent-id and flags', () => {
    expect(newCallContext().traceparent).toMatch(TRACEPARENT);
  });

  it('§3.2.2.4 MUST keep trace-id and flags on the next hop and have a parent-id of its own', () => {
    const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const [, traceId, spanId, flags] = TRACEPARENT.exec(childTraceparent(parent)) ?? [];
    expect([traceId, flags]).toEqual(['0af7651916cd43dd8448eb211c80319c', '01']);
    expect(spanId).not.toBe('b7ad6b7169203331');
  });

  it('Ours: gives no two of 10,000 contexts the same trace or request', () => {
    const contexts = Array.from({ length: 10_000 }, () => newCallContext());
    expect(new Set(contexts.map(({ traceparent }) => traceparent.slice(3, 35))).size).toBe(10_000);
    expect(new Set(contexts.map(({ requestId }) => requestId)).size).toBe(10_000);
  });
});

describe('NAT-5 a request has a budget', () => {
  it('is 8 s over all hops unless the caller says otherwise', () => {
    const before = performance.now();
    const remaining = newCallContext().deadline - before;
    expect(remaining).toBeGreaterThanOrEqual(REQUEST_BUDGET_MS);
    expect(remaining).toBeLessThan(REQUEST_BUDGET_MS + 1_000);
  });

  it('has a request id that fits the edge', () => {
    expect(RequestId.safeParse(newCallContext().requestId).success).toBe(true);
  });
});
