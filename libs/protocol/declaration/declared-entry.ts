import type { z } from 'zod';
import { type DeclarationPath, type DeclarationProblem, EXPECTED } from './declaration.js';

/** An entry whose members are all acceptable by themselves, or what is wrong with them. */
export type ReadEntry<Entry> =
  | { readonly entry: Entry; readonly problems: readonly [] }
  | { readonly entry: null; readonly problems: readonly DeclarationProblem[] };

/** Checks the members of one entry one by one and reports all that are wrong. Values of secrets are not repeated. */
export function readEntry<Schema extends z.ZodType>(
  schema: Schema,
  presented: Readonly<Record<string, unknown>>,
  path: DeclarationPath,
  expected: Readonly<Record<string, string>> = EXPECTED,
): ReadEntry<z.output<Schema>> {
  const read = schema.safeParse(presented);
  if (read.success) return { entry: read.data, problems: [] };
  const places = read.error.issues.map((issue) => issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part)));
  // A member that breaks two rules of its schema is one problem for who has to change it.
  const distinct = new Map(places.map((place) => [place.join('.'), place]));
  const problems = [...distinct.values()].map((place) =>
    problem([...path, ...place], complaint(presented, place), expectation(place[0], expected)),
  );
  return { entry: null, problems };
}

function complaint(presented: unknown, path: DeclarationPath): string {
  const value = path.reduce<unknown>(
    (at, part) => (typeof at === 'object' && at !== null ? Reflect.get(at, part) : undefined),
    presented,
  );
  if (value === undefined) return 'is missing';
  if (path[0] === 'secret' || path[0] === 'password') return 'is not acceptable';
  if (Array.isArray(value)) return `has ${value.length} entries or is not acceptable`;
  return `${show(value)} is not acceptable`;
}

function expectation(member: string | number | undefined, expected: Readonly<Record<string, string>>): string {
  return Object.entries(expected).find(([name]) => name === member)?.[1] ?? 'another value';
}

/** A value for a person: short, in quotes where it is text. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}

/** A problem at a place. */
export function problem(path: DeclarationPath, message: string, expected: string): DeclarationProblem {
  return { path, message, expected };
}

/** Problems of values that stand in a list twice. */
export function repeated(values: readonly string[], path: DeclarationPath, what: string): DeclarationProblem[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) < index ? [problem([...path, index], `${what} ${show(value)} is repeated`, 'each one once')] : [],
  );
}
