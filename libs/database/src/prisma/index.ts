/** Prisma for cold paths, one client type per owner. An entry of its own: who writes SQL only does not load it. */
export * from './owned-models.js';
export * from './prisma-clients.js';
