import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { EVENT_CONTRACTS, REQUEST_CONTRACTS } from '../../libs/contracts/index.js';
import { schemaOf } from '../../tools/docs/json-schema.mjs';
import { contractProblems, contractsRecord } from '../../tools/rolling/contracts.mjs';
import { migrationProblems, migrationsRecord, PREVIOUS } from '../../tools/rolling/release-record.mjs';

interface Schema {
  [keyword: string]: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
}
interface Recorded {
  requests: Record<string, { callers: string[]; request: Schema; reply: Schema; examples: { request: unknown; reply: unknown }[] }>;
  events: Record<string, { payload: Schema; examples: unknown[] }>;
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const previous: Recorded = read(path.join(PREVIOUS, 'contracts.json'));
const tolerated: Record<string, string> = read(path.join(PREVIOUS, '../tolerated.json'));
const present = (): Recorded => contractsRecord({ requests: REQUEST_CONTRACTS, events: EVENT_CONTRACTS, schemaOf });
const problems = (now: Recorded): string[] => contractProblems(previous, now);

/** What the release before takes. Patterns with Unicode classes need a flag that JSON Schema cannot carry: they are left out. */
const receiver = (schema: Schema) =>
  z.fromJSONSchema(JSON.parse(JSON.stringify(schema, (name, value) => (name === 'pattern' && String(value).includes('\\p{') ? undefined : value))));

describe('Ours: services of this release and of the release before understand each other', () => {
  it('in every request, reply and event, beside what is tolerated with a reason', () => {
    const found = problems(present());
    expect(found.filter((problem) => tolerated[problem] === undefined)).toEqual([]);
    for (const reason of Object.values(tolerated)) expect(reason.length).toBeGreaterThan(20);
  });

  it.each(Object.entries(previous.requests))('%s takes what the release before asks and answers, and is taken by it', (subject, before) => {
    const now = REQUEST_CONTRACTS.find((one) => one.subject === subject);
    const [asked, answered] = [receiver(before.request), receiver(before.reply)];
    for (const example of before.examples) {
      expect(now?.request.safeParse(example.request)).toMatchObject({ success: true });
      expect(now?.reply.safeParse(example.reply)).toMatchObject({ success: true });
    }
    // The first example of each is what every release asks; further ones may show what is new.
    const [first] = now?.examples ?? [];
    expect(asked.safeParse(first?.request)).toMatchObject({ success: true });
    expect(answered.safeParse(first?.reply)).toMatchObject({ success: true });
  });
});

/** A contract of this kind of shape, to change. */
const ISSUE = 'token.token.issue.v1';
const schema = (members: Record<string, Schema>, required = Object.keys(members)): Schema => ({ type: 'object', properties: members, required });
const BEFORE: Recorded = {
  requests: {
    [ISSUE]: {
      callers: ['gateway', 'authorization'],
      request: schema({ client: { type: 'string', maxLength: 64 }, kind: { type: 'string', enum: ['code', 'refresh'] }, note: { type: 'string' } }, ['client', 'kind']),
      reply: schema({ token: { type: 'string' }, state: { anyOf: [{ type: 'string', const: 'new' }, { type: 'null' }] }, parts: { type: 'array', items: schema({ id: { type: 'integer' } }) } }),
      examples: [],
    },
  },
  events: { 'token.event.token.revoked.v1': { payload: schema({ jti: { type: 'string' } }), examples: [] } },
};

type Mutation = (now: { request: Schema; reply: Schema; payload: Schema; record: Recorded }) => void;
function mutated(mutate: Mutation): string[] {
  const record = structuredClone(BEFORE);
  const contract = record.requests[ISSUE];
  const event = record.events['token.event.token.revoked.v1'];
  if (contract === undefined || event === undefined) throw new Error('there is nothing to change');
  mutate({ request: contract.request, reply: contract.reply, payload: event.payload, record });
  return contractProblems(BEFORE, record);
}
const member = (of: Schema, name: string): Schema => of.properties?.[name] ?? {};
const MUST_FAIL: readonly (readonly [string, Mutation, RegExp])[] = [
  ['a request is gone', ({ record }) => delete record.requests[ISSUE], /is gone/],
  ['a caller may not ask any more', ({ record }) => record.requests[ISSUE]?.callers.pop(), /closed to authorization/],
  ['a request needs a member more', ({ request }) => request.required?.push('note'), /asked by the release before: note is needed/],
  ['a request does not send a member that was needed', ({ request }) => delete request.properties?.['client'] && (request.required = ['kind']), /asked of the release before: client is needed/],
  ['a request takes fewer values', ({ request }) => (member(request, 'kind')['enum'] = ['code']), /kind may be refresh, only code/],
  ['a request takes another type', ({ request }) => (member(request, 'client')['type'] = 'integer'), /client is string, integer is taken/],
  ['a request takes only shorter values', ({ request }) => (member(request, 'client')['maxLength'] = 32), /beyond the maxLength that is taken \(32\)/],
  ['a request takes only values of a form', ({ request }) => (member(request, 'note')['pattern'] = '^a'), /beyond the pattern/],
  ['a reply lacks a member', ({ reply }) => delete reply.properties?.['token'] && (reply.required = ['state', 'parts']), /answered to the release before: token is needed/],
  ['a reply may leave a member out', ({ reply }) => (reply.required = ['state', 'parts']), /answered to the release before: token is needed/],
  ['a reply needs a member more', ({ reply }) => reply.required?.push('more'), /answered by the release before: more is needed/],
  ['a reply has a value more', ({ reply }) => (member(reply, 'state')['anyOf'] = [{ type: 'string', enum: ['new', 'old'] }, { type: 'null' }]), /state may be old, only new/],
  ['a reply has a value less', ({ reply }) => (member(reply, 'state')['anyOf'] = [{ type: 'null' }]), /answered by the release before: state/],
  ['a list in a reply holds something else', ({ reply }) => (member(reply, 'parts')['items'] = schema({})), /parts\[\]\.id is needed/],
  ['an event is gone', ({ record }) => (record.events = {}), /not published any more/],
  ['an event lacks a member', ({ payload }) => (payload.required = []), /told to the release before: jti is needed/],
];
const MAY_PASS: readonly (readonly [string, Mutation])[] = [
  ['nothing changes', () => {}],
  ['a request may have a member more', ({ request }) => (request.properties = { ...request.properties, more: { type: 'string' } })],
  ['a request takes a value more, which only new callers say', ({ request }) => (member(request, 'kind')['enum'] = ['code', 'refresh', 'device'])],
  ['a request takes longer values', ({ request }) => (member(request, 'client')['maxLength'] = 128)],
  ['a reply has a member more', ({ reply }) => (reply.properties = { ...reply.properties, more: { type: 'string' } })],
  ['a request is new', ({ record }) => (record.requests['token.token.count.v1'] = { callers: [], request: {}, reply: {}, examples: [] })],
  ['a caller is new', ({ record }) => record.requests[ISSUE]?.callers.push('worker')],
];

describe('Ours: what parts two releases is found', () => {
  it.each(MUST_FAIL)('when %s', (_case, mutate, problem) => {
    expect(mutated(mutate).join('\n')).toMatch(problem);
  });

  it.each(MAY_PASS)('and nothing is said when %s', (_case, mutate) => {
    expect(mutated(mutate)).toEqual([]);
  });

  it('in each of the real contracts, when a member more were needed or one less were answered', () => {
    for (const [subject, { request, reply }] of Object.entries(previous.requests)) {
      const now = structuredClone(previous);
      const changed = now.requests[subject];
      if (changed === undefined) throw new Error(`there is no ${subject}`);
      if (request.type === 'object') changed.request.required = [...(request.required ?? []), 'memberOfThisRelease'];
      const lost = reply.type === 'object' ? reply.required?.[0] : undefined;
      if (lost !== undefined) changed.reply.required = (reply.required ?? []).slice(1);
      if (request.type !== 'object' && lost === undefined) continue;
      const found = problems(now).join('\n');
      if (request.type === 'object') expect(found).toContain(`${subject}, asked by the release before: memberOfThisRelease is needed`);
      if (lost !== undefined) expect(found).toContain(`${subject}, answered to the release before: ${lost} is needed`);
    }
  });
});

describe('Ours: released migrations stay as they are', () => {
  const released: Record<string, string> = read(path.join(PREVIOUS, 'migrations.json'));

  it('each with its text, in its place', () => {
    expect(migrationProblems(released, migrationsRecord())).toEqual([]);
  });

  it('a change, a loss and one put before them are found', () => {
    const [first = '', second = ''] = Object.keys(released);
    expect(migrationProblems(released, { ...released, [first]: 'other' })).toEqual([`${first} was changed after it was released`]);
    const { [second]: _gone, ...without } = released;
    expect(migrationProblems(released, without)).toEqual([`${second} is gone after it was released`]);
    expect(migrationProblems(released, { ...released, '20200101000000_early': 'x' })).toEqual(['20200101000000_early stands before migrations that were released']);
  });
});
