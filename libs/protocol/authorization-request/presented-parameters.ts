import { OAuthError } from '@tessera/vocabulary';

/** The parameters of a request as they came. */
export type PresentedParameters = readonly (readonly [name: string, value: string])[];

/** NUL, which nothing of ours can store, and halves of surrogate pairs, which UTF-8 cannot say (EDG-7). */
const UNSTORABLE = /\0|\p{Surrogate}/u;

/** How often a parameter was sent, an empty one counted too (GEN-1). */
export function occurrences(parameters: PresentedParameters, name: string): number {
  return parameters.reduce((count, [one]) => (one === name ? count + 1 : count), 0);
}

/**
 * The value of a parameter that is needed before anything else about the request is known; null when it is absent or empty.
 *
 * @throws {OAuthError} `request.repeated_parameter` when it was sent twice (GEN-1), `request.malformed_parameter`.
 */
export function soleValue(parameters: PresentedParameters, name: string): string | null {
  if (occurrences(parameters, name) > 1) throw new OAuthError('request.repeated_parameter', { parameter: name });
  const value = parameters.find(([one]) => one === name)?.[1] ?? '';
  if (UNSTORABLE.test(value)) throw new OAuthError('request.malformed_parameter', { parameter: name });
  return value === '' ? null : value;
}

/** The same for what may be left out of the answer: null where {@link soleValue} would refuse. */
export function soleValueOrNull(parameters: PresentedParameters, name: string): string | null {
  if (occurrences(parameters, name) !== 1) return null;
  const value = parameters.find(([one]) => one === name)?.[1] ?? '';
  return value === '' || UNSTORABLE.test(value) ? null : value;
}
