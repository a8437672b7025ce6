import { ServiceName } from '@tessera/vocabulary';
import { defineRequest, EVENT_CONTRACTS, REQUEST_CONTRACTS } from './index.js';
import { z } from 'zod';

const SUBJECT = /^[a-z-]+(\.[a-z-]+){2}\.v[1-9]\d*$/;
const EVENT_SUBJECT = /^[a-z-]+\.event(\.[a-z-]+){2}\.v[1-9]\d*$/;

describe.each(REQUEST_CONTRACTS.map((contract) => [contract.subject, contract] as const))('Ours: the request %s', (subject, contract) => {
  it('has a subject of the form <owner>.<resource>.<verb>.v<n>', () => {
    expect(subject).toMatch(SUBJECT);
    expect(subject.startsWith(`${contract.owner}.`)).toBe(true);
  });

  it('names callers that exist, and never its owner', () => {
    expect(contract.callers.length).toBeGreaterThan(0);
    expect(contract.callers.map((caller) => ServiceName.parse(caller))).not.toContain(contract.owner);
  });

  it('has a deadline within the hop the edge allows', () => {
    expect(contract.deadlineMs).toBeGreaterThan(0);
    expect(contract.deadlineMs).toBeLessThanOrEqual(10_000);
  });

  it('has examples that both schemas accept', () => {
    expect(contract.examples.length).toBeGreaterThan(0);
    for (const example of contract.examples) {
      expect(contract.request.safeParse(example.request)).toMatchObject({ success: true });
      expect(contract.reply.safeParse(example.reply)).toMatchObject({ success: true });
    }
  });

  it('survives the wire: what JSON makes of an example is the example', () => {
    for (const example of contract.examples) expect(JSON.parse(JSON.stringify(example))).toEqual(example);
  });

  it('tolerates members of a newer release', () => {
    for (const example of contract.examples) {
      expect(contract.reply.safeParse({ ...example.reply as object, memberOfANewerRelease: 1 })).toMatchObject({ success: true });
    }
  });
});

describe.each(EVENT_CONTRACTS.map((contract) => [contract.subject, contract] as const))('Ours: the event %s', (subject, contract) => {
  it('has a subject of the form <owner>.event.<resource>.<past participle>.v<n>', () => {
    expect(subject).toMatch(EVENT_SUBJECT);
  });

  it('names what finds the fact when the event is lost', () => {
    expect(contract.recoveredBy.length).toBeGreaterThan(20);
  });

  it('has examples that the schema accepts', () => {
    expect(contract.examples.length).toBeGreaterThan(0);
    for (const example of contract.examples) expect(contract.payload.safeParse(example)).toMatchObject({ success: true });
  });
});

describe('Ours: the catalogue of contracts', () => {
  it('has each subject once', () => {
    const subjects = [...REQUEST_CONTRACTS, ...EVENT_CONTRACTS].map((contract) => contract.subject);
    expect(new Set(subjects).size).toBe(subjects.length);
  });

  it('refuses a subject whose owner is nobody', () => {
    const definition = { callers: [], resend: 'never', request: z.null(), reply: z.null(), examples: [] } as const;
    const nobody: string = 'billing.invoice.send.v1';
    expect(() => defineRequest({ ...definition, subject: nobody as 'token.a.b.v1' })).toThrow('no service owns');
  });
});

describe('SEC-4 the operator acts as operator', () => {
  const withActor = REQUEST_CONTRACTS.flatMap((contract) => contract.examples.map(({ request }) => [contract, request] as const)).filter(
    (row): row is [(typeof row)[0], Record<string, unknown>] => typeof row[1] === 'object' && row[1] !== null && 'actor' in row[1],
  );

  it('is asked who it is where something changes', () => {
    expect(new Set(withActor.map(([{ subject }]) => subject)).size).toBe(11);
  });

  it.each(withActor.map(([contract, request]) => [contract.subject, contract, request] as const))('%s MUST NOT take the name of another kind', (_subject, contract, request) => {
    const by = (kind: string) => contract.request.safeParse({ ...request, actor: { kind, name: 'ada' } }).success;
    expect([by('operator'), by('schedule'), by('client'), by('service')]).toEqual([true, false, false, false]);
  });
});
