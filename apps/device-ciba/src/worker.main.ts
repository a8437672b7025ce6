import { runProcess } from '@tessera/lifecycle';
import { startWorker, WORKER_SETTINGS } from './client-notification/start-worker.js';

/** The worker sends what owners owe: the only BullMQ consumer, and the only process with egress to clients' callbacks. */
await runProcess({ service: 'worker', settings: WORKER_SETTINGS, start: startWorker });
