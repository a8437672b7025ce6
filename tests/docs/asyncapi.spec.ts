import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defineEvent, defineRequest, defineTeamRequest, EVENT_CONTRACTS, REQUEST_CONTRACTS, TEAM_REQUEST_CONTRACTS } from '@tessera/contracts';
import { z } from 'zod';
import { asyncApi, printed } from '../../tools/docs/asyncapi.mjs';
import { schemaOf } from '../../tools/docs/json-schema.mjs';

const FILE = path.resolve(import.meta.dirname, '../../docs/asyncapi.json');

const BREW = defineRequest({
  subject: 'token.tea.brew.v1',
  callers: ['gateway'],
  resend: 'never',
  request: z.object({ degrees: z.number() }),
  reply: z.object({ cups: z.number() }),
  examples: [{ request: { degrees: 96 }, reply: { cups: 2 } }],
});
const BREWED = defineEvent({
  subject: 'token.event.tea.brewed.v1',
  subscribers: ['gateway'],
  recoveredBy: 'looking into the pot',
  payload: z.object({ cups: z.number() }),
  examples: [{ cups: 2 }],
});
const document = (requests: readonly object[] = [BREW], events: readonly object[] = [BREWED]) => asyncApi({ requests, events, schemaOf });

/** Every `$ref` in a document. */
function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => (name === '$ref' ? [String(child)] : references(child)));
}

describe('Decision 9: docs/asyncapi.json is the contracts', () => {
  it('is exactly what the generator makes (else run: node tools/docs/generate.mjs)', () => {
    const wanted = asyncApi({ requests: REQUEST_CONTRACTS, teamRequests: TEAM_REQUEST_CONTRACTS, events: EVENT_CONTRACTS, schemaOf });
    expect(readFileSync(FILE, 'utf8')).toBe(`${printed(wanted)}\n`);
  });

  it('has a channel and an operation for every contract, and no reference that leads nowhere', () => {
    const wanted = JSON.parse(readFileSync(FILE, 'utf8'));
    const subjects = [...REQUEST_CONTRACTS, ...TEAM_REQUEST_CONTRACTS, ...EVENT_CONTRACTS].map(({ subject }) => subject).sort();
    expect(Object.keys(wanted.channels).sort()).toEqual(subjects);
    expect(Object.keys(wanted.operations).sort()).toEqual(subjects);
    const found = references(wanted).filter((reference) => reference.startsWith('#/'));
    expect(found.length).toBeGreaterThan(subjects.length);
    for (const reference of found) {
      const at = reference.slice(2).split('/').reduce((node, name) => node?.[name], wanted);
      expect([reference, typeof at]).toEqual([reference, 'object']);
    }
  });

  it('says who may ask, how long it waits, and whether asking again is safe', () => {
    expect(document()).toMatchObject({
      channels: { 'token.tea.brew.v1': { address: 'token.tea.brew.v1.{caller}', parameters: { caller: { enum: ['gateway'] } } } },
      operations: {
        'token.tea.brew.v1': { action: 'receive', 'x-tessera-owner': 'token', 'x-tessera-resend': 'never', 'x-tessera-deadline-ms': BREW.deadlineMs },
        'token.event.tea.brewed.v1': { action: 'send', 'x-tessera-subscribers': ['gateway'] },
      },
    });
  });

  it('says what right a team needs, at the subject as the team says it', () => {
    const { owner, request, reply, examples } = BREW;
    const asked = defineTeamRequest({ owner, request, reply, examples, resend: 'never', subject: 'api.tea.brew.v1', right: 'start' });
    expect(asyncApi({ requests: [], teamRequests: [asked], events: [], schemaOf })).toMatchObject({
      channels: { 'api.tea.brew.v1': { address: 'api.tea.brew.v1' } },
      operations: { 'api.tea.brew.v1': { 'x-tessera-right': 'start', 'x-tessera-resend': 'never' } },
    });
  });

  it('shows whole frames in its examples', () => {
    expect(document()).toMatchObject({
      components: {
        messages: {
          'token.tea.brew.v1.request': { examples: [{ payload: { v: 1, items: [{ id: 7, body: { degrees: 96 } }] } }] },
          'token.tea.brew.v1.reply': { examples: [{ payload: { v: 1, items: [{ id: 7, ok: { cups: 2 } }] } }] },
          'token.event.tea.brewed.v1': { examples: [{ payload: { v: 1, items: [{ body: { cups: 2 } }] } }] },
        },
      },
    });
  });

  it('would notice a contract that was added, or whose caller or schema changed', () => {
    expect(document([BREW], [])).not.toEqual(document());
    expect(document([{ ...BREW, callers: ['gateway', 'worker'] }])).not.toEqual(document());
    expect(document([{ ...BREW, reply: z.object({ cups: z.string() }) }])).not.toEqual(document());
  });
});
