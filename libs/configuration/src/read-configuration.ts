import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A wrong or missing setting. The message is one line that names the variable and what to do about it. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** The variables a process reads: name in the environment → schema. Optional ones carry `.optional()` or `.default()`. */
export type ConfigurationShape = Readonly<Record<string, z.ZodType>>;

/** What {@link readConfiguration} returns for a shape. */
export type Configuration<Shape extends ConfigurationShape> = Readonly<z.output<z.ZodObject<Shape>>>;

/**
 * Reads the environment once, parses it and freezes it (decision 10). For each `X` the variable `X_FILE` may name a file that
 * holds the value instead, so that secrets come from mounts and stay out of the environment (SEC-6); a single trailing line
 * break of the file is not part of the value. Values never appear in the error.
 *
 * @throws {ConfigurationError} for the first variable that is missing or wrong.
 */
export function readConfiguration<const Shape extends ConfigurationShape>(
  shape: Shape,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Configuration<Shape> {
  const given = Object.fromEntries(Object.keys(shape).map((name) => [name, valueOf(name, environment)]));
  const parsed = z.object(shape).safeParse(given);
  if (parsed.success) return Object.freeze(parsed.data);
  throw new ConfigurationError(explain(given, parsed.error));
}

function valueOf(name: string, environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const direct = environment[name];
  const file = environment[`${name}_FILE`];
  if (file === undefined || file === '') return direct === '' ? undefined : direct;
  if (direct !== undefined && direct !== '') {
    throw new ConfigurationError(`${name} and ${name}_FILE are both set; keep one of them`);
  }
  const content = read(name, file).replace(/\r?\n$/, '');
  if (content === '') throw new ConfigurationError(`${name}_FILE names ${JSON.stringify(file)}, which is empty`);
  return content;
}

function read(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unreadable';
    throw new ConfigurationError(`${name}_FILE names ${JSON.stringify(file)}, which cannot be read (${code})`);
  }
}

function explain(given: Readonly<Record<string, string | undefined>>, error: z.ZodError): string {
  const issue = error.issues[0];
  const [name, ...members] = issue?.path.map(String) ?? [];
  if (name === undefined) return 'the configuration cannot be read';
  if (given[name] === undefined) return `${name} is missing; set it, or ${name}_FILE to a file that holds it`;
  const where = members.length === 0 ? '' : ` at ${members.join('.')}`;
  return `${name} is wrong${where}: ${issue?.message ?? 'not acceptable'}`;
}
