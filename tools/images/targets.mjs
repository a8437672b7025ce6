/**
 * The images: what each starts with and what it takes along besides compiled code. `main` is the program node runs; `files` are
 * copied as they stand; `ops` says that it has an operations port and so a health check.
 */
export const TARGETS = {
  gateway: { main: 'apps/gateway/dist/main.js', files: [], ops: true },
  token: { main: 'apps/token/dist/main.js', files: ['prisma/queries'], ops: true },
  authorization: { main: 'apps/authorization/dist/main.js', files: ['prisma/queries'], ops: true },
  'device-ciba': { main: 'apps/device-ciba/dist/main.js', files: ['prisma/queries'], ops: true },
  worker: { main: 'apps/device-ciba/dist/worker.main.js', files: ['prisma/queries'], ops: true },
  'key-management': { main: 'apps/key-management/dist/main.js', files: ['prisma/queries'], ops: true },
  migrate: { main: 'tools/migrate/migrate.mjs', files: ['tools/migrate', 'prisma/migrations'], ops: false },
  cli: { main: 'apps/cli/dist/main.js', files: [], ops: false },
  playground: { main: 'apps/playground/dist/main.js', files: [], ops: false },
};

/** MiB an image may have unpacked, the runtime base included; the base was measured at 96. */
export const BUDGET_MIB = { base: 96, service: 150, migrate: 130 };
