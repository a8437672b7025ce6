import { runProcess } from '@tessera/lifecycle';
import { DEVICE_CIBA_SETTINGS } from './settings.js';
import { startDeviceCiba } from './start-device-ciba.js';

/** device-ciba: requests whose person is elsewhere, and what they decide. */
await runProcess({ service: 'device-ciba', settings: DEVICE_CIBA_SETTINGS, start: startDeviceCiba });
