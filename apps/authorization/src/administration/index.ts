/** What every administrative change of clients has in common: its turn, its audit rows, and the news of it. */
export * from './administration-turns.js';
export * from './change-news.js';
