import { runProcess } from '@tessera/lifecycle';
import { TOKEN_SETTINGS } from './settings.js';
import { startToken } from './start-token.js';

/** token: turns a redeemed grant into tokens, and answers for them. */
await runProcess({ service: 'token', settings: TOKEN_SETTINGS, start: startToken });
