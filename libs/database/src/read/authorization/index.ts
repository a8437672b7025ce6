/** What authorization lets others read (decision 3): clients and resources. */
export * from './client-directory.js';
