-- $1 how many at most
-- Made 30 days ago in a session whose row was cleared away: dead since that session's end (live_grant).
DELETE FROM authorization_grant
 WHERE id IN (SELECT id FROM authorization_grant
               WHERE session_id IS NULL AND sid IS NOT NULL AND NOT offline AND created_at < now() - interval '30 days'
               ORDER BY created_at LIMIT $1::integer FOR UPDATE SKIP LOCKED)
RETURNING id
