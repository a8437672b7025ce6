import { runProcess } from '@tessera/lifecycle';
import { GATEWAY_SETTINGS } from './settings.js';
import { startGateway } from './start-gateway.js';

await runProcess({ service: 'gateway', settings: GATEWAY_SETTINGS, start: startGateway });
