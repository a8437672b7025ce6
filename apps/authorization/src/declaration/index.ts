/** Clients, resources and users declared in files. */
export * from './declaration-applying.js';
export * from './declaration.module.js';
