import type { StepInput, StepName } from '@tessera/protocol/interaction';
import { Handle, OAuthError } from '@tessera/vocabulary';
import type { FastifyRequest } from 'fastify';
import { type FormParameters, formOctets, parseFormBody } from '../http/index.js';

/** The form of a step as it was sent. */
export interface InteractionForm {
  readonly interaction: string;
  readonly step: StepName;
  readonly csrf: string | undefined;
  /** The fields the step has; whatever else was sent is dropped. */
  readonly input: StepInput;
  /** In clear, for the sealing that follows at once; undefined where nothing was typed. */
  readonly password: string | undefined;
}

/** The fields each step hands on. The password is not among them: it is sealed first (decision 8). */
const FIELDS = {
  password: ['identifier'],
  'select-account': ['choice'],
  consent: ['decision', 'scope'],
  'device-consent': ['decision', 'scope'],
  'confirm-logout': ['decision'],
} as const satisfies Record<StepName, readonly string[]>;

/** Each scope that stays ticked is a field of its own (UIX-7). */
const REPEATABLE: ReadonlySet<string> = new Set(['scope']);

/** Reads the form of a step. @throws {OAuthError} for a form that is none of ours. */
export function interactionForm(request: FastifyRequest): InteractionForm {
  const fields = parseFormBody(formOctets(request), REPEATABLE);
  const step = valueOf(fields, 'step');
  if (step === undefined) throw new OAuthError('request.missing_parameter', { parameter: 'step' });
  if (!isStepName(step)) throw new OAuthError('request.malformed_parameter', { parameter: 'step' });
  const known: readonly string[] = FIELDS[step];
  return {
    interaction: interactionHandle(fields),
    step,
    csrf: valueOf(fields, 'csrf'),
    input: fields.filter(([name]) => known.includes(name)),
    password: step === 'password' ? valueOf(fields, 'password') : undefined,
  };
}

/** The handle of the interaction a request is about. @throws {OAuthError} when there is none. */
export function interactionHandle(parameters: FormParameters): string {
  const handle = valueOf(parameters, 'interaction');
  if (handle === undefined) throw new OAuthError('request.missing_parameter', { parameter: 'interaction' });
  if (!Handle.safeParse(handle).success) throw new OAuthError('request.malformed_parameter', { parameter: 'interaction' });
  return handle;
}

/** The value of a field; undefined where it is missing or empty (RFC 6749 §3.1). */
export function valueOf(fields: FormParameters, name: string): string | undefined {
  const value = fields.find(([key]) => key === name)?.[1];
  return value === '' ? undefined : value;
}

function isStepName(text: string): text is StepName {
  return Object.hasOwn(FIELDS, text);
}
