-- $1 how many at most
-- Revoked for 30 days: what is gone is as dead as what is revoked (live_grant), and what became of it stands in the audit. Until
-- then it says whom an old ID token of a pairwise client speaks of (find-account-of-subject).
DELETE FROM authorization_grant
 WHERE id IN (SELECT id FROM authorization_grant WHERE revoked_at < now() - interval '30 days' ORDER BY revoked_at LIMIT $1::integer FOR UPDATE SKIP LOCKED)
RETURNING id
