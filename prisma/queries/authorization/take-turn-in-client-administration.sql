-- One administrative change of clients at a time, until the transaction ends: a plan is made from what is stored and carried out
-- on the same. The number names this lock and nothing else.
SELECT pg_advisory_xact_lock(7266201)
