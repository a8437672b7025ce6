import type { Logger, Metrics } from '@tessera/observability';
import { DELIVERY_QUEUE, JOB_STATES, type Reminders } from './delivery-queue.js';

/** What is said of a queue nobody can ask: no number. An alert on one is silent, and readiness speaks. */
const NOT_KNOWN = Number.NaN;

/**
 * How many reminders Redis holds, and for how long the oldest of those that may begin has waited: `queue_depth`,
 * `queue_oldest_job_age_seconds`. Asked when somebody looks; Redis has a second to answer. What is due, in rows of the owners, is
 * another number: `deliveries_waiting`.
 */
export function measureQueue(reminders: Pick<Reminders, 'depth' | 'oldestSeconds'>, metrics: Metrics, logger: Pick<Logger, 'debug'>): void {
  const queue = DELIVERY_QUEUE;
  const unknown = (error: unknown) => logger.debug('the queue cannot be measured', { queue, error });
  metrics.gauge('queue_depth', 'Jobs in a queue, by state.', ['queue', 'state'], async (gauge) => {
    const depth = await reminders.depth().catch((error: unknown) => (unknown(error), null));
    for (const state of JOB_STATES) gauge.set({ queue, state }, depth?.[state] ?? NOT_KNOWN);
  });
  metrics.gauge('queue_oldest_job_age_seconds', 'For how long the oldest job that may begin has waited.', ['queue'], async (gauge) => {
    const seconds = await reminders.oldestSeconds(Date.now()).catch((error: unknown) => (unknown(error), NOT_KNOWN));
    gauge.set({ queue }, seconds);
  });
}
