import type { z } from 'zod';

/** What a message lacks, as `path: code`. Never a value: messages hold what must not be logged (SEC-2). */
export function problemsOf(error: z.ZodError): string {
  return error.issues.map(({ path, code }) => `${path.map(String).join('.') || 'message'}: ${code}`).join(', ');
}
