/** What a person sees of their account (UIX-9). */
export * from './account-page.js';
export * from './account-page.module.js';
export * from './sql-account-access.js';
