import { z } from 'zod';

/** The JSON Schema of what a sender writes: before defaults are filled in and values are transformed. */
export function schemaOf(schema) {
  const json = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
  delete json.$schema;
  return json;
}
