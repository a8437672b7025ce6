import { FORM_PARAMETERS_MAX, OAuthError, PARAMETER_BYTES_MAX } from '@tessera/vocabulary';

/** The parameters of one request, each known to be there once and to have a value. */
export interface FormParameters {
  /** Name → value. A parameter sent without a value is not in it (RFC 6749 §3.1). */
  readonly values: ReadonlyMap<string, string>;
  /** RFC 8707 §2: `resource` is the one parameter that may be sent several times; in the order they came. */
  readonly resources: readonly string[];
}

/** NUL, which PostgreSQL text cannot hold, and halves of surrogate pairs, which UTF-8 cannot (EDG-7). */
const UNSTORABLE = /\0|\p{Surrogate}/u;
/** UTF-8 bytes one UTF-16 unit takes at most. */
const BYTES_PER_UNIT_MAX = 3;
/** Characters of a parameter's name in the log. */
const NAME_LENGTH_SHOWN = 64;

/**
 * Reads ordered pairs by name.
 *
 * RFC 6749 §3.2: a parameter without a value is as if it had been omitted, and none may be included more than once; an empty
 * one counts for that, or `scope=&scope=admin` would be a way to say something twice.
 *
 * @throws {OAuthError} `request.too_many_parameters`, `request.parameter_too_long`, `request.malformed_parameter`,
 * `request.repeated_parameter`.
 */
export function parseFormParameters(pairs: readonly (readonly [name: string, value: string])[]): FormParameters {
  if (pairs.length > FORM_PARAMETERS_MAX) throw new OAuthError('request.too_many_parameters', { count: pairs.length });
  const values = new Map<string, string>();
  const resources: string[] = [];
  let sawEmpty = false;
  for (const [name, value] of pairs) {
    requireStorable(name, name);
    requireStorable(name, value);
    if (name === 'resource') {
      if (value !== '') resources.push(value);
      continue;
    }
    if (values.has(name)) throw new OAuthError('request.repeated_parameter', { parameter: shown(name) });
    values.set(name, value);
    sawEmpty ||= value === '';
  }
  if (sawEmpty) for (const [name, value] of values) if (value === '') values.delete(name);
  return { values, resources };
}

/**
 * The value of a parameter the endpoint cannot do without.
 *
 * @throws {OAuthError} `request.missing_parameter`.
 */
export function requireParameter(parameters: FormParameters, name: string): string {
  const value = parameters.values.get(name);
  if (value === undefined) throw new OAuthError('request.missing_parameter', { parameter: name });
  return value;
}

function requireStorable(name: string, text: string): void {
  if (text.length * BYTES_PER_UNIT_MAX > PARAMETER_BYTES_MAX && Buffer.byteLength(text) > PARAMETER_BYTES_MAX) {
    throw new OAuthError('request.parameter_too_long', { parameter: shown(name) });
  }
  if (UNSTORABLE.test(text)) throw new OAuthError('request.malformed_parameter', { parameter: shown(name) });
}

function shown(name: string): string {
  return name.slice(0, NAME_LENGTH_SHOWN);
}
