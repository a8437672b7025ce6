// Each jest worker has a system to itself: what one spec counts or changes, no other one sees. A single one is for all.
const own = process.env[`TESSERA_DEMO_${process.env.JEST_WORKER_ID}`];
if (own !== undefined) process.env.TESSERA_DEMO = own;
