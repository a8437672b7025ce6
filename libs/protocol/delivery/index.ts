/**
 * Deliveries: messages to somebody outside that follow from a fact (decision 6).
 *
 * 1. The owner writes a row in the transaction of the fact. From then on the delivery is due.
 * 2. The worker hears of it by an event, or by asking for what is due, which it does again and again.
 * 3. It claims the row: one conditional statement, a lease of 30 s. The owner answers with the target and the finished message.
 * 4. It sends, judges the answer by the kind ({@link judgeAnswer}) and settles: delivered, due again later, or given up.
 * 5. If it dies in between, the lease ends and the row is due again. A receiver may so get the same message twice.
 */
export * from './delivery.js';
export * from './delivery-answer.js';
export * from './delivery-desk.js';
export * from './delivery-kind.js';
export * from './retry-schedule.js';
