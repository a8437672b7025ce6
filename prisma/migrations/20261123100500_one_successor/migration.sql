-- Owner: key-management.

-- One key at a time is on its way for a purpose and algorithm, whoever asked for it: two commands at once, or a command and the
-- schedule, and one of them finds the other's here.
CREATE UNIQUE INDEX key_one_successor ON key (purpose, algorithm) WHERE state IN ('created', 'published');

-- A canary is made and given up, never changed.
REVOKE UPDATE ON key_encryption_canary FROM tessera_key_management;
