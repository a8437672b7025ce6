import { runProcess } from '@tessera/lifecycle';
import { AUTHORIZATION_SETTINGS } from './settings.js';
import { startAuthorization } from './start-authorization.js';

/** authorization: who the clients are, and one day who the user is and what they agreed to. */
await runProcess({ service: 'authorization', settings: AUTHORIZATION_SETTINGS, start: startAuthorization });
