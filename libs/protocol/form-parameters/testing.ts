import { type FormParameters, parseFormParameters } from './form-parameters.js';

/** The parsed parameters of a form; `resource` may be a list. */
export function form(fields: Readonly<Record<string, string | readonly string[]>> = {}): FormParameters {
  return parseFormParameters(pairs(fields));
}

/** The ordered pairs of a form, as an `EdgeRequest` carries them; a list repeats its name. */
export function pairs(fields: Readonly<Record<string, string | readonly string[]>>): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as [string, string]] : value.map((one): [string, string] => [name, one]),
  );
}
