import { z } from 'zod';

/** JSON text of an object. Parsed inside the schema, so that no caller ever holds an unparsed value as if it were typed. */
export const JsonObject = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'expected JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string(), z.unknown()));
