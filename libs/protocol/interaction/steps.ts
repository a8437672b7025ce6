import type { ReasonId } from '@tessera/vocabulary';
import { z } from 'zod';
import type { StepInput, StepName } from './interaction-reply.js';

/** `acr` of a sign-in by password: some confidence that it is the same person as before (OIDC Core §2). */
export const PASSWORD_ACR = '1';
/** Every `acr` this provider can reach. */
export const ACR_VALUES_SUPPORTED: readonly string[] = [PASSWORD_ACR];

/** What one step is: a page of its name, an answer, what it proves (decision 15). */
export interface Step<Answer> {
  /** What came from the page; null where it is no answer to this step. */
  readonly parse: (input: StepInput) => Answer | null;
  /** Whether it shows who the person is. */
  readonly establishesSubject: boolean;
  /** `amr` (RFC 8176 §2) and `acr` of who did it. */
  readonly yields: { readonly acr: string; readonly amr: readonly string[] } | null;
  /** How a request that must not show any page learns that this one would be needed (OIDC Core §3.1.2.6). */
  readonly withoutPage: ReasonId;
}

const PasswordAnswer = z.object({ identifier: z.string().min(1).max(1_000), sealed_password: z.string().min(1) });
const SelectAccountAnswer = z.object({ choice: z.enum(['current', 'other']) });
const ConsentAnswer = z.object({ decision: z.enum(['allow', 'deny']) });
const ConfirmLogoutAnswer = z.object({ decision: z.enum(['sign-out', 'stay']) });

/** All steps. A new way to prove who one is, or to be asked something, is a new row. */
export const STEPS = {
  password: {
    parse: (input) => parsed(PasswordAnswer, input),
    establishesSubject: true,
    yields: { acr: PASSWORD_ACR, amr: ['pwd'] },
    withoutPage: 'interaction.login_required',
  },
  'select-account': {
    parse: (input) => parsed(SelectAccountAnswer, input),
    establishesSubject: false,
    yields: null,
    withoutPage: 'interaction.account_selection_required',
  },
  consent: {
    parse: (input) => {
      const answer = parsed(ConsentAnswer, input);
      // What stays ticked repeats (UIX-7); nothing ticked is an answer too.
      return answer && { ...answer, scope: input.flatMap(([name, value]) => (name === 'scope' ? [value] : [])) };
    },
    establishesSubject: false,
    yields: null,
    withoutPage: 'interaction.consent_required',
  },
  'device-consent': {
    parse: (input) => {
      const answer = parsed(ConsentAnswer, input);
      return answer && { ...answer, scope: input.flatMap(([name, value]) => (name === 'scope' ? [value] : [])) };
    },
    establishesSubject: false,
    yields: null,
    withoutPage: 'interaction.consent_required',
  },
  'confirm-logout': {
    parse: (input) => parsed(ConfirmLogoutAnswer, input),
    establishesSubject: false,
    yields: null,
    withoutPage: 'interaction.required',
  },
} as const satisfies Record<StepName, Step<unknown>>;

/** What a person typed as who they are; null when nothing, so that the page that comes again can show it. */
export function typedIdentifier(input: StepInput): string | null {
  const typed = input.find(([name]) => name === 'identifier')?.[1] ?? '';
  return typed === '' ? null : typed;
}

/** A field that repeats means nothing but `scope`: the first would be as good as the last, so it is no answer (GEN-1). */
function parsed<Answer>(schema: z.ZodType<Answer>, input: StepInput): Answer | null {
  const single = input.filter(([name]) => name !== 'scope');
  if (new Set(single.map(([name]) => name)).size !== single.length) return null;
  const result = schema.safeParse(Object.fromEntries(single));
  return result.success ? result.data : null;
}
