/** Administration of single clients. */
export * from './clients.module.js';
export * from './prisma-client-listing.js';
export * from './secret-rotation.js';
