import type { DoneSteps } from '@tessera/protocol/interaction';
import { AccountId, Authority, ClientId } from '@tessera/vocabulary';
import { z } from 'zod';
import { SessionColumn } from '../session/index.js';

const Step = <Detail extends z.ZodType>(detail: Detail) => z.object({ accountId: AccountId, detail, doneAt: z.string() });

/** What was done in an interaction, as its steps are stored. */
const StepsColumn = z.object({
  password: Step(z.unknown()).optional(),
  'select-account': Step(z.object({ choice: z.enum(['current', 'other']) })).optional(),
});

/** What an interaction is for. */
export const Purpose = z.enum(['authorization', 'logout', 'account', 'device']);
/** What an interaction is for. */
export type Purpose = z.infer<typeof Purpose>;

/** Rows of `read-interaction`. */
export const InteractionRow = z.object({
  id: z.uuid(),
  browserHash: z.instanceof(Buffer).nullable(),
  purpose: Purpose,
  clientId: ClientId.nullable(),
  request: z.unknown(),
  pushedRequestHash: z.instanceof(Buffer).nullable(),
  outcome: z.enum(['granted', 'refused', 'aborted']).nullable(),
  expired: z.boolean(),
  /** Its pushed request was spent by another interaction. */
  spent: z.boolean(),
  steps: StepsColumn,
  session: SessionColumn.nullable(),
  remembered: Authority.nullable(),
  now: z.number(),
});
/** An interaction, and who is signed in in the browser that asks. */
export type StoredInteraction = z.infer<typeof InteractionRow>;

/** The stored steps as the decision takes them. */
export function doneSteps({ steps }: Pick<StoredInteraction, 'steps'>): DoneSteps {
  const { password, 'select-account': selected } = steps;
  return {
    ...(password === undefined ? {} : { password: { accountId: password.accountId } }),
    ...(selected === undefined ? {} : { 'select-account': { accountId: selected.accountId, choice: selected.detail.choice } }),
  };
}
