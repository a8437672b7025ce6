import path from 'node:path';
import { defineConfig } from 'prisma/config';

// Prisma's own schema engine is a download. The stand-in answers from the engine inside the npm packages, so that generation
// and `migrate diff` need no network; who has the real engine names it in the variable.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= path.join(import.meta.dirname, 'tools', 'schema-engine.mjs');
process.env.CHECKPOINT_DISABLE ??= '1';
process.env.PRISMA_HIDE_UPDATE_MESSAGE ??= '1';

export default defineConfig({
  schema: path.join('prisma', 'schema'),
  migrations: { path: path.join('prisma', 'migrations') },
  // Generation reads no database; the commands that do are told which by DATABASE_URL.
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://localhost/tessera' },
});
